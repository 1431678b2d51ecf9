import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { isHexId, type JobId } from '../../runtime/base/ids';
import type { JobTimeline, TimelineEntry } from '../../webview/messages';

const amount = v.pipe(v.number(), v.finite());

const entrySchema: v.GenericSchema<unknown, TimelineEntry> = v.variant('k', [
  v.object({
    k: v.literal('checkpoint'),
    id: amount,
    savepoint: v.boolean(),
    atMs: amount,
    durationMs: amount,
    sizeBytes: amount,
    failure: v.exactOptional(v.string()),
  }),
  v.object({
    k: v.literal('recovery'),
    id: amount,
    atMs: amount,
    endMs: v.exactOptional(amount),
    tookMs: v.exactOptional(amount),
    cause: v.string(),
    localBytes: amount,
    remoteBytes: amount,
  }),
]);

const fileSchema = v.object({
  version: v.literal(1),
  timelines: v.array(
    v.object({
      job: v.custom<JobId>((input) => typeof input === 'string' && isHexId(input), 'is not a job id'),
      name: v.string(),
      startMs: amount,
      endMs: v.exactOptional(amount),
      entries: v.array(entrySchema),
    }),
  ),
});

/** The timelines of an earlier life; none when there is no file. A file that cannot be understood is put aside as `….bad`. */
export async function readTimelines(path: string): Promise<readonly JobTimeline[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return [];
  const result = v.safeParse(fileSchema, json(text));
  if (result.success) return result.output.timelines;
  await rename(path, `${path}.bad`);
  return [];
}

/** Writes all of them, or leaves the file as it was. */
export async function writeTimelines(path: string, timelines: readonly JobTimeline[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.part`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(JSON.stringify({ version: 1, timelines }));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
