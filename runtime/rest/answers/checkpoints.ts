import * as v from 'valibot';
import { doubleSchema } from './common';

const statsSchema = v.object({
  min: v.number(),
  max: v.number(),
  avg: v.number(),
  p50: doubleSchema,
  p90: doubleSchema,
  p95: doubleSchema,
  p99: doubleSchema,
  p999: doubleSchema,
});
/** Flink's `StatsSummaryDto`; the percentiles are "NaN" where nothing was counted. */
export type StatsSummary = v.InferOutput<typeof statsSchema>;

const checkpointStatusSchema = v.picklist(['IN_PROGRESS', 'COMPLETED', 'FAILED']);

const sizeFields = {
  latest_ack_timestamp: v.number(),
  checkpointed_size: v.number(),
  state_size: v.number(),
  end_to_end_duration: v.number(),
  alignment_buffered: v.number(),
  processed_data: v.number(),
  persisted_data: v.number(),
  num_subtasks: v.number(),
  num_acknowledged_subtasks: v.number(),
};

const taskCheckpointSchema = v.object({ id: v.number(), status: checkpointStatusSchema, ...sizeFields });
export type TaskCheckpointStatistics = v.InferOutput<typeof taskCheckpointSchema>;

const checkpointFields = {
  id: v.number(),
  is_savepoint: v.boolean(),
  savepointFormat: v.optional(v.nullable(v.string())),
  trigger_timestamp: v.number(),
  ...sizeFields,
  checkpoint_type: v.picklist(['CHECKPOINT', 'UNALIGNED_CHECKPOINT', 'SAVEPOINT', 'SYNC_SAVEPOINT']),
  /** By vertex; empty everywhere except in the details of one checkpoint. */
  tasks: v.record(v.string(), taskCheckpointSchema),
};

const completedCheckpointSchema = v.object({
  className: v.literal('completed'),
  status: v.literal('COMPLETED'),
  ...checkpointFields,
  external_path: v.nullable(v.string()),
  discarded: v.boolean(),
});
export type CompletedCheckpointStatistics = v.InferOutput<typeof completedCheckpointSchema>;

const failedCheckpointSchema = v.object({
  className: v.literal('failed'),
  status: v.literal('FAILED'),
  ...checkpointFields,
  failure_timestamp: v.number(),
  failure_message: v.nullable(v.string()),
});
export type FailedCheckpointStatistics = v.InferOutput<typeof failedCheckpointSchema>;

const pendingCheckpointSchema = v.object({
  className: v.literal('in_progress'),
  status: v.literal('IN_PROGRESS'),
  ...checkpointFields,
});

/** GET /jobs/:jobid/checkpoints/details/:checkpointid; `CheckpointStatistics`. */
export const checkpointSchema = v.variant('className', [
  completedCheckpointSchema,
  failedCheckpointSchema,
  pendingCheckpointSchema,
]);
export type CheckpointStatistics = v.InferOutput<typeof checkpointSchema>;

/** GET /jobs/:jobid/checkpoints; `CheckpointingStatistics`. */
export const checkpointingStatisticsSchema = v.object({
  counts: v.object({
    restored: v.number(),
    total: v.number(),
    in_progress: v.number(),
    completed: v.number(),
    failed: v.number(),
  }),
  summary: v.object({
    checkpointed_size: statsSchema,
    state_size: statsSchema,
    end_to_end_duration: statsSchema,
    alignment_buffered: statsSchema,
    processed_data: statsSchema,
    persisted_data: statsSchema,
  }),
  latest: v.object({
    completed: v.nullable(completedCheckpointSchema),
    savepoint: v.nullable(completedCheckpointSchema),
    failed: v.nullable(failedCheckpointSchema),
    restored: v.nullable(
      v.object({
        id: v.number(),
        restore_timestamp: v.number(),
        is_savepoint: v.boolean(),
        external_path: v.nullable(v.string()),
      }),
    ),
  }),
  history: v.array(checkpointSchema),
});
export type CheckpointingStatistics = v.InferOutput<typeof checkpointingStatisticsSchema>;

/** GET /jobs/:jobid/checkpoints/config; `CheckpointConfigInfo`. `interval` is 2^63 - 1 when there are no periodic checkpoints. */
export const checkpointConfigSchema = v.object({
  mode: v.picklist(['exactly_once', 'at_least_once']),
  interval: v.number(),
  timeout: v.number(),
  min_pause: v.number(),
  max_concurrent: v.number(),
  externalization: v.object({ enabled: v.boolean(), delete_on_cancellation: v.boolean() }),
  state_backend: v.string(),
  checkpoint_storage: v.string(),
  unaligned_checkpoints: v.boolean(),
  tolerable_failed_checkpoints: v.number(),
  aligned_checkpoint_timeout: v.number(),
  checkpoints_after_tasks_finish: v.boolean(),
  state_changelog_enabled: v.boolean(),
  changelog_periodic_materialization_interval: v.number(),
  changelog_storage: v.string(),
});
export type CheckpointConfigInfo = v.InferOutput<typeof checkpointConfigSchema>;

const completedSubtaskSchema = v.object({
  className: v.literal('completed'),
  index: v.number(),
  status: v.literal('completed'),
  ack_timestamp: v.number(),
  end_to_end_duration: v.number(),
  checkpointed_size: v.number(),
  state_size: v.number(),
  checkpoint: v.object({ sync: v.number(), async: v.number() }),
  alignment: v.object({ buffered: v.number(), processed: v.number(), persisted: v.number(), duration: v.number() }),
  start_delay: v.number(),
  unaligned_checkpoint: v.boolean(),
  aborted: v.boolean(),
});
export type CompletedSubtaskCheckpointStatistics = v.InferOutput<typeof completedSubtaskSchema>;

const pendingSubtaskSchema = v.object({
  className: v.literal('pending'),
  index: v.number(),
  status: v.literal('pending_or_failed'),
});

/** GET /jobs/:jobid/checkpoints/details/:checkpointid/subtasks/:vertexid; `TaskCheckpointStatisticsWithSubtaskDetails`. */
export const taskCheckpointDetailsSchema = v.object({
  id: v.number(),
  status: checkpointStatusSchema,
  ...sizeFields,
  summary: v.object({
    checkpointed_size: statsSchema,
    state_size: statsSchema,
    end_to_end_duration: statsSchema,
    checkpoint_duration: v.object({ sync: statsSchema, async: statsSchema }),
    alignment: v.object({
      buffered: statsSchema,
      processed: statsSchema,
      persisted: statsSchema,
      duration: statsSchema,
    }),
    start_delay: statsSchema,
  }),
  subtasks: v.array(v.variant('className', [completedSubtaskSchema, pendingSubtaskSchema])),
});
export type TaskCheckpointDetails = v.InferOutput<typeof taskCheckpointDetailsSchema>;
