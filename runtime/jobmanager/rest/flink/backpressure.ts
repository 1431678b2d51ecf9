import type { BackpressureInfo } from '../../../rest/answers/metrics';
import type { VertexRecord } from '../../records';
import { currentAttempts } from './executions';
import { taskRates } from './taskMetrics';

type Level = NonNullable<BackpressureInfo['backpressureLevel']>;

/** How much of its time each subtask waits for output, and what Flink calls it; the worst one counts for the vertex. */
export function backpressureOf(vertex: VertexRecord, nowMs: number): BackpressureInfo {
  const subtasks = currentAttempts(vertex).map((attempt) => {
    const { backPressuredMs, idleMs, busyMs } = taskRates(attempt, nowMs);
    const level = levelOf(backPressuredMs / 1_000);
    return {
      subtask: attempt.ref.subtask,
      backpressureLevel: level,
      ratio: ratio(backPressuredMs),
      idleRatio: ratio(idleMs),
      busyRatio: ratio(busyMs),
      'backpressure-level': level,
    };
  });
  const level = levelOf(Math.max(0, ...subtasks.map((subtask) => subtask.ratio)));
  return {
    status: 'ok',
    backpressureLevel: level,
    'end-timestamp': nowMs,
    subtasks,
    'backpressure-level': level,
  };
}

/** Flink's `JobVertexBackPressureHandler`. */
function levelOf(ratio: number): Level {
  if (ratio <= 0.1) return 'ok';
  return ratio <= 0.5 ? 'low' : 'high';
}

function ratio(msPerSecond: number): number {
  return Math.round(msPerSecond) / 1_000;
}
