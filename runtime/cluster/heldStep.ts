import type { RecoveryEvent } from '../base/events';
import { causeText, shortTaskText, stepText } from '../rest/recovery/recoveryText';
import type { FrameInfo } from './debugPort';
import type { HeldStep, OperatorInfo, RecoveryDetails, TaskInfo } from './model';

/** Everything that is known about the place where a thread is held. */
export interface HeldPlace {
  readonly held: HeldStep;
  readonly recovery: RecoveryDetails;
  /** Absent when the JobManager is held. */
  readonly task?: TaskInfo;
  readonly operator?: OperatorInfo;
}

/** The name of a task thread: `delay-by-airport 2/2 · attempt 3`, a chain by its first operator; people count from 1. */
export function threadName(task: TaskInfo): string {
  return `${shortTaskText({ ...task, name: task.vertexName })} · attempt ${task.attempt + 1}`;
}

/** True when an event was taken in the same thread: the JobManager, or the same attempt of the same subtask. */
export function sameThread(a: RecoveryEvent['scope'], b: RecoveryEvent['scope']): boolean {
  if (a.recovery !== b.recovery) return false;
  if (a.at === 'jobmanager' || b.at === 'jobmanager') return a.at === b.at;
  return a.vertex === b.vertex && a.subtask === b.subtask && a.attempt === b.attempt;
}

/** The steps of the held thread that have begun and not ended, outermost first; the held one is the last. */
export function openSteps({ held, recovery }: HeldPlace): readonly RecoveryEvent[] {
  const open = new Map<string, RecoveryEvent>();
  for (const event of recovery.events) {
    if (!sameThread(event.scope, held.event.scope)) continue;
    if (event.phase === 'begin') open.set(event.stepId, event);
    else open.delete(event.stepId);
  }
  open.delete(held.event.stepId);
  return [...open.values(), held.event];
}

/** `read local copy …` ← `keyed state: 1 of 2 (local)` ← `delay-by-airport` ← `attempt 3` ← `recovery #2: tm-1 killed`. */
export function framesOf(place: HeldPlace): readonly FrameInfo[] {
  const { task, operator, recovery } = place;
  const steps = openSteps(place).toReversed();
  const plain = (name: string): FrameInfo => ({ name, subtle: false });
  return [
    ...steps.map((event) => plain(stepText(event.step))),
    ...(operator === undefined ? [] : [plain(operator.uid ?? operator.name)]),
    ...(task === undefined ? [] : [{ name: `attempt ${task.attempt + 1}`, subtle: true }]),
    { name: `recovery #${recovery.recovery}: ${causeText(recovery.cause)}`, subtle: true },
  ];
}
