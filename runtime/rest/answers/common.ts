import * as v from 'valibot';
import { executionStates, jobStatuses } from '../../base/status';

/**
 * Answers of Flink's REST API v1, one schema each, named after Flink's response classes; field names and nesting as recorded from 1.20.5
 * and 2.2.1. A schema checks what arrives from an engine; fields it does not name are dropped. Times are epoch ms, unknown ones -1.
 */
export const jobStatusSchema = v.picklist(jobStatuses);
export const executionStateSchema = v.picklist(executionStates);

export const hexIdSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'is not a 32-digit hex id'));

/** Jackson writes a double that is not a number as text. */
export const doubleSchema = v.union([v.number(), v.literal('NaN')]);

export const longsByNameSchema = v.record(v.string(), v.number());

/** Flink's `EmptyResponseBody`. */
export const emptySchema = v.object({});
