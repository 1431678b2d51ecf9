/** Names of the directories of snapshots; Flink's `AbstractFsCheckpointStorageAccess`. */
import type { Disk, Random } from '../base/env';
import { joinPath } from '../base/files';
import type { CheckpointId, JobId } from '../base/ids';

export const metadataFile = '_metadata';
export const jobStateFile = '_job-state.json';

const checkpointName = /^chk-([1-9][0-9]{0,14})$/;

/** `<directory>/chk-<n>`. */
export function checkpointDirectory(directory: string, id: CheckpointId): string {
  return joinPath(directory, `chk-${id}`);
}

/** `<directory>/savepoint-<first 6 digits of the job>-<12 random digits>`. */
export function newSavepointDirectory(directory: string, job: JobId, random: Random): string {
  return joinPath(directory, `savepoint-${job.slice(0, 6)}-${random.hex(6)}`);
}

/** The highest n of `chk-<n>` in the directory, complete or not; 0 when there is none. Ids after it are fresh. */
export async function highestCheckpointId(disk: Disk, directory: string): Promise<number> {
  const numbers = (await disk.list(directory)).map((name) => Number(checkpointName.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}
