import type { MetricCollection } from '../../../rest/answers/cluster';
import { isEndOfJob } from '../../../base/status';
import type { AttemptRecord, JobRecord } from '../../records';
import { fileUri } from '../../../rest/fileUri';
import type { HandlerContext, Handlers } from '../handlers';
import { currentAttempts } from './executions';
import { findJob } from './jobs';
import { findVertex } from './vertices';

/** Flink's value of a watermark that has not come yet: -2^63. */
const noWatermark = '-9223372036854775808';

export function metricsHandlers({
  gateway,
  clock,
}: HandlerContext): Handlers<'jobMetrics' | 'vertexMetrics' | 'vertexWatermarks'> {
  return {
    jobMetrics: ({ path, query }) =>
      selected(jobMetrics(findJob(gateway.jobs(), path.jobid), clock.wallMs()), query.get),
    vertexMetrics: ({ path, query }) => {
      const attempts = currentAttempts(findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid));
      return selected(new Map(attempts.flatMap((attempt) => [...taskMetrics(attempt)])), query.get);
    },
    vertexWatermarks: ({ path }) =>
      currentAttempts(findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid)).map((attempt) => ({
        id: `${attempt.ref.subtask}.currentInputWatermark`,
        value: watermark(attempt),
      })),
  };
}

/** Without `get` the names alone; unknown names are left out. */
function selected(metrics: ReadonlyMap<string, string>, names: readonly string[] | undefined): MetricCollection {
  if (names === undefined) return [...metrics.keys()].map((id) => ({ id }));
  return names.flatMap((id) => {
    const value = metrics.get(id);
    return value === undefined ? [] : [{ id, value }];
  });
}

function jobMetrics(job: JobRecord, nowMs: number): ReadonlyMap<string, string> {
  const { counts, latestCompleted } = job.checkpoints;
  const restarts = Math.max(0, job.recoveries.length - 1);
  const running = job.status === 'RUNNING' ? nowMs - (job.statusTimes.RUNNING ?? nowMs) : 0;
  const metrics: Record<string, number | string> = {
    numRestarts: restarts,
    fullRestarts: restarts,
    uptime: isEndOfJob(job.status) ? -1 : running,
    runningTime: running,
    totalNumberOfCheckpoints: counts.completed + counts.failed + counts.inProgress,
    numberOfCompletedCheckpoints: counts.completed,
    numberOfFailedCheckpoints: counts.failed,
    numberOfInProgressCheckpoints: counts.inProgress,
    lastCompletedCheckpointId: latestCompleted?.id ?? -1,
    lastCheckpointSize: latestCompleted?.stateSizeBytes ?? -1,
    lastCheckpointFullSize: latestCompleted?.stateSizeBytes ?? -1,
    lastCheckpointDuration:
      latestCompleted?.endMs === undefined ? -1 : latestCompleted.endMs - latestCompleted.triggerMs,
    lastCheckpointExternalPath: latestCompleted?.path === undefined ? 'n/a' : fileUri(latestCompleted.path),
  };
  return new Map(Object.entries(metrics).map(([name, value]) => [name, String(value)]));
}

function taskMetrics(attempt: AttemptRecord): readonly (readonly [string, string])[] {
  const { metrics, ref } = attempt;
  if (metrics === undefined) return [];
  const values: Record<string, number | string> = {
    numRecordsIn: metrics.recordsIn,
    numRecordsOut: metrics.recordsOut,
    numBytesIn: metrics.bytesIn,
    numBytesOut: metrics.bytesOut,
    accumulateBusyTimeMs: Math.round(metrics.busyMs),
    accumulateIdleTimeMs: Math.round(metrics.idleMs),
    accumulateBackPressuredTimeMs: Math.round(metrics.backPressuredMs),
    currentInputWatermark: watermark(attempt),
  };
  return Object.entries(values).map(([name, value]) => [`${ref.subtask}.${name}`, String(value)] as const);
}

function watermark(attempt: AttemptRecord): string {
  return attempt.metrics?.watermarkMs === undefined ? noWatermark : String(attempt.metrics.watermarkMs);
}
