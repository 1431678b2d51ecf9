import * as v from 'valibot';
import type { Fault } from '../../base/faults';
import type { HoldId, JobId, OperatorId, TaskManagerId } from '../../base/ids';
import type { ResumeHow } from '../../base/stepping';
import { hexIdSchema } from '../answers/common';

/** Bodies of `/debug/v1`; they are checked in full, because a runtime takes them from whoever has its token. */

const jobIdSchema = v.custom<JobId>((input) => v.is(hexIdSchema, input), 'is not a job id');
const operatorIdSchema = v.custom<OperatorId>((input) => v.is(hexIdSchema, input), 'is not an operator id');
const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const subtaskSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const isAbsolute = /^(?:\/|[A-Za-z]:[\\/]|\\\\|file:\/)[^\0]*$/;
const pathSchema = v.pipe(v.string(), v.maxLength(4_096), v.regex(isAbsolute, 'is not an absolute path'));

/** POST /debug/v1/jobs; `Submission`. */
export const submissionSchema = v.object({
  jobFile: v.pipe(pathSchema, v.regex(/\.[cm]?[jt]s$/, 'does not name a .ts or .js file')),
  parallelism: v.optional(countSchema),
  from: v.optional(pathSchema),
  holdRecovery: v.optional(v.boolean()),
  rowsPerSecond: v.optional(v.pipe(v.number(), v.gtValue(0))),
});

const momentSchema = v.variant('at', [
  v.object({ at: v.literal('now') }),
  v.object({ at: v.literal('record'), count: countSchema }),
]);

/** POST /debug/v1/faults; `Fault`. */
export const faultSchema: v.GenericSchema<unknown, Fault> = v.variant('k', [
  v.object({
    k: v.literal('throwInTask'),
    job: jobIdSchema,
    operator: operatorIdSchema,
    subtask: subtaskSchema,
    message: v.pipe(v.string(), v.maxLength(1_000)),
    when: momentSchema,
  }),
  v.object({
    k: v.literal('killTaskManager'),
    taskManager: v.custom<TaskManagerId>(
      (input) => typeof input === 'string' && input !== '',
      'is not a TaskManager id',
    ),
    lose: v.boolean(),
  }),
  v.object({
    k: v.literal('declineCheckpoint'),
    job: jobIdSchema,
    operator: operatorIdSchema,
    subtask: subtaskSchema,
  }),
  v.object({
    k: v.literal('localCopy'),
    how: v.picklist(['lose', 'corrupt']),
    job: jobIdSchema,
    operator: operatorIdSchema,
    subtask: subtaskSchema,
  }),
]);

/** POST /debug/v1/jobs/:jobid/hold. */
export const holdSchema = v.object({ hold: v.boolean() });

/** POST /debug/v1/jobs/:jobid/resume; without `hold` every held step of the job. */
export const resumeSchema = v.object({
  hold: v.optional(v.custom<HoldId>((input) => typeof input === 'string' && input.length <= 200, 'is not a hold')),
  how: v.picklist(['next', 'into', 'out', 'go'] as const satisfies readonly ResumeHow[]),
});
