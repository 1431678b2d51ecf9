/** A JobManager's records in the situations of the recordings: the same job, vertex, checkpoint and trigger ids, so that the same requests can be asked. */
import { externalError, errorData, userError } from '../../runtime/base/errors';
import {
  id,
  type AllocationId,
  type CheckpointId,
  type JobId,
  type RunId,
  type TaskManagerId,
  type TriggerId,
  type VertexId,
} from '../../runtime/base/ids';
import type { ExecutionState, JobStatus } from '../../runtime/base/status';
import type {
  CheckpointRecord,
  CheckpointStatsRecord,
  VertexCheckpointRecord,
} from '../../runtime/checkpoint/checkpointRecords';
import { defaultExecutionConfig } from '../../runtime/graph/executionConfig';
import type {
  AttemptRecord,
  ExceptionRecord,
  JobRecord,
  OperationRecord,
  TaskManagerRecord,
  VertexRecord,
} from '../../runtime/jobmanager/records';
import type { RestfulGateway } from '../../runtime/jobmanager/restfulGateway';
import type { ChainedOperator, JobVertex } from '../../runtime/graph/jobGraph';
import { graph, guard } from './ordersJob';

export const nowMs = 1_795_254_802_000;
const startMs = nowMs - 12_000;

const jobs = {
  orders: id<JobId>('d376f884e88fa4a1ce439ebc8380dc74'),
  recovered: id<JobId>('342c8701a8a241d0e7377abf8d4cdc1c'),
  adaptive: id<JobId>('95b63644f65084ee9299b55760fd87a8'),
  failed: id<JobId>('85a28733662a2f5f4698724fa229df37'),
  failedRestore: id<JobId>('b61e0e4778448155dde3e5ea7ea0044b'),
  stopped: id<JobId>('685bb8a86cf40514d3923850e7ff5417'),
  ended: id<JobId>('e'.repeat(32)),
  finished: id<JobId>('3d0abf6a890454d5584ddcb123188d9c'),
};
const failure = errorData(externalError('user.threw', 'Switch fail-1 is on', ''));

function operatorsOf(vertexId: VertexId): readonly ChainedOperator[] {
  return graph.vertices.find((vertex) => vertex.id === vertexId)?.operators ?? [];
}

function attempt(job: JobId, vertexId: VertexId, subtask: number, state: ExecutionState, number = 0): AttemptRecord {
  const lived = { CREATED: startMs, SCHEDULED: startMs + 10, DEPLOYING: startMs + 20 };
  const ran = { ...lived, INITIALIZING: startMs + 30, RUNNING: startMs + 40 };
  return {
    ref: { job, vertex: vertexId, subtask, attempt: number },
    state,
    stateTimes:
      state === 'SCHEDULED' ? { CREATED: startMs, SCHEDULED: startMs + 10 } : { ...ran, [state]: startMs + 40 },
    ...(state === 'SCHEDULED'
      ? {}
      : { taskManager: id<TaskManagerId>(`tm${subtask + 1}`), allocation: id<AllocationId>('0'.repeat(32)) }),
    ...(state === 'FAILED' ? { failure } : {}),
    metrics: {
      ref: { job, vertex: vertexId, subtask, attempt: number },
      recordsIn: 489 + subtask,
      recordsOut: 3,
      bytesIn: 42_391,
      bytesOut: 9,
      busyMs: 1_004.5,
      idleMs: 9_684,
      backPressuredMs: 0,
      ...(subtask === 0 ? { watermarkMs: 1_700_000_526_999 } : {}),
      operators: operatorsOf(vertexId).map(({ operatorId }) => ({
        operator: operatorId,
        recordsIn: 489,
        recordsOut: 3,
        inputWatermarkMs: 1_700_000_526_999,
      })),
      states: [],
      notes: {},
    },
  };
}

