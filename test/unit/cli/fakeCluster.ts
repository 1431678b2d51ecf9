/** A cluster of one job that answers from a table, with every field that the model has, so that a command shows all it can. */
import { id } from '../../../runtime/base/ids';
import type { ArmedFault } from '../../../runtime/base/faults';
import type { RecoveryEvent } from '../../../runtime/base/events';
import type { JobEvent } from '../../../runtime/base/jobEvents';
import type { Cluster, Queries, QueryName, VerbName, Verbs } from '../../../runtime/cluster/cluster';
import type * as m from '../../../runtime/cluster/model';
import { job, operator } from '../cluster/records';

const vertex = id<m.TaskInfo['vertex']>(operator);
const taskManager = id<m.TaskManagerInfo['id']>('tm-1');

const error = {
  code: 'user.threw',
  message: 'division by zero',
  domain: 'user',
  retry: 'never',
  subject: { file: '/a.ts', position: 4 },
  advice: '',
  stack: 'Error: division by zero',
} as const;
const task = { vertex, subtask: 0, parallelism: 2, name: 'counts' };
const cause = { k: 'task', task, taskManager, error, injected: false } as const;

export const step: RecoveryEvent = {
  seq: id<RecoveryEvent['seq']>(7),
  run: id<RecoveryEvent['run']>('run'),
  atMs: 30,
  evidence: 'live',
  scope: { job, recovery: 1, at: 'jobmanager' },
  stepId: 'step-7',
  step: { k: 'failureSeen', cause },
  phase: 'end',
  tookMs: 2,
};

export const checkpoint: m.CheckpointInfo = {
  id: id<m.CheckpointInfo['id']>(3),
  status: 'COMPLETED',
  savepoint: false,
  triggerMs: 10,
  durationMs: 5,
  sizeBytes: 100,
  acknowledged: 2,
  subtasks: 2,
  path: '/cp/chk-3',
  discarded: false,
  failure: 'none',
};

export const details: m.JobDetails = {
  id: job,
  name: 'counts',
  status: 'RUNNING',
  startMs: 1,
  endMs: 2,
  nowMs: 1_000,
  parallelism: 2,
  jobFile: '/jobs/counts.ts',
  checkpointIntervalMs: 100,
  checkpointsDirectory: '/cp',
  tasks: [0, 1].map((subtask) => ({
    vertex,
    vertexName: 'counts',
    subtask,
    parallelism: 2,
    attempt: 0,
    status: 'RUNNING',
    taskManager,
    allocation: id<NonNullable<m.TaskInfo['allocation']>>('a'),
    recordsIn: 10,
    recordsOut: 20,
  })),
  counts: { completed: 3, failed: 0, inProgress: 0, restored: 1 },
  latestCheckpoint: checkpoint,
  restarts: { count: 1, atMs: [20] },
  holdArmed: false,
  holds: [
    { hold: id<m.HeldStep['hold']>('hold-1'), event: { ...step, phase: 'begin' }, text: 'held before: recovered' },
  ],
  waitingFor: 'TaskManager tm-2 is being started again.',
  failure: { text: 'division by zero', stack: 'Error: division by zero' },
};

const entry: m.StateEntryInfo = { key: '"ATL"', keyGroup: 5, namespace: 'w', value: 1, text: '1', subtask: 0 };

const recovery: m.RecoveryInfo = {
  recovery: 1,
  cause,
  startMs: 20,
  endMs: 40,
  status: 'done',
  local: 1,
  remote: 1,
  fellBack: 0,
  localBytes: 10,
  remoteBytes: 20,
  tookMs: 20,
};

export const faults: readonly ArmedFault[] = [
  {
    id: id<ArmedFault['id']>('fault-1'),
    fault: { k: 'throwInTask', job, operator, subtask: 0, message: 'boom', when: { at: 'record', count: 5 } },
    state: 'armed',
    outcome: 'waits',
  },
];

