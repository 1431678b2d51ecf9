import type { Disk, Logger } from '../base/env';
import { errorData } from '../base/errors';
import type { JobStatus } from '../base/status';
import type { CompletedCheckpoint } from './completedCheckpoint';
import { removeSnapshot } from './fileSystemStateStore';

interface Kept {
  readonly checkpoint: CompletedCheckpoint;
  /** False for what the job was started from: it is never deleted (Flink's NO_CLAIM). */
  readonly owned: boolean;
}

/**
 * The completed checkpoints that a recovery may start from, the newest `retained` of them; Flink's `CompletedCheckpointStore`. Savepoints
 * are not in it, except the one that the job was started from.
 */
export class CompletedCheckpointStore {
  private readonly kept: Kept[] = [];
  private deletions: Promise<void> = Promise.resolve();

  constructor(
    private readonly disk: Disk,
    private readonly log: Logger,
    private readonly retained: number,
    private readonly onDiscarded: (checkpoint: CompletedCheckpoint) => void,
  ) {}

  /** The one to recover from. */
  get latest(): CompletedCheckpoint | undefined {
    return this.kept.at(-1)?.checkpoint;
  }

  /** What the job starts from. */
  addRestored(checkpoint: CompletedCheckpoint): void {
    this.kept.push({ checkpoint, owned: false });
  }

  /** The checkpoint is stored; what is now one too many is deleted in the background. */
  add(checkpoint: CompletedCheckpoint): void {
    this.kept.push({ checkpoint, owned: true });
    while (this.kept.length > this.retained) this.drop(this.kept.shift());
  }

  /** The job is over. Deletes what its checkpoints' properties say for this end; resolves when all deletions are done. */
  async shutdown(status: JobStatus): Promise<void> {
    for (const kept of this.kept.splice(0)) {
      const properties = kept.checkpoint.metadata.properties;
      const discard =
        (status === 'FINISHED' && properties?.discardFinished) ||
        (status === 'CANCELED' && properties?.discardCancelled) ||
        (status === 'FAILED' && properties?.discardFailed);
      if (discard === true) this.drop(kept);
    }
    await this.deletions;
  }

  private drop(kept: Kept | undefined): void {
    if (kept?.owned !== true) return;
    const { directory } = kept.checkpoint;
    this.onDiscarded(kept.checkpoint); // before its files go, so that nobody is sent to half of it
    this.deletions = this.deletions.then(async () => {
      try {
        await removeSnapshot(this.disk, directory);
      } catch (error) {
        this.log.warn('a subsumed checkpoint could not be deleted', { directory, error: errorData(error).message });
      }
    });
  }
}
