import type { AggregatedMetrics, MetricCollection } from '../../../rest/answers/metrics';

/** Metrics of one thing: values by name. */
export type Metrics = ReadonlyMap<string, string>;

/** Without `get` the names alone; unknown names are left out. */
export function selected(metrics: Metrics, names: readonly string[] | undefined): MetricCollection {
  if (names === undefined) return [...metrics.keys()].map((id) => ({ id }));
  return names.flatMap((id) => {
    const value = metrics.get(id);
    return value === undefined ? [] : [{ id, value }];
  });
}

const aggregations = {
  min: (values: readonly number[]) => Math.min(...values),
  max: (values: readonly number[]) => Math.max(...values),
  avg: average,
  sum: (values: readonly number[]) => values.reduce((total, value) => total + value, 0),
  skew,
} as const;
type Aggregation = keyof typeof aggregations;

/** Over several things, by name: without `get` the names alone, else those that are numbers, in all ways or in those asked for. */
export function aggregated(
  all: readonly Metrics[],
  names: readonly string[] | undefined,
  ways: readonly string[] | undefined,
): AggregatedMetrics {
  if (names === undefined) return [...new Set(all.flatMap((metrics) => [...metrics.keys()]))].map((id) => ({ id }));
  const wanted = (Object.keys(aggregations) as Aggregation[]).filter((way) => ways === undefined || ways.includes(way));
  return names.flatMap((id) => {
    const values = all.map((metrics) => Number(metrics.get(id) ?? NaN)).filter((value) => !Number.isNaN(value));
    if (values.length === 0) return [];
    return [{ id, ...Object.fromEntries(wanted.map((way) => [way, aggregations[way](values)])) }];
  });
}

function average(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** The mean distance from the average as a percentage of it. */
function skew(values: readonly number[]): number {
  const mean = average(values);
  if (mean === 0) return 0;
  return (average(values.map((value) => Math.abs(value - mean))) / mean) * 100;
}
