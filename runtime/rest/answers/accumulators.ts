import * as v from 'valibot';
import { hexIdSchema } from './common';

const accumulatorsSchema = v.array(v.object({ name: v.string(), type: v.string(), value: v.string() }));

/** GET /jobs/:jobid/accumulators; `JobAccumulatorsInfo`. The serialized ones are Java objects in Base64, given only when asked for. */
export const jobAccumulatorsSchema = v.object({
  'job-accumulators': v.array(v.unknown()),
  'user-task-accumulators': accumulatorsSchema,
  'serialized-user-task-accumulators': v.record(v.string(), v.string()),
});

/** GET /jobs/:jobid/vertices/:vertexid/accumulators; `JobVertexAccumulatorsInfo`. */
export const vertexAccumulatorsSchema = v.object({ id: hexIdSchema, 'user-accumulators': accumulatorsSchema });

const attemptFields = { subtask: v.number(), attempt: v.number(), 'user-accumulators': accumulatorsSchema };

/** GET …/subtasks/accumulators; `SubtasksAllAccumulatorsInfo`. */
export const subtasksAccumulatorsSchema = v.object({
  id: hexIdSchema,
  parallelism: v.number(),
  subtasks: v.array(v.object({ ...attemptFields, host: v.optional(v.string()), endpoint: v.optional(v.string()) })),
});

/** GET …/subtasks/:subtaskindex/attempts/:attempt/accumulators; `id` is Flink's `ExecutionAttemptID`. */
export const attemptAccumulatorsSchema = v.object({ ...attemptFields, id: v.string() });
