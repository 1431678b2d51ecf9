import type { TypeSpec } from '../api/types';
import type { CheckpointId, OperatorId } from '../base/ids';
import type { KeyGroupRange } from '../base/keyGroupRange';
import type { CheckpointStreamFactory } from '../state/checkpointStreamFactory';
import type { CloseableRegistry } from '../state/closeableRegistry';
import type { KeyedBackend } from '../state/keyedBackend';
import type { OperatorStateBackend } from '../state/operatorStateBackend';
import type { RecoveryGate } from '../state/recoveryGate';
import type { LocalCopy } from '../state/snapshotResult';
import type { LocalCopyInfo, SnapshotTarget } from '../wire/messages';

/** A keyed operator of a task. */
export interface KeyedOperator {
  readonly operator: OperatorId;
  readonly name: string;
  readonly keyType: TypeSpec;
  readonly range: KeyGroupRange;
  readonly maxParallelism: number;
}

/** The streams of one snapshot of a task. */
export interface SnapshotStreams {
  /** With a local copy where it is a checkpoint and local recovery is on. */
  readonly keyed: CheckpointStreamFactory;
  readonly operator: CheckpointStreamFactory;
}

/** What a task needs of state, local copies and snapshots; Flink's `TaskStateManager`. One per task attempt. */
export interface TaskStateManager {
  /** Restores through the gate, or starts empty. */
  restoreKeyed(of: KeyedOperator, gate: RecoveryGate, open: CloseableRegistry): Promise<KeyedBackend>;
  restoreOperator(
    operator: OperatorId,
    name: string,
    gate: RecoveryGate,
    open: CloseableRegistry,
  ): Promise<OperatorStateBackend>;
  streams(target: SnapshotTarget): SnapshotStreams;
  /** Before the checkpoint is acknowledged. A copy that cannot be kept is left out; never fails. */
  storeLocal(
    checkpoint: CheckpointId,
    copies: ReadonlyMap<OperatorId, LocalCopy>,
  ): Promise<Readonly<Record<OperatorId, LocalCopyInfo>>>;
  confirm(checkpoint: CheckpointId): Promise<void>;
  abort(checkpoint: CheckpointId): Promise<void>;
}
