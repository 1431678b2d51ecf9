import * as v from 'valibot';
import { doubleSchema } from './common';

/** GET …/metrics; `MetricCollectionResponseBody`. Without `get` only the names. */
export const metricsSchema = v.array(v.object({ id: v.string(), value: v.optional(v.string()) }));
export type MetricCollection = v.InferOutput<typeof metricsSchema>;

/** GET …/metrics over several things; `AggregatedMetricsResponseBody`. */
export const aggregatedMetricsSchema = v.array(
  v.object({
    id: v.string(),
    min: v.optional(doubleSchema),
    max: v.optional(doubleSchema),
    avg: v.optional(doubleSchema),
    sum: v.optional(doubleSchema),
    skew: v.optional(doubleSchema),
  }),
);
export type AggregatedMetrics = v.InferOutput<typeof aggregatedMetricsSchema>;

const levelSchema = v.picklist(['ok', 'low', 'high']);

/** GET …/backpressure; `JobVertexBackPressureInfo`. The names with a dash are the older ones. */
export const backpressureSchema = v.object({
  /** `deprecated` while a cluster has only old figures. */
  status: v.picklist(['ok', 'deprecated']),
  backpressureLevel: v.optional(levelSchema),
  'backpressure-level': v.optional(levelSchema),
  'end-timestamp': v.optional(v.number()),
  subtasks: v.optional(
    v.array(
      v.object({
        subtask: v.number(),
        backpressureLevel: levelSchema,
        'backpressure-level': levelSchema,
        ratio: doubleSchema,
        idleRatio: doubleSchema,
        busyRatio: doubleSchema,
      }),
    ),
  ),
});
export type BackpressureInfo = v.InferOutput<typeof backpressureSchema>;

/** GET …/flamegraph; `VertexFlameGraph`. Without `data`: -1 the tasks have ended, -2 flame graphs are off, -3 the first samples are awaited. */
export const flameGraphSchema = v.object({
  endTimestamp: v.number(),
  data: v.optional(v.nullable(v.object({ name: v.string(), value: v.number(), children: v.array(v.unknown()) }))),
});
