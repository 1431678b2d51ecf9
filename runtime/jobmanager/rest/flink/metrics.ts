import type { JobId, VertexId } from '../../../base/ids';
import { isEndOfJob, type JobStatus } from '../../../base/status';
import { fileUri } from '../../../base/fileUri';
import type { AttemptRecord, JobRecord, VertexRecord } from '../../records';
import type { HandlerContext, Handlers } from '../handlers';
import { backpressureOf } from './backpressure';
import { currentAttempts } from './executions';
import { findJob } from './jobs';
import { aggregated, selected, type Metrics } from './metricSelection';
import { taskMetrics, watermark } from './taskMetrics';
import { findSubtask, findVertex } from './vertices';

/** Flink's answer with `rest.flamegraph.enabled: false`. */
const flameGraphsDisabled = -2;

type Names =
  | 'jobMetrics'
  | 'jobsMetrics'
  | 'vertexMetrics'
  | 'vertexWatermarks'
  | 'vertexBackpressure'
  | 'coordinatorMetrics'
  | 'flameGraph'
  | 'subtasksMetrics'
  | 'subtaskMetrics';

export function metricsHandlers({ gateway, clock }: HandlerContext): Handlers<Names> {
  const find = ({
    jobid,
    vertexid,
  }: {
    readonly jobid: JobId;
    readonly vertexid: VertexId;
  }): { readonly job: JobRecord; readonly vertex: VertexRecord } => {
    const job = findJob(gateway.jobs(), jobid);
    return { job, vertex: findVertex(job, vertexid) };
  };
  const ofTask = (job: JobRecord, { vertex }: VertexRecord, attempt: AttemptRecord): Metrics =>
    taskMetrics(vertex, attempt, job.checkpoints, clock.wallMs());
  return {
    jobMetrics: ({ path, query }) =>
      selected(jobMetrics(findJob(gateway.jobs(), path.jobid), clock.wallMs()), query.get),
    jobsMetrics: ({ query }) => {
      const jobs = gateway.jobs().filter(({ id }) => query.jobs?.includes(id) ?? true);
      return aggregated(
        jobs.map((job) => jobMetrics(job, clock.wallMs())),
        query.get,
        query.agg,
      );
    },
    vertexMetrics: ({ path, query }) => {
      const { job, vertex } = find(path);
      return selected(
        new Map(
          currentAttempts(vertex).flatMap((attempt) =>
            [...ofTask(job, vertex, attempt)].map(
              ([name, value]) => [`${attempt.ref.subtask}.${name}`, value] as const,
            ),
          ),
        ),
        query.get,
      );
    },
    subtasksMetrics: ({ path, query }) => {
      const { job, vertex } = find(path);
      const attempts = currentAttempts(vertex).filter(
        ({ ref }) => query.subtasks?.includes(String(ref.subtask)) ?? true,
      );
      return aggregated(
        attempts.map((attempt) => ofTask(job, vertex, attempt)),
        query.get,
        query.agg,
      );
    },
    subtaskMetrics: ({ path, query }) => {
      const { job, vertex } = find(path);
      return selected(ofTask(job, vertex, findSubtask(vertex, path.subtaskindex)), query.get);
    },
    vertexWatermarks: ({ path }) =>
      currentAttempts(find(path).vertex).map((attempt) => ({
        id: `${attempt.ref.subtask}.currentInputWatermark`,
        value: watermark(attempt),
      })),
    // Operators have no coordinators in the JobManager.
    coordinatorMetrics: ({ path, query }) => {
      find(path);
      return selected(new Map(), query.get);
    },
    flameGraph: ({ path }) => {
      find(path);
      return { endTimestamp: flameGraphsDisabled };
    },
    vertexBackpressure: ({ path }) => backpressureOf(find(path).vertex, clock.wallMs()),
  };
}

function jobMetrics(job: JobRecord, nowMs: number): ReadonlyMap<string, string> {
  const { counts, latestCompleted, latestRestored } = job.checkpoints;
  const restarts = Math.max(0, job.recoveries.length - 1);
  const since = (...statuses: readonly JobStatus[]): number =>
    statuses.includes(job.status) ? nowMs - (job.statusTimes[job.status] ?? nowMs) : 0;
  const running = since('RUNNING');
  const metrics: Record<string, number | string> = {
    numRestarts: restarts,
    fullRestarts: restarts,
    uptime: isEndOfJob(job.status) ? -1 : running,
    downtime: isEndOfJob(job.status) ? -1 : since('RESTARTING', 'FAILING'),
    runningTime: running,
    restartingTime: since('RESTARTING'),
    failingTime: since('FAILING'),
    cancellingTime: since('CANCELLING'),
    createdTime: since('CREATED'),
    initializingTime: since('INITIALIZING'),
    totalNumberOfCheckpoints: counts.completed + counts.failed + counts.inProgress,
    numberOfCompletedCheckpoints: counts.completed,
    numberOfFailedCheckpoints: counts.failed,
    numberOfInProgressCheckpoints: counts.inProgress,
    lastCompletedCheckpointId: latestCompleted?.id ?? -1,
    lastCheckpointSize: latestCompleted?.stateSizeBytes ?? -1,
    lastCheckpointFullSize: latestCompleted?.stateSizeBytes ?? -1,
    lastCheckpointDuration:
      latestCompleted?.endMs === undefined ? -1 : latestCompleted.endMs - latestCompleted.triggerMs,
    lastCheckpointProcessedData: latestCompleted === undefined ? -1 : 0,
    lastCheckpointPersistedData: latestCompleted === undefined ? -1 : 0,
    lastCheckpointRestoreTimestamp: latestRestored?.restoredMs ?? -1,
    lastCheckpointExternalPath: latestCompleted?.path === undefined ? 'n/a' : fileUri(latestCompleted.path),
  };
  return new Map(Object.entries(metrics).map(([name, value]) => [name, String(value)]));
}
