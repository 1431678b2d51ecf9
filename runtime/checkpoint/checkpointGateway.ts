import type { JobStateError } from '../base/errors';
import type { AttemptRef, CheckpointId } from '../base/ids';
import type { SnapshotTarget } from '../wire/messages';
import type { CheckpointKind } from './checkpointRecords';
import type { CompletedCheckpoint } from './completedCheckpoint';

/** Who takes part in a snapshot now; Flink's `CheckpointPlan`. */
export type CheckpointPlan =
  | {
      readonly ready: true;
      /** The tasks of sources. */
      readonly trigger: readonly AttemptRef[];
      /** All tasks that run. */
      readonly acknowledge: readonly AttemptRef[];
      /** Tasks that had finished before; they have no state any more. */
      readonly finished: readonly AttemptRef[];
      /** Tasks that have nothing more to do than to take part in this snapshot. */
      readonly dataFinished: readonly AttemptRef[];
    }
  | { readonly ready: false; readonly why: string };

/** The way to the tasks of the job. */
export interface CheckpointGateway {
  plan(): CheckpointPlan;
  triggerCheckpoint(ref: AttemptRef, target: SnapshotTarget): void;
  notifyComplete(checkpoint: CheckpointId, savepoint: boolean): void;
  notifyAborted(checkpoint: CheckpointId): void;
}

export interface CheckpointListener {
  /** A snapshot was triggered, acknowledged by one more task, completed or failed; its record tells. */
  changed(checkpoint: CheckpointId): void;
  /** Stored and in the store; the tasks have been told. `dataFinished`: all that these tasks have done is in it. */
  completed(checkpoint: CompletedCheckpoint, dataFinished: readonly AttemptRef[]): void;
  failed(checkpoint: CheckpointId, kind: CheckpointKind, error: JobStateError): void;
  /** More checkpoints failed in a row than the job tolerates. */
  tolerableFailuresExceeded(error: JobStateError): void;
}
