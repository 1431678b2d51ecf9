import type { JobStateError } from '../base/errors';
import type { CheckpointId } from '../base/ids';
import { CheckpointCoordinator } from './checkpointCoordinator';
import { newSavepointDirectory } from './checkpointDirectories';
import type { CheckpointKind } from './checkpointRecords';
import type { CompletedCheckpoint } from './completedCheckpoint';

interface Waiting {
  readonly fulfil: (savepoint: CompletedCheckpoint) => void;
  readonly fail: (error: JobStateError) => void;
}

/**
 * A coordinator whose snapshots somebody may wait for; the `SavepointCoordinator` of the first savepoints. It keeps a promise per
 * checkpoint id; whichever way the snapshot goes out (completed, declined, expired, cancelled, job failed, store failed, shutdown), the
 * promise is settled with it.
 */
export class SavepointCoordinator extends CheckpointCoordinator {
  private readonly waiting = new Map<CheckpointId, Waiting>();

  /**
   * Takes a savepoint in a new directory below `directory`. Rejects with `checkpoint.<reason>`.
   * @param thenStop the sources stop reading behind it
   */
  triggerSavepoint(directory: string, thenStop: boolean): Promise<CompletedCheckpoint> {
    return this.outcome(
      thenStop ? 'SYNC_SAVEPOINT' : 'SAVEPOINT',
      newSavepointDirectory(directory, this.setup.job, this.env.random),
    );
  }

  /** Takes a checkpoint and waits for its end. Rejects with `checkpoint.<reason>`. */
  completeCheckpoint(): Promise<CompletedCheckpoint> {
    return this.outcome('CHECKPOINT');
  }

  protected override onFullyAcknowledgedCheckpoint(checkpoint: CompletedCheckpoint): void {
    this.take(checkpoint.id)?.fulfil(checkpoint);
  }

  protected override onFailedCheckpoint(checkpoint: CheckpointId, error: JobStateError): void {
    this.take(checkpoint)?.fail(error);
  }

  private outcome(kind: CheckpointKind, directory?: string): Promise<CompletedCheckpoint> {
    return new Promise((fulfil, fail) => {
      this.triggerCheckpoint({
        kind,
        ...(directory === undefined ? {} : { directory }),
        triggered: (id) => this.waiting.set(id, { fulfil, fail }),
        refused: fail,
      });
    });
  }

  private take(checkpoint: CheckpointId): Waiting | undefined {
    const waiting = this.waiting.get(checkpoint);
    this.waiting.delete(checkpoint);
    return waiting;
  }
}
