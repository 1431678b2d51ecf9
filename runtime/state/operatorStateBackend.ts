import type { OperatorStateStore } from '../api/operatorState';
import type { OperatorHandle } from '../formats/handles';
import type { KeyedEntry, StateDescription } from './keyedBackend';
import type { CheckpointId } from '../base/ids';
import type { SnapshotType } from '../wire/messages';
import type { CheckpointStreamFactory } from './checkpointStreamFactory';
import type { CloseableRegistry } from './closeableRegistry';
import type { RunningSnapshot } from './snapshotResult';

/** The non-keyed state of one operator in one subtask; Flink's `OperatorStateBackend`. */
export interface OperatorStateBackend {
  /** Its states fail with `state.incompatible` when they are registered, or were restored, in another mode or with another type. */
  readonly stateStore: OperatorStateStore;
  /** As in {@link KeyedBackend.snapshot}; operator state never has a local copy. */
  snapshot(
    id: CheckpointId,
    type: SnapshotType,
    out: CheckpointStreamFactory,
    open: CloseableRegistry,
  ): RunningSnapshot<OperatorHandle>;
  dispose(): Promise<void>;
  describe(): readonly StateDescription[];
  /** The elements of a list by position, the entries of a broadcast state by key. */
  entries(state: string): readonly KeyedEntry[];
}
