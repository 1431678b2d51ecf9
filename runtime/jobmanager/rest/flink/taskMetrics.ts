import { isEndOfTask } from '../../../base/status';
import type { CheckpointStatsRecord } from '../../../checkpoint/checkpointRecords';
import type { AttemptRecord } from '../../records';
import { ratesOf, type TaskRates } from '../../taskRates';
import type { JobVertex } from '../../../graph/jobGraph';
import { operatorMetrics } from './operatorMetrics';
import { watermarkText } from './watermarkText';

/** Of a second that a task waits for output: beyond it Flink calls it backpressured. */
const backPressuredAboveMs = 0;

/** Values by name, of one task and its operators, with Flink's names. Nothing is known of a task that has never reported. */
export function taskMetrics(
  vertex: JobVertex,
  attempt: AttemptRecord,
  checkpoints: CheckpointStatsRecord,
  nowMs: number,
): ReadonlyMap<string, string> {
  const { metrics } = attempt;
  if (metrics === undefined) return new Map();
  const rates = taskRates(attempt, nowMs);
  const snapshot = lastSnapshot(attempt, checkpoints);
  const values: Record<string, number | string> = {
    numRecordsIn: metrics.recordsIn,
    numRecordsInPerSecond: rates.recordsIn,
    numRecordsOut: metrics.recordsOut,
    numRecordsOutPerSecond: rates.recordsOut,
    numBytesIn: metrics.bytesIn,
    numBytesInPerSecond: rates.bytesIn,
    numBytesOut: metrics.bytesOut,
    numBytesOutPerSecond: rates.bytesOut,
    busyTimeMsPerSecond: rates.busyMs,
    idleTimeMsPerSecond: Math.round(rates.idleMs),
    backPressuredTimeMsPerSecond: Math.round(rates.backPressuredMs),
    // A task here waits for output between two batches, never in the middle of one.
    softBackPressuredTimeMsPerSecond: Math.round(rates.backPressuredMs),
    hardBackPressuredTimeMsPerSecond: 0,
    isBackPressured: String(rates.backPressuredMs > backPressuredAboveMs),
    accumulateBusyTimeMs: Math.round(metrics.busyMs),
    accumulateIdleTimeMs: Math.round(metrics.idleMs),
    accumulateBackPressuredTimeMs: Math.round(metrics.backPressuredMs),
    currentInputWatermark: watermark(attempt),
    ...initializationTime(attempt),
    ...(snapshot === undefined
      ? {}
      : {
          checkpointAlignmentTime: Math.round(snapshot.alignmentMs * 1e6),
          checkpointStartDelayNanos: Math.round(snapshot.startDelayMs * 1e6),
        }),
  };
  const own = Object.entries(values).map(([name, value]) => [name, String(value)] as const);
  return new Map([...own, ...operatorMetrics(vertex, attempt, nowMs)]);
}

/** Of a task that has ended there is nothing any more. */
export function taskRates(attempt: AttemptRecord, nowMs: number): TaskRates {
  return ratesOf(isEndOfTask(attempt.state) ? [] : (attempt.samples ?? []), nowMs);
}

export function watermark(attempt: AttemptRecord): string {
  return watermarkText(attempt.metrics?.watermarkMs);
}

/** How long it took to restore its state and open its operators. */
function initializationTime({ stateTimes }: AttemptRecord): { readonly initializationTime?: number } {
  const { INITIALIZING: from, RUNNING: to } = stateTimes;
  return from === undefined || to === undefined ? {} : { initializationTime: to - from };
}

function lastSnapshot({ ref }: AttemptRecord, { latestCompleted }: CheckpointStatsRecord) {
  return latestCompleted?.vertices.find(({ vertex }) => vertex === ref.vertex)?.subtasks[ref.subtask]?.metrics;
}
