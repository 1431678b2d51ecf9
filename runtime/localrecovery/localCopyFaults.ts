import { joinPath, parentDirectory } from '../base/files';
import type { OperatorId } from '../base/ids';
import type { Disk } from '../base/env';
import type { CheckpointCache } from './checkpointCache';

/** Bytes copied at a time. */
const pieceBytes = 1024 * 1024;

/** What a failure on demand did, or why it could not. */
export interface FaultOutcome {
  readonly fired: boolean;
  readonly outcome: string;
}

/** Removes the file of the newest local copy of an operator's keyed state, as if it had been deleted; its index stays. */
export async function loseLocalCopy(
  disk: Disk,
  cache: CheckpointCache | undefined,
  operator: OperatorId,
): Promise<FaultOutcome> {
  const copy = cache?.newestCopy(operator);
  if (copy === undefined) return noCopy;
  await disk.remove(copy.path);
  return { fired: true, outcome: `Removed the local copy of checkpoint ${copy.checkpoint}: ${copy.path}.` };
}

/**
 * Flips a bit in the middle of the newest local copy. The file is copied and renamed over, so that another hard link to it stays as it is;
 * the index stays, too, so that the check before use finds it.
 */
export async function corruptLocalCopy(
  disk: Disk,
  cache: CheckpointCache | undefined,
  operator: OperatorId,
): Promise<FaultOutcome> {
  const copy = cache?.newestCopy(operator);
  if (copy === undefined) return noCopy;
  const { path, checkpoint } = copy;
  const sizeBytes = (await disk.stat(path))?.sizeBytes ?? 0;
  if (sizeBytes === 0)
    return { fired: false, outcome: `The local copy of checkpoint ${checkpoint} is not there any more.` };
  const position = Math.floor(sizeBytes / 2);
  const corrupted = joinPath(parentDirectory(path), 'corrupted.inprogress');
  await disk.remove(corrupted);
  await copyFlipped(disk, path, corrupted, sizeBytes, position);
  await disk.rename(corrupted, path);
  const outcome = `Flipped a bit at byte ${position} of the local copy of checkpoint ${checkpoint}: ${path}.`;
  return { fired: true, outcome };
}

const noCopy: FaultOutcome = {
  fired: false,
  outcome: 'There is no local copy of this state; one is written with each checkpoint.',
};

async function copyFlipped(disk: Disk, from: string, to: string, sizeBytes: number, position: number): Promise<void> {
  const source = await disk.open(from, 'read');
  try {
    const target = await disk.open(to, 'create');
    try {
      for (let at = 0; at < sizeBytes; at += pieceBytes) {
        const piece = new Uint8Array(Math.min(pieceBytes, sizeBytes - at));
        await source.read(at, piece);
        const flipped = piece[position - at];
        if (flipped !== undefined) piece[position - at] = flipped ^ 1;
        await target.append(piece);
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
