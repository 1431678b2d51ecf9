import { id, type JobId, type TaskManagerId, type VertexId } from '../../base/ids';
import { isEndOfJob } from '../../base/status';
import type { CheckpointConfigInfo, CheckpointingStatistics } from '../../rest/answers/checkpoints';
import type { TaskManagerInfo as FlinkTaskManager } from '../../rest/answers/cluster';
import type { JobExceptionsInfo } from '../../rest/answers/exceptions';
import type { JobDetails as JobRow, JobDetailsInfo, JobVertexDetailsInfo } from '../../rest/answers/jobs';
import type { JobDetails, JobSummary, TaskInfo, TaskManagerInfo } from '../model';
import { checkpointInfo, directoryOfCheckpoints } from './checkpoints';
import { sentenceOf } from './exceptions';

/** One row of Flink's overview, which is live. */
export function jobSummary(row: JobRow): JobSummary {
  return {
    id: id<JobId>(row.jid),
    name: row.name,
    status: row.state,
    startMs: row['start-time'],
    ...(row['end-time'] < 0 ? {} : { endMs: row['end-time'] }),
  };
}

/** What is asked for one job. Only `row` is live; the other answers come from Flink's cache and may be some seconds older. */
export interface JobAnswers {
  readonly row: JobRow;
  readonly info: JobDetailsInfo;
  readonly vertices: readonly JobVertexDetailsInfo[];
  readonly checkpoints: CheckpointingStatistics;
  readonly config: CheckpointConfigInfo | undefined;
  readonly exceptions: JobExceptionsInfo | undefined;
  readonly freeSlots: number;
}

export function jobDetails(answers: JobAnswers): JobDetails {
  const { row, info, vertices, checkpoints, config } = answers;
  const { completed } = checkpoints.latest;
  const interval = config?.interval;
  const directory = completed === null ? undefined : directoryOfCheckpoints(completed.external_path);
  const waitingFor = slotsWaitedFor(answers);
  const failure = failureOf(answers);
  return {
    ...jobSummary(row),
    nowMs: info.now,
    parallelism: Math.max(1, ...info.vertices.map(({ parallelism }) => parallelism)),
    // Flink writes the largest Java long for "no periodic checkpoints"; it is beyond what a number holds exactly.
    ...(interval !== undefined && Number.isSafeInteger(interval) ? { checkpointIntervalMs: interval } : {}),
    ...(directory === undefined ? {} : { checkpointsDirectory: directory }),
    tasks: vertices.flatMap(tasksOf),
    counts: {
      completed: checkpoints.counts.completed,
      failed: checkpoints.counts.failed,
      inProgress: checkpoints.counts.in_progress,
      restored: checkpoints.counts.restored,
    },
    ...(completed === null ? {} : { latestCheckpoint: checkpointInfo(completed) }),
    holdArmed: false,
    holds: [],
    ...(waitingFor === undefined ? {} : { waitingFor }),
    ...(failure === undefined ? {} : { failure }),
  };
}

function tasksOf({ id: vertex, name, parallelism, subtasks }: JobVertexDetailsInfo): readonly TaskInfo[] {
  return subtasks.map((subtask) => ({
    vertex: id<VertexId>(vertex),
    vertexName: name,
    subtask: subtask.subtask,
    parallelism,
    attempt: subtask.attempt,
    status: subtask.status,
    ...(isAssigned(subtask['taskmanager-id']) ? { taskManager: id<TaskManagerId>(subtask['taskmanager-id']) } : {}),
    recordsIn: subtask.metrics['read-records'],
    recordsOut: subtask.metrics['write-records'],
  }));
}

/** A task without a slot has this in the place of its TaskManager. */
function isAssigned(taskManager: string): boolean {
  return taskManager !== '(unassigned)' && taskManager !== '';
}

function slotsWaitedFor({ row, freeSlots }: JobAnswers): string | undefined {
  const waiting = (row.tasks['scheduled'] ?? 0) + (row.tasks['created'] ?? 0);
  if (row.state !== 'RUNNING' || waiting === 0 || freeSlots > 0) return undefined;
  return `${waiting === 1 ? 'One task waits' : `${waiting} tasks wait`} for slots; none is free.`;
}

function failureOf({ row, exceptions }: JobAnswers): JobDetails['failure'] {
  const newest = exceptions?.exceptionHistory.entries[0];
  if (row.state !== 'FAILED' || newest === undefined) return undefined;
  return { text: sentenceOf(newest), stack: newest.stacktrace };
}

/** Whether a job's exceptions are worth asking for when it is shown: only what has failed says why. */
export function tellsFailure({ state }: JobRow): boolean {
  return state === 'FAILED';
}

/** Jobs of which something may still change. */
export function isLive({ state }: JobRow): boolean {
  return !isEndOfJob(state);
}

export function taskManagerInfo({ id: name, slotsNumber, freeSlots }: FlinkTaskManager): TaskManagerInfo {
  return { id: id<TaskManagerId>(name), status: 'alive', slots: slotsNumber, freeSlots };
}
