/** What a runtime would say of the flights job: 48 checkpoints, two savepoints, one recovery with a local and a remote restore. */
import type { RecoveryEvent, Scope, Step, Verdict } from '../../../runtime/base/events';
import {
  id,
  type CheckpointId,
  type HandleId,
  type HoldId,
  type JobId,
  type OperatorId,
  type RunId,
  type Seq,
  type TaskManagerId,
  type VertexId,
} from '../../../runtime/base/ids';
import type * as m from '../../../runtime/cluster/model';
import { FakeCluster } from './fakeCluster';

export const nowMs = Date.UTC(2026, 0, 2, 10, 0, 0);
export const job = id<JobId>('a'.repeat(32));
export const airport = id<OperatorId>('20ba6b65f97481d5570070de90e4e791');
const source = id<OperatorId>('cbc357ccb763df2852fee8c4fc7d55f2');
const map = id<OperatorId>('90bea66de1c231edf33913ecd54406c1');
export const airportVertex = id<VertexId>(airport);
const sourceVertex = id<VertexId>(source);
export const tm1 = id<TaskManagerId>('tm-1');
export const tm2 = id<TaskManagerId>('tm-2');
const airportTask = (subtask: number) => ({
  vertex: airportVertex,
  subtask,
  parallelism: 2,
  name: 'delay-by-airport -> days: Writer',
});

export function checkpointInfo(number: number, more: Partial<m.CheckpointInfo> = {}): m.CheckpointInfo {
  return {
    id: id<CheckpointId>(number),
    status: 'COMPLETED',
    savepoint: false,
    triggerMs: nowMs - 2_041 - (48 - number) * 5_000,
    durationMs: 41,
    sizeBytes: 38_000,
    acknowledged: 4,
    subtasks: 4,
    path: `/w/.job-state/checkpoints/${job}/chk-${number}`,
    discarded: number < 46,
    ...more,
  };
}

export function jobDetails(more: Partial<m.JobDetails> = {}): m.JobDetails {
  const task = (vertex: VertexId, vertexName: string, subtask: number, taskManager: TaskManagerId): m.TaskInfo => ({
    vertex,
    vertexName,
    subtask,
    parallelism: 2,
    attempt: 1,
    status: 'RUNNING',
    taskManager,
    recordsIn: 0,
    recordsOut: 0,
  });
  return {
    id: job,
    name: 'flights',
    status: 'RUNNING',
    startMs: nowMs - 12 * 60_000,
    nowMs,
    parallelism: 2,
    jobFile: '/w/flights.ts',
    checkpointIntervalMs: 5_000,
    checkpointsDirectory: `/w/.job-state/checkpoints/${job}`,
    tasks: [
      task(sourceVertex, 'flights-source', 0, tm1),
      task(sourceVertex, 'flights-source', 1, tm2),
      task(airportVertex, 'delay-by-airport', 0, tm1),
      task(airportVertex, 'delay-by-airport', 1, tm2),
    ],
    counts: { completed: 48, failed: 0, inProgress: 0, restored: 1 },
    latestCheckpoint: checkpointInfo(48),
    holdArmed: false,
    holds: [],
    ...more,
  };
}