/** The second subtask of `guard` may have failed and, when the others run, been started again. */
function vertices(job: JobId, state: ExecutionState, guardFailed: boolean): readonly VertexRecord[] {
  return graph.vertices.map((jobVertex) => ({
    vertex: jobVertex,
    subtasks: Array.from({ length: jobVertex.parallelism }, (_, subtask) => ({
      name: { vertex: jobVertex.id, subtask, parallelism: jobVertex.parallelism, name: jobVertex.name },
      attempts:
        guardFailed && jobVertex.id === guard && subtask === 1
          ? [attempt(job, guard, 1, 'FAILED'), ...(state === 'RUNNING' ? [attempt(job, guard, 1, 'RUNNING', 1)] : [])]
          : [attempt(job, jobVertex.id, subtask, state)],
    })),
  }));
}

function vertexCheckpoint(
  { id: vertexId, parallelism }: JobVertex,
  triggerMs: number,
  acked: number,
): VertexCheckpointRecord {
  return {
    vertex: vertexId,
    parallelism,
    subtasks: Array.from({ length: parallelism }, (_, subtask) =>
      subtask >= acked
        ? undefined
        : {
            subtask,
            ackMs: triggerMs + 140 + subtask,
            metrics: { syncMs: 2.4, asyncMs: 12, alignmentMs: 20, startDelayMs: 8, stateSizeBytes: 157_296 },
            states: {},
            local: {},
          },
    ),
  };
}

/** Of the last vertex so many subtasks have acknowledged. */
function checkpoint(
  number: number,
  status: CheckpointRecord['status'],
  kind: CheckpointRecord['kind'] = 'CHECKPOINT',
  ackedByGuard = status === 'COMPLETED' ? 2 : 0,
): CheckpointRecord {
  const triggerMs = startMs + number * 100;
  const path =
    kind === 'CHECKPOINT'
      ? `/flink/checkpoints/${jobs.orders}/chk-${number}`
      : '/flink/savepoints/savepoint-d376f8-a66c1e9813db';
  return {
    id: id<CheckpointId>(number),
    kind,
    status,
    triggerMs,
    latestAckMs: triggerMs + 141,
    ...(status === 'IN_PROGRESS' ? {} : { endMs: triggerMs + 200 }),
    stateSizeBytes: 471_194 + number,
    acknowledged: 9 + ackedByGuard,
    subtasks: 11,
    vertices: graph.vertices.map((of) => vertexCheckpoint(of, triggerMs, of.id === guard ? ackedByGuard : 2)),
    ...(status === 'COMPLETED' ? { path } : {}),
    discarded: false,
    ...(status === 'FAILED'
      ? {
          failure: {
            atMs: triggerMs + 252,
            reason: 'expired' as const,
            message: 'Checkpoint expired before completing.',
          },
        }
      : {}),
  };
}

const noCheckpoints: CheckpointStatsRecord = {
  counts: { completed: 0, failed: 0, inProgress: 0, restored: 0 },
  history: [],
  older: [],
};

function checkpoints(stop: boolean): CheckpointStatsRecord {
  const savepoint = checkpoint(14, 'COMPLETED', stop ? 'SYNC_SAVEPOINT' : 'SAVEPOINT');
  const history = [
    savepoint,
    checkpoint(13, 'FAILED', 'CHECKPOINT', 1),
    checkpoint(11, 'FAILED', 'CHECKPOINT', 1),
    checkpoint(7, 'IN_PROGRESS'),
    checkpoint(3, 'COMPLETED'),
  ];
  return {
    counts: { completed: 2, failed: 2, inProgress: 1, restored: 1 },
    history,
    older: [],
    latestCompleted: checkpoint(3, 'COMPLETED'),
    latestSavepoint: savepoint,
    latestFailed: checkpoint(13, 'FAILED'),
    latestRestored: {
      id: id<CheckpointId>(2),
      restoredMs: startMs,
      savepoint: true,
      path: '/flink/savepoints/savepoint-d376f8-a66c1e9813db',
    },
  };
}

const failedSavepoint: CheckpointStatsRecord = {
  ...checkpoints(false),
  history: [checkpoint(15, 'FAILED', 'SAVEPOINT', 1), ...checkpoints(false).history],
  latestFailed: checkpoint(15, 'FAILED', 'SAVEPOINT', 1),
};

