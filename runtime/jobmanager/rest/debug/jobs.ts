import type { HeldStep, JobDetails, TaskInfo } from '../../../rest/debug/model';
import { errorText } from '../../../base/errors';
import { stepText } from '../../../rest/recovery/recoveryText';
import type { AttemptRecord, HeldStepRecord, JobRecord, VertexRecord } from '../../records';
import { currentAttempts } from '../flink/executions';
import { stackOf } from '../flink/executionResult';
import { checkpointInfo } from './checkpoints';

/** All that a view of one job shows before anything is opened, in one answer. */
export function debugJob(job: JobRecord, nowMs: number): JobDetails {
  const { counts, latestCompleted } = job.checkpoints;
  const { intervalMs } = job.config.checkpointing;
  return {
    id: job.id,
    name: job.name,
    status: job.status,
    startMs: job.startMs,
    ...(job.endMs === undefined ? {} : { endMs: job.endMs }),
    nowMs,
    parallelism: job.config.parallelism,
    jobFile: job.jobFile,
    ...(intervalMs === undefined ? {} : { checkpointIntervalMs: intervalMs }),
    checkpointsDirectory: job.checkpointDirectory,
    tasks: job.vertices.flatMap((vertex) => currentAttempts(vertex).map((attempt) => taskInfo(vertex, attempt))),
    counts: {
      completed: counts.completed,
      failed: counts.failed,
      inProgress: counts.inProgress,
      restored: counts.restored,
    },
    ...(latestCompleted === undefined ? {} : { latestCheckpoint: checkpointInfo(latestCompleted, nowMs) }),
    ...restartsOf(job),
    holdArmed: job.holdArmed,
    holds: job.holds.map(heldStep),
    ...(job.waitingFor === undefined ? {} : { waitingFor: job.waitingFor }),
    ...(job.failure === undefined ? {} : { failure: { text: errorText(job.failure), stack: stackOf(job.failure) } }),
  };
}

const restartsShown = 10;

/** Recovery 0 is the start of the job. */
function restartsOf({ recoveries }: JobRecord): Pick<JobDetails, 'restarts'> {
  const restarts = recoveries.filter(({ recovery }) => recovery > 0);
  if (restarts.length === 0) return {};
  const atMs = restarts.slice(-restartsShown).map(({ startMs }) => startMs);
  return { restarts: { count: restarts.length, atMs: atMs.toReversed() } };
}

function taskInfo({ vertex }: VertexRecord, attempt: AttemptRecord): TaskInfo {
  const { taskManager, allocation } = attempt;
  return {
    vertex: vertex.id,
    vertexName: vertex.name,
    subtask: attempt.ref.subtask,
    parallelism: vertex.parallelism,
    attempt: attempt.ref.attempt,
    status: attempt.state,
    ...(taskManager === undefined ? {} : { taskManager }),
    ...(allocation === undefined ? {} : { allocation }),
    recordsIn: attempt.metrics?.recordsIn ?? 0,
    recordsOut: attempt.metrics?.recordsOut ?? 0,
  };
}

function heldStep({ hold, event }: HeldStepRecord): HeldStep {
  return { hold, event, text: `held before: ${stepText(event.step)}` };
}