export const operators: readonly m.OperatorInfo[] = [
  {
    id: source,
    uid: 'flights-source',
    name: 'Source: flights',
    vertex: sourceVertex,
    parallelism: 2,
    maxParallelism: 128,
    states: [],
    notes: { splits: 11, rows: 812_004 },
  },
  {
    id: map,
    name: 'Map',
    vertex: sourceVertex,
    parallelism: 2,
    maxParallelism: 128,
    states: [],
    notes: {},
  },
  {
    id: airport,
    uid: 'delay-by-airport',
    name: 'Delay by airport',
    vertex: airportVertex,
    parallelism: 2,
    maxParallelism: 128,
    keyType: 'STRING',
    source: { file: '/w/flights.ts', line: 41 },
    states: [
      {
        name: 'stats',
        kind: 'value',
        type: 'MAP<STRING, DelayStats>',
        entries: 229,
        sizeBytes: 31_000,
        subtasks: [
          { subtask: 0, entries: 120, sizeBytes: 16_000 },
          { subtask: 1, entries: 109, sizeBytes: 15_000 },
        ],
      },
      {
        name: '_timer_state/event_user-timers',
        kind: 'timers',
        type: 'TIMER',
        entries: 229,
        sizeBytes: 7_000,
        subtasks: [
          { subtask: 0, entries: 120, sizeBytes: 3_000 },
          { subtask: 1, entries: 109, sizeBytes: 4_000 },
        ],
      },
      {
        name: '_timer_state/processing_user-timers',
        kind: 'timers',
        type: 'TIMER',
        entries: 0,
        sizeBytes: 0,
        subtasks: [],
      },
    ],
    notes: {},
  },
];

function entry(number: number): m.StateEntryInfo {
  const key = JSON.stringify(`A${String(number).padStart(2, '0')}`);
  const value = { '2001-01-05': { count: 600 + number } };
  return { key, keyGroup: number % 128, value, text: JSON.stringify(value), subtask: number % 2 };
}

const jobManager: Scope = { job, recovery: 1, at: 'jobmanager' };
const taskScope = (subtask: number): Scope => ({
  job,
  recovery: 1,
  at: 'task',
  vertex: airportVertex,
  subtask,
  attempt: 1,
  taskManager: subtask === 0 ? tm1 : tm2,
  operator: airport,
});

function part(from: 'local' | 'remote', subtask: number) {
  const location =
    from === 'local' ? `/w/.job-state/taskmanagers/tm-1/chk_31` : `/w/.job-state/checkpoints/chk-31/s${subtask}`;
  return { handle: id<HandleId>(`h-${subtask}`), from, sizeBytes: 19_000, location };
}

/** Puts steps together into events; a step without a verdict has begun only. */
class EventScript {
  readonly events: RecoveryEvent[] = [];
  private steps = 0;

  step(scope: Scope, step: Step, end?: { verdict?: Verdict; tookMs?: number; hold?: HoldId }): this {
    const stepId = `s${++this.steps}`;
    const hold = end?.hold;
    this.add({ scope, step, stepId, phase: 'begin', ...(hold === undefined ? {} : { hold }) });
    if (end?.verdict !== undefined) {
      this.add({
        scope,
        step,
        stepId,
        phase: 'end',
        verdict: end.verdict,
        ...(end.tookMs === undefined ? {} : { tookMs: end.tookMs }),
      });
    }
    return this;
  }

  private add(event: Omit<RecoveryEvent, 'seq' | 'run' | 'atMs' | 'evidence'>): void {
    const seq = id<Seq>(this.events.length + 1);
    this.events.push({ seq, run: id<RunId>('run-1'), atMs: nowMs - 180_000 + seq, evidence: 'live', ...event });
  }
}

const ok = (tookMs = 0) => ({ verdict: { v: 'ok' } as const, tookMs });
const cause = { k: 'taskManager', taskManager: tm2, how: 'killed', exit: 'SIGKILL', injected: true } as const;

