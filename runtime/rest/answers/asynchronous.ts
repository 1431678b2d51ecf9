import * as v from 'valibot';
import { hexIdSchema } from './common';

/** Flink's `TriggerResponse`: the name of a request that is asked for again until it is done. */
export const triggerResponseSchema = v.object({ 'request-id': hexIdSchema });

const throwableSchema = v.object({
  class: v.string(),
  'stack-trace': v.string(),
  /** Java serialization in Base64; empty where there is no Java. */
  'serialized-throwable': v.string(),
  /** Only of the embedded runtime: the error as data. */
  error: v.optional(v.unknown()),
});
export type SerializedThrowable = v.InferOutput<typeof throwableSchema>;

const queueStatusSchema = v.object({ id: v.picklist(['IN_PROGRESS', 'COMPLETED']) });

/** GET /jobs/:jobid/checkpoints/:triggerid; `AsynchronousOperationResult<CheckpointInfo>`. */
export const checkpointOperationSchema = v.object({
  status: queueStatusSchema,
  operation: v.nullable(v.object({ checkpointId: v.optional(v.number()), failureCause: v.optional(throwableSchema) })),
});

/** GET /jobs/:jobid/savepoints/:triggerid; `AsynchronousOperationResult<SavepointInfo>`. */
export const savepointOperationSchema = v.object({
  status: queueStatusSchema,
  operation: v.nullable(v.object({ location: v.optional(v.string()), 'failure-cause': v.optional(throwableSchema) })),
});
export type SavepointOperation = v.InferOutput<typeof savepointOperationSchema>;

/** GET /savepoint-disposal/:triggerid; `AsynchronousOperationResult<AsynchronousOperationInfo>`. */
export const disposalOperationSchema = v.object({
  status: queueStatusSchema,
  operation: v.nullable(v.object({ 'failure-cause': v.optional(throwableSchema) })),
});

/** GET /jobs/:jobid/execution-result; `JobExecutionResultResponseBody`. */
export const executionResultSchema = v.object({
  status: queueStatusSchema,
  'job-execution-result': v.optional(
    v.object({
      id: hexIdSchema,
      'application-status': v.picklist(['SUCCEEDED', 'FAILED', 'CANCELED', 'UNKNOWN']),
      'accumulator-results': v.record(v.string(), v.string()),
      'net-runtime': v.number(),
      'failure-cause': v.optional(throwableSchema),
    }),
  ),
});
export type JobExecutionResultResponse = v.InferOutput<typeof executionResultSchema>;
