/** Recoveries for tests: a recorded one, moments of it, and a large one made from its pattern. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecoveryEvent } from '../../runtime/base/events';
import { id, type HoldId, type Seq, type TaskManagerId, type VertexId } from '../../runtime/base/ids';
import type { RecordedRecovery } from '../../runtime/rest/recovery/recordedRecovery';

/** The text of an exported recovery of the flights example: tm-2 was killed, and the local copy of `delay-by-airport` 1/2 is corrupt. */
const fellBackFile = join('test', 'fixtures', 'recoveries', 'fell-back.json');

export const fellBack = (JSON.parse(readFileSync(fellBackFile, 'utf8')) as { recovery: RecordedRecovery }).recovery;

export const hold = id<HoldId>('hold-1');

/** The recorded recovery as it was when the step of the n-th event was held; its begin is the last event. */
export function heldAt(isHeld: (event: RecoveryEvent) => boolean): RecordedRecovery {
  const { events, ...info } = fellBack.details;
  const at = events.findIndex((event) => event.phase === 'begin' && isHeld(event));
  const held = events[at];
  if (held === undefined) throw new Error('No event is like that.');
  const open: { -readonly [K in keyof typeof info]: (typeof info)[K] } = { ...info };
  delete open.endMs;
  delete open.tookMs;
  return {
    ...fellBack,
    details: { ...open, status: 'held', events: [...events.slice(0, at), { ...held, hold }] },
  };
}

/** Before the local copy of `delay-by-airport` 1/2 is read. */
export const heldBeforeLocalRead = heldAt(({ step }) => step.k === 'readHandle' && step.part.from === 'local');

/** A recovery with many subtasks in each of some operators, each with `steps` steps; every tenth falls back. */
export function largeRecovery(operators: number, subtasks: number, steps: number): RecordedRecovery {
  const { job } = fellBack;
  const pattern = fellBack.details.events.filter(({ scope }) => scope.at === 'task' && scope.subtask === 0);
  const fallingBack = pattern.filter(({ step }) => step.k === 'stateLookup' || step.k === 'attempt');
  const failed = new Set(pattern.filter(({ verdict }) => verdict?.v === 'failed').map(({ stepId }) => stepId));
  const straight = fallingBack.filter(({ stepId }) => !failed.has(stepId));
  const stage = pattern.find(({ step }) => step.k === 'gatesOpened')?.stepId;
  const context = pattern.filter(({ stepId }) => stepId === stage);
  const events: RecoveryEvent[] = fellBack.details.events.filter(({ scope }) => scope.at === 'jobmanager');
  const names = Array.from({ length: operators }, (_, index) => ({
    vertex: id<VertexId>(String(index).padStart(32, '0')),
    name: `operator-${index}`,
  }));
  for (const { vertex, name } of names) {
    for (let subtask = 0; subtask < subtasks; subtask += 1) {
      const scope = {
        job: job.id,
        recovery: 1,
        at: 'task' as const,
        vertex,
        subtask,
        attempt: 1,
        taskManager: id<TaskManagerId>(`tm-${subtask % 4}`),
      };
      const restored = subtask % 10 === 0 ? fallingBack : straight;
      const before = restored.filter(({ phase, step }) => phase === 'begin' && step.k === 'stateLookup').length;
      for (const event of restored) {
        const stepId = `${name}-${subtask}-${event.stepId}`;
        events.push({ ...event, scope, stepId, seq: id<Seq>(events.length + 1_000) });
      }
      for (let step = before; step < steps; step += 1) {
        for (const event of context) {
          const stepId = `${name}-${subtask}-${step}`;
          events.push({ ...event, scope, stepId, seq: id<Seq>(events.length + 1_000) });
        }
      }
    }
  }
  return {
    job,
    operators: [],
    tasks: names.flatMap(({ vertex, name }) =>
      Array.from({ length: subtasks }, (_, subtask) => ({ vertex, vertexName: name, subtask, parallelism: subtasks })),
    ),
    details: { ...fellBack.details, events },
  };
}
