import { restError } from '../../../rest/errorBody';
import { executionStates, isEndOfJob, jobStatuses, type JobStatus } from '../../../base/status';
import type { JobConfigInfo, JobDetails, JobDetailsInfo, JobVertexOverview } from '../../../rest/answers/jobs';
import type { JobId } from '../../../base/ids';
import type { JobRecord, VertexRecord } from '../../records';
import type { HandlerContext, Handlers } from '../handlers';
import { exceptionsOf } from './exceptions';
import { aggregateState, currentAttempts, ioMetrics, stateCounts, vertexSpan } from './executions';
import { executionResult } from './executionResult';
import { planOf } from './plan';
import { restartStrategyText } from './restartStrategyText';

/** As many as Flink shows unless asked for more. */
const defaultMaxExceptions = 20;

export function jobHandlers({
  gateway,
  clock,
}: HandlerContext): Handlers<
  | 'jobs'
  | 'jobsOverview'
  | 'job'
  | 'cancelJob'
  | 'jobPlan'
  | 'jobStatus'
  | 'jobConfig'
  | 'jobExceptions'
  | 'executionResult'
> {
  const find = (job: JobId): JobRecord => findJob(gateway.jobs(), job);
  return {
    jobs: () => ({ jobs: gateway.jobs().map(({ id, status }) => ({ id, status })) }),
    jobsOverview: () => ({ jobs: gateway.jobs().map((job) => jobDetails(job, clock.wallMs())) }),
    job: ({ path }) => jobDetailsInfo(find(path.jobid), clock.wallMs()),
    jobPlan: ({ path }) => ({ plan: planOf(path.jobid, find(path.jobid).graph) }),
    jobStatus: ({ path }) => ({ status: find(path.jobid).status }),
    jobConfig: ({ path }) => jobConfig(find(path.jobid)),
    jobExceptions: ({ path, query }) =>
      exceptionsOf(find(path.jobid), {
        maxExceptions: query.maxExceptions ?? defaultMaxExceptions,
        labels: query.failureLabelFilter ?? [],
      }),
    executionResult: ({ path }) => executionResult(find(path.jobid)),
    cancelJob: ({ path, query }) => {
      if (query.mode === 'stop') throw terminationModeStop();
      const job = gateway.jobs().find(({ id }) => id === path.jobid);
      if (job === undefined) throw restError(404, 'Job could not be found.');
      if (isEndOfJob(job.status) && job.status !== 'CANCELED') throw reachedAnotherEnd(job.status);
      gateway.cancel(path.jobid);
      return {};
    },
  };
}

/** Refuses with Flink's words for an unknown job. */
export function findJob(jobs: readonly JobRecord[], id: JobId): JobRecord {
  const job = jobs.find((candidate) => candidate.id === id);
  if (job === undefined) throw restError(404, `Job ${id} not found`);
  return job;
}

function terminationModeStop(): Error {
  return restError(
    308,
    'The termination mode "stop" has been removed. For an ungraceful shutdown, please use "cancel" instead. For a graceful shutdown, please use "jobs/:jobId/stop" instead.',
  );
}

function reachedAnotherEnd(status: JobStatus): Error {
  return restError(
    409,
    `Job cancellation failed because the job has already reached another terminal state (${status}).`,
  );
}

function jobSpan(job: JobRecord, nowMs: number): { 'start-time': number; 'end-time': number; duration: number } {
  return {
    'start-time': job.startMs,
    'end-time': job.endMs ?? -1,
    duration: (job.endMs ?? nowMs) - job.startMs,
  };
}

function jobDetails(job: JobRecord, nowMs: number): JobDetails {
  const attempts = job.vertices.flatMap(currentAttempts);
  const counts = stateCounts(attempts);
  return {
    jid: job.id,
    name: job.name,
    ...jobSpan(job, nowMs),
    state: job.status,
    'last-modification': job.lastModifiedMs,
    tasks: {
      total: attempts.length,
      ...Object.fromEntries(executionStates.map((state) => [state.toLowerCase(), counts[state] ?? 0])),
    },
  };
}

function jobDetailsInfo(job: JobRecord, nowMs: number): JobDetailsInfo {
  const vertices = job.vertices.map((vertex) => vertexOverview(job, vertex, nowMs));
  return {
    jid: job.id,
    name: job.name,
    isStoppable: false,
    state: job.status,
    'job-type': 'STREAMING',
    ...jobSpan(job, nowMs),
    maxParallelism: job.config.maxParallelism ?? -1,
    now: nowMs,
    timestamps: Object.fromEntries(jobStatuses.map((status) => [status, job.statusTimes[status] ?? 0])),
    vertices,
    'status-counts': stateCounts(vertices.map(({ status }) => ({ state: status }))),
    plan: planOf(job.id, job.graph),
  };
}

function vertexOverview(job: JobRecord, record: VertexRecord, nowMs: number): JobVertexOverview {
  const attempts = currentAttempts(record);
  const { id, name, maxParallelism, parallelism } = record.vertex;
  return {
    id,
    // All tasks of a job share slots here, so there is one group; it has the name of the job.
    slotSharingGroupId: job.id,
    name,
    maxParallelism,
    parallelism,
    status: aggregateState(attempts),
    ...vertexSpan(attempts, nowMs),
    tasks: stateCounts(attempts),
    metrics: ioMetrics(attempts),
  };
}

function jobConfig(job: JobRecord): JobConfigInfo {
  return {
    jid: job.id,
    name: job.name,
    'execution-config': {
      'execution-mode': 'PIPELINED',
      'restart-strategy': restartStrategyText(job.config.restartStrategy),
      'job-parallelism': job.config.parallelism,
      'object-reuse-mode': false,
      'user-config': {},
    },
  };
}
