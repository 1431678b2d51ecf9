import * as v from 'valibot';
import { userError } from '../base/errors';

const nonEmpty = v.pipe(v.string(), v.minLength(1));

/** What a launch request says: which job file, from where, and whether its start is held before the first step. */
const launchSchema = v.object({
  program: nonEmpty,
  from: v.optional(nonEmpty),
  holdStart: v.optional(v.boolean(), false),
  holdNextRecovery: v.optional(v.boolean(), false),
  parallelism: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  rowsPerSecond: v.optional(v.pipe(v.number(), v.gtValue(0))),
});
export type LaunchConfiguration = v.InferOutput<typeof launchSchema>;

/** What an attach request says: a job by id or name; without one the only job that runs. */
const attachSchema = v.object({ job: v.optional(nonEmpty), holdNextRecovery: v.optional(v.boolean(), false) });
export type AttachConfiguration = v.InferOutput<typeof attachSchema>;

/** Rejects with `debug.bad-configuration`, naming the field. */
export const parseLaunch = (given: unknown): LaunchConfiguration => parse(launchSchema, given);
export const parseAttach = (given: unknown): AttachConfiguration => parse(attachSchema, given);

function parse<S extends v.GenericSchema>(schema: S, given: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, given);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = issue.path?.map(({ key }) => String(key)).join('.') ?? '';
  throw userError(
    'debug.bad-configuration',
    `“${field}” in launch.json: ${issue.message}.`,
    'Correct the configuration.',
    {
      subject: { field },
    },
  );
}
