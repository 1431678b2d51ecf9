import * as v from 'valibot';

/** Where an exception happened; absent when it was not the failure of one task. */
const placeFields = {
  location: v.optional(v.nullable(v.string())),
  endpoint: v.optional(v.nullable(v.string())),
  taskManagerId: v.optional(v.nullable(v.string())),
};

const exceptionFields = {
  exceptionName: v.string(),
  stacktrace: v.string(),
  timestamp: v.number(),
  failureLabels: v.optional(v.record(v.string(), v.string())),
  taskName: v.optional(v.nullable(v.string())),
  ...placeFields,
};
const exceptionSchema = v.object(exceptionFields);
export type ExceptionInfo = v.InferOutput<typeof exceptionSchema>;

const rootExceptionSchema = v.object({ ...exceptionFields, concurrentExceptions: v.array(exceptionSchema) });

/** GET /jobs/:jobid/exceptions; `JobExceptionsInfoWithHistory`. The fields beside `exceptionHistory` are gone in Flink 2. */
export const jobExceptionsSchema = v.object({
  'root-exception': v.optional(v.nullable(v.string())),
  timestamp: v.optional(v.nullable(v.number())),
  'all-exceptions': v.optional(
    v.array(v.object({ exception: v.string(), task: v.string(), timestamp: v.number(), ...placeFields })),
  ),
  truncated: v.optional(v.boolean()),
  exceptionHistory: v.object({ entries: v.array(rootExceptionSchema), truncated: v.boolean() }),
});
export type JobExceptionsInfo = v.InferOutput<typeof jobExceptionsSchema>;
