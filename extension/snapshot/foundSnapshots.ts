import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';

/** A checkpoint directory: `chk-<n>`. What else has a `_metadata` is a savepoint, or was copied by somebody. */
const checkpointName = /(?:^|[/\\])chk-(\d+)$/;

export interface FoundSnapshot {
  /** The directory that holds the `_metadata`. */
  readonly path: string;
  readonly modifiedMs: number;
}

/** The checkpoints of one run of a job. */
export interface FoundCheckpoints {
  /** The directory in which the `chk-<n>` lie. */
  readonly directory: string;
  /** Newest first. */
  readonly paths: readonly string[];
  readonly newestMs: number;
  readonly jobName?: string;
}

/** All snapshots below some folders, newest first. */
export interface Found {
  readonly savepoints: readonly FoundSnapshot[];
  readonly checkpoints: readonly FoundCheckpoints[];
}

/** Groups `_metadata` files by what they belong to; reads a few of them. What vanishes meanwhile is left out. */
export async function groupSnapshots(metadataFiles: readonly string[]): Promise<Found> {
  const directories = metadataFiles.map((file) => dirname(file));
  const byRun = new Map<string, string[]>();
  for (const path of directories.filter((path) => checkpointName.test(path))) {
    byRun.set(dirname(path), [...(byRun.get(dirname(path)) ?? []), path]);
  }
  const savepoints = await Promise.all(
    directories
      .filter((path) => !checkpointName.test(path))
      .map(async (path) => ({ path, modifiedMs: await metadataMs(path) })),
  );
  const checkpoints = await Promise.all([...byRun].map(([directory, paths]) => foundCheckpoints(directory, paths)));
  return {
    savepoints: savepoints
      .flatMap(({ path, modifiedMs }) => (modifiedMs === undefined ? [] : [{ path, modifiedMs }]))
      .sort((a, b) => b.modifiedMs - a.modifiedMs),
    checkpoints: checkpoints.flatMap((found) => found ?? []).sort((a, b) => b.newestMs - a.newestMs),
  };
}

async function foundCheckpoints(directory: string, unsorted: readonly string[]): Promise<FoundCheckpoints | undefined> {
  const paths = [...unsorted].sort((a, b) => checkpointNumber(b) - checkpointNumber(a));
  const [newest] = paths;
  const newestMs = newest === undefined ? undefined : await metadataMs(newest);
  if (newest === undefined || newestMs === undefined) return undefined;
  const jobName = await jobNameIn(newest);
  return { directory, paths, newestMs, ...(jobName === undefined ? {} : { jobName }) };
}

/** The `<n>` of `chk-<n>`; NaN for another directory. */
export function checkpointNumber(path: string): number {
  return Number(checkpointName.exec(path)?.[1]);
}

/** When a snapshot was completed; undefined when it is not there any more. */
export async function metadataMs(path: string): Promise<number | undefined> {
  return stat(join(path, '_metadata')).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

const named = v.object({ jobName: v.string() });

/** The name of the job that wrote a snapshot; snapshots of Apache Flink do not say it. */
export async function jobNameIn(path: string): Promise<string | undefined> {
  try {
    const content: unknown = JSON.parse(await readFile(join(path, '_job-state.json'), 'utf8'));
    return v.is(named, content) ? content.jobName : undefined;
  } catch {
    return undefined;
  }
}