/** A recovery with one subtask restored locally and one from remote; `hold` holds the second one before its read. */
export function recoveryEvents(hold?: HoldId): readonly RecoveryEvent[] {
  const chosen = { id: id<CheckpointId>(31), path: '/w/chk-31', savepoint: false };
  const script = new EventScript()
    .step(jobManager, { k: 'failureSeen', cause }, ok())
    .step(jobManager, { k: 'regionChosen', tasks: [airportTask(0), airportTask(1)] }, ok())
    .step(jobManager, { k: 'tasksCancelled', tasks: [airportTask(0), airportTask(1)] }, ok(12))
    .step(
      jobManager,
      { k: 'checkpointChosen', checkpoint: chosen, why: 'newest completed; 32 was not acknowledged by 1 of 4' },
      ok(),
    )
    .step(jobManager, { k: 'deployed', tasks: [airportTask(0), airportTask(1)] }, ok(30));
  for (const subtask of [0, 1]) {
    const from = subtask === 0 ? 'local' : 'remote';
    const alternative = { parts: [part(from, subtask)] };
    const why = subtask === 0 ? 'tm-1 kept its directory' : 'local copy was on tm-2, lost';
    const scope = taskScope(subtask);
    const end = hold !== undefined && subtask === 1 ? {} : ok(subtask === 0 ? 4 : 11);
    script
      .step(scope, { k: 'stateLookup', state: 'keyed', alternatives: [alternative], why }, end)
      .step(scope, { k: 'attempt', state: 'keyed', index: 0, of: 1, alternative }, end);
    if (hold === undefined || subtask === 0) {
      script.step(scope, { k: 'readHandle', state: 'keyed', part: part(from, subtask) }, end);
      script.step(scope, { k: 'taskRunning' }, ok());
    } else {
      script.step(scope, { k: 'readHandle', state: 'keyed', part: part(from, subtask) }, { hold });
    }
  }
  return script.events;
}

export function recoveryInfo(more: Partial<m.RecoveryInfo> = {}): m.RecoveryInfo {
  return {
    recovery: 1,
    cause,
    startMs: nowMs - 180_000,
    endMs: nowMs - 179_788,
    checkpoint: { id: id<CheckpointId>(31), path: '/w/chk-31', savepoint: false },
    status: 'done',
    local: 1,
    remote: 1,
    fellBack: 0,
    localBytes: 19_000,
    remoteBytes: 19_000,
    tookMs: 212,
    ...more,
  };
}

/** A cluster on which the flights job runs. */
export function flightsCluster(): FakeCluster {
  const checkpoints = Array.from({ length: 48 }, (_, index) => checkpointInfo(48 - index));
  const savepoint = checkpointInfo(30, {
    savepoint: true,
    discarded: false,
    path: '/w/.job-state/savepoints/savepoint-3f2a10-0123456789ab',
  });
  return new FakeCluster({
    overview: { version: '0.1.0', taskManagers: 2, slots: 4, freeSlots: 0 },
    jobs: [{ id: job, name: 'flights', status: 'RUNNING', startMs: nowMs - 12 * 60_000 }],
    job: jobDetails(),
    operators,
    stateEntries: (_query, page) => ({
      items: Array.from({ length: Math.min(page?.limit ?? 229, 229) }, (_, index) => entry(index)),
      total: 229,
    }),
    checkpoints: ({ savepoints }, page) =>
      savepoints
        ? { items: [savepoint], total: 1 }
        : { items: checkpoints.slice(0, page?.limit), total: checkpoints.length },
    checkpoint: {
      ...checkpointInfo(48),
      operators: [
        {
          id: airport,
          uid: 'delay-by-airport',
          name: 'Delay by airport',
          sizeBytes: 38_000,
          subtasks: [0, 1].map((subtask) => ({
            subtask,
            sizeBytes: 19_000,
            handles: [
              {
                state: 'keyed' as const,
                kind: 'key groups',
                sizeBytes: 19_000,
                keyGroups: { start: subtask * 64, end: subtask * 64 + 63 },
                remote: `/w/.job-state/checkpoints/chk-48/s${subtask}`,
                ...(subtask === 0 ? { local: '/w/.job-state/taskmanagers/tm-1/localState/chk_48' } : {}),
              },
            ],
          })),
        },
      ],
    },
    recoveries: { items: [recoveryInfo()], total: 1 },
    recovery: { ...recoveryInfo(), events: recoveryEvents() },
    taskManagers: [
      { id: tm1, status: 'alive', pid: 101, slots: 2, freeSlots: 0 },
      { id: tm2, status: 'alive', pid: 102, slots: 2, freeSlots: 0 },
    ],
    faults: [],
  });
}