const answers: { readonly [N in QueryName]: Queries[N]['a'] } = {
  overview: { version: '1.20.0', taskManagers: 2, slots: 4, freeSlots: 2 },
  jobs: [{ id: job, name: 'counts', status: 'RUNNING', startMs: 1, endMs: 2 }],
  job: details,
  operators: [
    {
      id: operator,
      uid: 'counts',
      name: 'counts',
      vertex,
      parallelism: 2,
      maxParallelism: 128,
      keyType: 'STRING',
      source: { file: '/a.ts', line: 3 },
      states: [
        {
          name: 'count',
          kind: 'value',
          type: 'LONG',
          entries: 3,
          sizeBytes: 50,
          subtasks: [{ subtask: 0, entries: 3, sizeBytes: 50 }],
        },
      ],
      notes: { rows: 3 },
    },
  ],
  stateEntries: { items: [entry], total: 2, next: 'more' },
  stateLookup: entry,
  checkpoints: { items: [checkpoint], total: 2, next: 'older' },
  checkpoint: {
    ...checkpoint,
    operators: [
      {
        id: operator,
        uid: 'counts',
        name: 'counts',
        sizeBytes: 50,
        subtasks: [
          {
            subtask: 0,
            sizeBytes: 50,
            handles: [
              {
                state: 'keyed',
                kind: 'keyGroups',
                sizeBytes: 50,
                keyGroups: { start: 0, end: 63 },
                remote: 'f1',
                local: '/tm-1/local',
              },
            ],
          },
        ],
      },
    ],
  },
  recoveries: { items: [recovery], total: 1 },
  recovery: { ...recovery, events: [step] },
  taskManagers: [{ id: taskManager, status: 'alive', pid: 7, slots: 2, freeSlots: 1, directory: '/tm-1' }],
  faults,
};

const savepoint = { path: '/sp/savepoint-4', sizeBytes: 100, tookMs: 5 };
const outcomes: { readonly [N in VerbName]: Verbs[N]['o'] } = {
  submit: { job },
  cancel: {},
  stopWithSavepoint: savepoint,
  triggerSavepoint: savepoint,
  triggerCheckpoint: { checkpoint: 4 },
  disposeSavepoint: {},
  inject: { fault: id<ArmedFault['id']>('fault-2') },
  disarm: {},
  holdNextRecovery: {},
  resume: {},
};

export interface FakeCluster extends Cluster {
  /** Every verb that was run, with its parameters. */
  readonly ran: readonly unknown[];
  /** Every question, with its page. */
  readonly asked: readonly unknown[];
}

export interface FakeParts {
  readonly answers?: Partial<{ readonly [N in QueryName]: Queries[N]['a'] }>;
  /** Asked before the table. */
  readonly job?: () => m.JobDetails;
  readonly events?: (signal: AbortSignal) => AsyncIterable<JobEvent>;
}

export function fakeCluster(parts: FakeParts = {}): FakeCluster {
  const ran: unknown[] = [];
  const asked: unknown[] = [];
  const all = { ...answers, ...parts.answers };
  return {
    ran,
    asked,
    url: 'http://127.0.0.1:1',
    engine: 'embedded',
    can: () => ({ ok: true }),
    get: (name, query, page) => {
      asked.push(page === undefined ? [name, query] : [name, query, page]);
      const job = name === 'job' ? parts.job?.() : undefined;
      return Promise.resolve((job as Queries[typeof name]['a'] | undefined) ?? all[name]);
    },
    run: (name, verb, options) => {
      ran.push([name, verb]);
      options?.onProgress?.('savepoint: 3 of 4 subtasks');
      return Promise.resolve(outcomes[name]);
    },
    events: (_after, signal) => parts.events?.(signal) ?? noEvents(),
    dispose: () => undefined,
  };
}

async function* noEvents(): AsyncIterableIterator<JobEvent> {
  await Promise.resolve();
  yield* [];
}
