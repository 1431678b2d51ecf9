/** One job of one vertex with two subtasks, as the JobManager remembers it. */
import {
  id,
  type AllocationId,
  type CheckpointId,
  type HoldId,
  type JobId,
  type OperatorId,
  type TaskManagerId,
  type VertexId,
} from '../../../runtime/base/ids';
import type { RecoveryEvent } from '../../../runtime/base/events';
import type { CheckpointRecord } from '../../../runtime/checkpoint/checkpointRecords';
import { defaultExecutionConfig } from '../../../runtime/graph/executionConfig';
import type { JobRecord, VertexRecord } from '../../../runtime/jobmanager/records';

export const job = id<JobId>('d376f884e88fa4a1ce439ebc8380dc74');
export const operator = id<OperatorId>('64d13d9aa16aa0e7527f2a20c03a2a05');
const vertex = id<VertexId>(operator);

export function checkpoint(number: number, savepoint = false): CheckpointRecord {
  return {
    id: id<CheckpointId>(number),
    kind: savepoint ? 'SAVEPOINT' : 'CHECKPOINT',
    status: 'COMPLETED',
    triggerMs: number * 10,
    latestAckMs: number * 10 + 5,
    endMs: number * 10 + 6,
    stateSizeBytes: 100 + number,
    acknowledged: 2,
    subtasks: 2,
    path: savepoint ? `/sp/savepoint-${number}` : `/cp/chk-${number}`,
    discarded: false,
    vertices: [
      {
        vertex,
        parallelism: 2,
        subtasks: [
          {
            subtask: 0,
            ackMs: number * 10 + 5,
            metrics: { syncMs: 1, asyncMs: 1, alignmentMs: 0, startDelayMs: 0, stateSizeBytes: 50 },
            states: {
              [operator]: {
                managedKeyed: {
                  t: 'keyGroups',
                  range: { start: 0, end: 63 },
                  offsets: [],
                  data: { t: 'relative', path: 'f1', sizeBytes: 50 },
                },
              },
            },
            local: { [operator]: { directory: '/tm-1/local', sizeBytes: 50 } },
          },
          undefined,
        ],
      },
    ],
  };
}

function vertexRecord(entries: readonly [number, number]): VertexRecord {
  return {
    vertex: {
      id: vertex,
      name: 'counts -> sink',
      parallelism: 2,
      maxParallelism: 128,
      operators: [
        { nodeId: 1, operatorId: operator, uid: 'counts', name: 'counts', kind: 'keyedProcess', chainedTo: [] },
      ],
    },
    subtasks: [0, 1].map((subtask) => ({
      name: { vertex, subtask, parallelism: 2, name: 'counts -> sink' },
      attempts: [
        {
          ref: { job, vertex, subtask, attempt: 0 },
          state: 'RUNNING',
          stateTimes: { RUNNING: 5 },
          taskManager: id<TaskManagerId>(`tm-${subtask + 1}`),
          allocation: id<AllocationId>('a'.repeat(32)),
          metrics: {
            ref: { job, vertex, subtask, attempt: 0 },
            recordsIn: 10,
            recordsOut: 10,
            bytesIn: 1,
            bytesOut: 1,
            busyMs: 1,
            idleMs: 1,
            backPressuredMs: 0,
            operators: [],
            states: [
              {
                operator,
                state: 'count',
                kind: 'value',
                type: 'LONG',
                keyType: 'STRING',
                entries: entries[subtask] ?? 0,
                sizeBytes: 50,
              },
            ],
            notes: {},
          },
        },
      ],
    })),
  };
}

export function jobRecord(parts: Partial<JobRecord> = {}): JobRecord {
  return {
    id: job,
    name: 'counts',
    jobFile: '/jobs/counts.ts',
    status: 'RUNNING',
    statusTimes: { RUNNING: 5 },
    startMs: 1,
    lastModifiedMs: 5,
    graph: { jobName: 'counts', vertices: [vertexRecord([0, 0]).vertex], edges: [] },
    config: defaultExecutionConfig,
    checkpointDirectory: '/cp',
    savepointDirectory: '/sp',
    vertices: [vertexRecord([3, 2])],
    checkpoints: { counts: { completed: 0, failed: 0, inProgress: 0, restored: 0 }, history: [], older: [] },
    exceptions: [],
    exceptionsTruncated: false,
    recoveries: [],
    holdArmed: false,
    holds: [],
    fenced: 0,
    ...parts,
  };
}

export function heldAt(event: RecoveryEvent): JobRecord['holds'][number] {
  return { hold: id<HoldId>('hold-1'), event };
}
