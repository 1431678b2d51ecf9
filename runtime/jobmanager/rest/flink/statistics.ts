import type { StatsSummary } from '../../../rest/answers/checkpoints';
import type { Aggregate } from '../../../rest/answers/jobs';

/**
 * Percentile `p` of sorted values by the estimation that Flink's summaries use (Apache Commons Math, LEGACY: position p(n+1)/100,
 * linear in between). NaN when there are none.
 */
function percentile(sorted: readonly number[], p: number): number {
  const last = sorted.length - 1;
  const position = (p * (sorted.length + 1)) / 100;
  const below = Math.floor(position);
  const [low, high] = [sorted[Math.min(last, Math.max(0, below - 1))], sorted[Math.min(last, Math.max(0, below))]];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + Math.min(1, Math.max(0, position - below)) * (high - low);
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** The summary of whole numbers: whole min, max and average, percentiles as doubles. */
export function statsSummary(values: readonly number[]): StatsSummary {
  const sorted = ascending(values);
  const at = (p: number): number | 'NaN' => (sorted.length === 0 ? 'NaN' : percentile(sorted, p));
  return { ...extremes(sorted), p50: at(50), p90: at(90), p95: at(95), p99: at(99), p999: at(99.9) };
}

/** The same without percentiles: Flink keeps none per task. */
export function statsWithoutPercentiles(values: readonly number[]): StatsSummary {
  return { ...extremes(ascending(values)), p50: 'NaN', p90: 'NaN', p95: 'NaN', p99: 'NaN', p999: 'NaN' };
}

/** Alignment is not buffered in this version of the API any more; its summary is all zeros. */
export const noStats: StatsSummary = { min: 0, max: 0, avg: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0 };

function extremes(sorted: readonly number[]): { min: number; max: number; avg: number } {
  return {
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    avg: sorted.length === 0 ? 0 : Math.trunc(sumOf(sorted) / sorted.length),
  };
}

/** Flink's `MetricStats`-like aggregate over subtasks, in whole numbers. */
export function aggregate(values: readonly number[]): Aggregate {
  const sorted = ascending(values);
  const at = (p: number): number => (sorted.length === 0 ? 0 : Math.trunc(percentile(sorted, p)));
  return { ...extremes(sorted), sum: Math.trunc(sumOf(sorted)), median: at(50), p25: at(25), p75: at(75), p95: at(95) };
}
