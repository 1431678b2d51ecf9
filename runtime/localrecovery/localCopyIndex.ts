import * as v from 'valibot';
import type { Disk } from '../base/env';
import { externalError } from '../base/errors';
import { joinPath, readFile, writeFileAtomically } from '../base/files';
import { id, type CheckpointId, type OperatorId } from '../base/ids';
import type { KeyGroupsHandle } from '../formats/handles';
import { fileUri } from '../base/fileUri';
import type { LocalCopy } from '../state/snapshotResult';

/** Written last into `chk_<n>`: a directory without it was not finished and is removed. */
const indexName = '_local-copies.json';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const indexSchema = v.object({
  version: v.literal(1),
  checkpoint: count,
  /** Keyed state by operator id. */
  operators: v.record(
    v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
    v.object({
      range: v.object({ start: count, end: count }),
      offsets: v.array(count),
      handleId: v.optional(v.string()),
      file: v.object({
        name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]+$/)),
        sizeBytes: count,
        crc32c: count,
      }),
    }),
  ),
});

/** The local copies of one checkpoint of one task: one file an operator. */
export type LocalCopies = ReadonlyMap<OperatorId, LocalCopy>;

/** Makes the copies in `directory` findable after a restart. */
export async function writeIndex(
  disk: Disk,
  directory: string,
  checkpoint: CheckpointId,
  copies: LocalCopies,
): Promise<void> {
  const operators = Object.fromEntries([...copies].map(([operator, copy]) => [operator, indexEntry(copy)]));
  const text = JSON.stringify({ version: 1, checkpoint, operators });
  await writeFileAtomically(disk, joinPath(directory, indexName), new TextEncoder().encode(text));
}

function indexEntry(copy: LocalCopy): object {
  const { handle, file } = copy;
  return {
    range: handle.range,
    offsets: handle.offsets,
    ...(handle.id === undefined ? {} : { handleId: handle.id }),
    file: { name: file.path.slice(file.path.lastIndexOf('/') + 1), sizeBytes: file.sizeBytes, crc32c: file.crc32c },
  };
}

/** Rejects with `disk.not-found` without an index, with `local-copy.index` when it is not one. */
export async function readIndex(disk: Disk, directory: string, checkpoint: CheckpointId): Promise<LocalCopies> {
  const path = joinPath(directory, indexName);
  const bytes = await readFile(disk, path);
  const parsed = v.safeParse(indexSchema, parseJson(bytes));
  if (!parsed.success || parsed.output.checkpoint !== checkpoint) {
    throw externalError('local-copy.index', `${path} is damaged.`, '', { subject: { file: path } });
  }
  return new Map(
    Object.entries(parsed.output.operators).map(([operator, entry]) => {
      const file = { ...entry.file, path: joinPath(directory, entry.file.name) };
      const handle: KeyGroupsHandle = {
        t: 'keyGroups',
        range: entry.range,
        offsets: entry.offsets,
        data: { t: 'file', uri: fileUri(file.path), sizeBytes: file.sizeBytes },
        ...(entry.handleId === undefined ? {} : { id: entry.handleId }),
      };
      return [id<OperatorId>(operator), { handle, file }];
    }),
  );
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
