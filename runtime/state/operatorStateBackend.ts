import type { OperatorHandle } from '../formats/handles';
import type { KeyedEntry, StateDescription } from './keyedBackend';
import type { CheckpointId } from '../base/ids';
import type { SnapshotType } from '../wire/messages';
import type { CheckpointStreamFactory } from './checkpointStreamFactory';
import type { CloseableRegistry } from './closeableRegistry';
import type { ListState, ListStateDescriptor } from './listState';
import type { RunningSnapshot } from './snapshotResult';

/** The non-keyed state of one operator in one subtask; Flink's `OperatorStateBackend`. Union and broadcast states join here. */
export interface OperatorStateBackend {
  /** The list of this name. Fails with `state.incompatible` when it is registered, or was restored, with another type. */
  listState<T>(descriptor: ListStateDescriptor<T>): ListState<T>;
  /** As in {@link KeyedBackend.snapshot}; operator state never has a local copy. */
  snapshot(
    id: CheckpointId,
    type: SnapshotType,
    out: CheckpointStreamFactory,
    open: CloseableRegistry,
  ): RunningSnapshot<OperatorHandle>;
  dispose(): Promise<void>;
  describe(): readonly StateDescription[];
  /** The elements of one state; their key is the position in the list. */
  entries(state: string): readonly KeyedEntry[];
}
