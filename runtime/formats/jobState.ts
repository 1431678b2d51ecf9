/**
 * `_job-state.json` beside a `_metadata` of version 4, which lacks the names and uids of operators (decision: one format, Flink's). A
 * missing file loses only names.
 */
import * as v from 'valibot';
import { isHexId } from '../base/ids';
import { malformed } from './formatErrors';
import type { CheckpointMetadata } from './handles';

const schema = v.object({
  version: v.literal(1),
  jobName: v.optional(v.string()),
  operators: v.record(
    v.pipe(v.string(), v.check(isHexId, 'not an operator id')),
    v.object({ uid: v.optional(v.string()), name: v.optional(v.string()) }),
  ),
});

export interface JobStateNames {
  readonly jobName?: string;
  /** By operator id; operators without uid and name may be absent. */
  readonly operators: ReadonlyMap<string, { readonly uid?: string; readonly name?: string }>;
}

/**
 * Decodes the file.
 * @throws JobStateError `format.malformed`, naming the file and the field
 */
export function readJobState(bytes: Uint8Array, file = '_job-state.json'): JobStateNames {
  const parsed = v.safeParse(schema, parseJson(bytes, file));
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw malformed(`${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`, { file });
  }
  const { jobName, operators } = parsed.output;
  const named = Object.entries(operators).map(([id, { uid, name }]) => [id, namesOf(uid, name)] as const);
  return { ...(jobName === undefined ? {} : { jobName }), operators: new Map(named) };
}

function namesOf(uid: string | undefined, name: string | undefined): { uid?: string; name?: string } {
  return { ...(uid === undefined ? {} : { uid }), ...(name === undefined ? {} : { name }) };
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    throw malformed(`Not JSON: ${error instanceof Error ? error.message : String(error)}`, { file });
  }
}

/** The names and uids that the metadata carries, as the bytes of the file. */
export function writeJobState(metadata: CheckpointMetadata, jobName?: string): Uint8Array {
  const operators = Object.fromEntries(
    metadata.operators.map(({ operatorId, uid, name }) => [operatorId, namesOf(uid, name)]),
  );
  const content = { version: 1, ...(jobName === undefined ? {} : { jobName }), operators };
  return new TextEncoder().encode(`${JSON.stringify(content, undefined, 1)}\n`);
}

/** The metadata with the names of the file; what `_metadata` itself says goes before. */
export function withNames(metadata: CheckpointMetadata, names: JobStateNames | undefined): CheckpointMetadata {
  if (names === undefined) return metadata;
  const operators = metadata.operators.map((operator) => ({
    ...names.operators.get(operator.operatorId),
    ...operator,
  }));
  return { ...metadata, operators };
}