const exception: ExceptionRecord = {
  atMs: startMs + 5_000,
  error: failure,
  injected: false,
  task: { vertex: guard, subtask: 1, parallelism: 2, name: 'guard' },
  attempt: 0,
  taskManager: id<TaskManagerId>('tm1'),
  concurrent: [],
};

function jobRecord(job: JobId, status: JobStatus, tasks: ExecutionState, parts: Partial<JobRecord> = {}): JobRecord {
  const ended = status === 'FAILED' || status === 'CANCELED' || status === 'FINISHED';
  return {
    id: job,
    name: 'orders',
    jobFile: '/flink/orders.ts',
    status,
    statusTimes: { INITIALIZING: startMs, CREATED: startMs, RUNNING: startMs + 5, [status]: startMs + 6 },
    startMs,
    ...(ended ? { endMs: nowMs - 1_000 } : {}),
    lastModifiedMs: startMs + 6,
    graph,
    config: {
      ...defaultExecutionConfig,
      parallelism: 2,
      maxParallelism: 128,
      checkpointing: { ...defaultExecutionConfig.checkpointing, intervalMs: 3_000 },
    },
    checkpointDirectory: `/flink/checkpoints/${job}`,
    savepointDirectory: '/flink/savepoints',
    vertices: vertices(job, tasks, false),
    checkpoints: checkpoints(status === 'FINISHED'),
    exceptions: [],
    exceptionsTruncated: false,
    recoveries: [],
    holdArmed: false,
    holds: [],
    fenced: 0,
    ...parts,
  };
}

type Situation = 'running' | 'empty' | 'canceled' | 'just started' | 'restarting' | 'no checkpoint' | 'task failed';

/** The situation that a recording was made in, by its name. */
export function situationOf(name: string): Situation {
  if (name.includes('empty')) return 'empty';
  if (name.includes('restarting')) return 'restarting';
  if (name.includes('right-after-run')) return 'just started';
  if (name.includes('canceled') && !name.includes('trigger')) return 'canceled';
  if (name.includes('none-yet')) return 'no checkpoint';
  if (name.includes('after-snapshot-failure')) return 'task failed';
  return 'running';
}

function jobRecords(situation: Situation): readonly JobRecord[] {
  if (situation === 'empty') return [];
  const orders = {
    running: () => jobRecord(jobs.orders, 'RUNNING', 'RUNNING'),
    restarting: () => jobRecord(jobs.orders, 'RUNNING', 'RUNNING'),
    canceled: () => jobRecord(jobs.orders, 'CANCELED', 'CANCELED', { checkpoints: failedSavepoint }),
    'just started': () => jobRecord(jobs.orders, 'RUNNING', 'SCHEDULED'),
    'no checkpoint': () => jobRecord(jobs.orders, 'RUNNING', 'RUNNING', { checkpoints: noCheckpoints }),
    'task failed': () => jobRecord(jobs.orders, 'RUNNING', 'RUNNING', { exceptions: [exception] }),
  }[situation]();
  const restarting = situation === 'restarting';
  return [
    orders,
    jobRecord(jobs.recovered, restarting ? 'RESTARTING' : 'RUNNING', restarting ? 'CANCELED' : 'RUNNING', {
      vertices: vertices(jobs.recovered, restarting ? 'CANCELED' : 'RUNNING', true),
      exceptions: [exception],
    }),
    jobRecord(jobs.adaptive, 'RUNNING', 'RUNNING', {
      exceptions: [{ atMs: startMs, error: failure, injected: false, concurrent: [] }],
    }),
    jobRecord(jobs.failed, 'FAILED', 'CANCELED', {
      vertices: vertices(jobs.failed, 'CANCELED', true),
      exceptions: [{ atMs: startMs, error: failure, injected: false, concurrent: [exception] }],
      failure,
    }),
    jobRecord(jobs.failedRestore, 'FAILED', 'FAILED', {
      failure,
      vertices: [],
      checkpoints: noCheckpoints,
      exceptions: [{ atMs: startMs, error: failure, injected: false, concurrent: [] }],
    }),
    jobRecord(jobs.stopped, 'FINISHED', 'FINISHED'),
    jobRecord(jobs.ended, 'CANCELED', 'CANCELED'),
    jobRecord(jobs.finished, 'FINISHED', 'FINISHED', {
      checkpoints: noCheckpoints,
      config: { ...orders.config, checkpointing: { ...defaultExecutionConfig.checkpointing, mode: 'at_least_once' } },
    }),
  ];
}

