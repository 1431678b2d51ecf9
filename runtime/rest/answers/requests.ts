import * as v from 'valibot';
import { hexIdSchema } from './common';

/** A body of Flink's API; fields it does not know are ignored. */
const formatType = v.picklist(['CANONICAL', 'NATIVE']);

/** POST /jobs/:jobid/checkpoints. */
export const checkpointTriggerSchema = v.object({
  checkpointType: v.optional(v.picklist(['CONFIGURED', 'FULL', 'INCREMENTAL'])),
  triggerId: v.optional(hexIdSchema),
});

/** POST /jobs/:jobid/savepoints. */
export const savepointTriggerSchema = v.object({
  'target-directory': v.optional(v.nullable(v.string())),
  'cancel-job': v.optional(v.boolean()),
  formatType: v.optional(formatType),
  triggerId: v.optional(hexIdSchema),
});

/** POST /jobs/:jobid/stop. */
export const stopWithSavepointSchema = v.object({
  targetDirectory: v.optional(v.nullable(v.string())),
  drain: v.optional(v.boolean()),
  formatType: v.optional(formatType),
  triggerId: v.optional(hexIdSchema),
});

/** POST /savepoint-disposal. */
export const savepointDisposalSchema = v.object({ 'savepoint-path': v.optional(v.nullable(v.string())) });