const taskManagers: readonly TaskManagerRecord[] = ['tm1', 'tm2'].map((name) => ({
  id: id<TaskManagerId>(name),
  status: 'alive',
  pid: 4_711,
  slots: 2,
  freeSlots: 1,
  allocated: [{ allocation: id<AllocationId>('0'.repeat(32)), job: jobs.orders }],
  directory: `/flink/${name}`,
  dataAddress: `/tmp/${name}.sock`,
  lastHeartbeatMs: nowMs - 100,
  usage: { heapUsedBytes: 1, heapCommittedBytes: 2, heapMaxBytes: 3, externalBytes: 4, cpuMs: 5.5, cpuLoad: 0.25 },
  stalledMs: 0,
  respawns: 0,
}));

const refusal: OperationRecord = {
  status: 'FAILED',
  error: errorData(userError('checkpoint.expired', 'Checkpoint expired before completing.', '')),
};
const saved: OperationRecord = {
  status: 'COMPLETED',
  result: { k: 'savepoint', path: '/flink/savepoints/savepoint-d376f8-a66c1e9813db', sizeBytes: 12, tookMs: 3 },
};
const checkpointed: OperationRecord = { status: 'COMPLETED', result: { k: 'checkpoint', checkpoint: 7 } };

/** What the recorded trigger ids stand for. */
const operations: Readonly<Record<string, OperationRecord>> = {
  a408493bc454b6bb544756f270f44761: checkpointed,
  '94e0345a35f18ad548301c026bccf310': checkpointed,
  '18305ac081164daa51f3fb22650505d6': refusal,
  b6ea62a8e1cdbb34b4df3e630277cfc6: refusal,
  e59ea42445f6bb9d347d1f7e90c82626: refusal,
  a12baa0c81f8dfe374d1d3dfc3221e29: refusal,
  '5010e33a4e219792964c0cc3df278427': saved,
  '35e729148422dc3844c0b406e20f7fd6': saved,
  a458197ba67f6ea2b81d3a0408acf999: refusal,
  ee2ccef9ec5cb1975bfdd65ecbaf011f: refusal,
  '62cf0654762eaeaf3fdd44e661e9f533': { status: 'IN_PROGRESS' },
  a4796af42ed24d5f10859be75328ec1d: refusal,
  '53e07554f8614798bf15b49750bba887': saved,
  '2afa09ca53e7d9fe1325f3f4cdd89335': { status: 'COMPLETED', result: { k: 'disposed' } },
  '031aad941c3fee471f793fca77473bb9': refusal,
};

/** The trigger id that is polled both before and after it is done. */
const polledTwice = id<TriggerId>('abababababababababababababababab');

export function gatewayOf(situation: Situation, inProgress: boolean): RestfulGateway {
  const records = jobRecords(situation);
  const nothing = (): void => undefined;
  const notAsked = (): never => {
    throw new Error('not asked by any recording');
  };
  return {
    run: id<RunId>('run'),
    cluster: () => ({ startMs, taskManagers: 2, slots: 4, freeSlots: 2 }),
    jobs: () => records,
    job: notAsked,
    taskManagers: () => taskManagers,
    submit: notAsked,
    cancel: nothing,
    triggerSavepoint: nothing,
    triggerCheckpoint: nothing,
    disposeSavepoint: nothing,
    operation: (_kind, triggerId) =>
      triggerId === polledTwice ? (inProgress ? { status: 'IN_PROGRESS' } : checkpointed) : operations[triggerId],
    holdNextRecovery: notAsked,
    resume: notAsked,
    inject: notAsked,
    disarm: notAsked,
    faults: () => [],
    query: notAsked,
    events: notAsked,
  };
}
