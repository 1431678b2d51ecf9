import type { ListState, ListStateDescriptor, MapState, MapStateDescriptor } from './state';

/** A map that every subtask has whole, to be read only: on the side of a connected stream that is not broadcast. */
export type ReadOnlyBroadcastState<K, V> = Pick<
  MapState<K, V>,
  'get' | 'contains' | 'entries' | 'keys' | 'values' | 'isEmpty'
>;

/** A map that every subtask has whole; the author makes sure that all change it alike. Flink's class of the same name. */
export type BroadcastState<K, V> = MapState<K, V>;

/** Gives the states of an operator's subtask that do not belong to keys; Flink's class of the same name. */
export interface OperatorStateStore {
  /** After a restore each subtask has a part of the elements of all. */
  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T>;
  /** After a restore each subtask has the elements of all, in the order of the subtasks. */
  getUnionListState<T>(descriptor: ListStateDescriptor<T>): ListState<T>;
  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V>;
}

export interface FunctionInitializationContext {
  isRestored(): boolean;
  /** undefined on a fresh start. */
  getRestoredCheckpointId(): number | undefined;
  getOperatorStateStore(): OperatorStateStore;
}

export interface FunctionSnapshotContext {
  getCheckpointId(): number;
}

/** What a function, also one of windows, adds to have operator state; Flink's interface of the same name. State may not have a time to live here. */
export interface CheckpointedFunction {
  /** Before `open`, also without a snapshot: the place to ask for states. */
  initializeState(context: FunctionInitializationContext): void;
  /** Before the barrier goes on: the states as they are afterwards go into the snapshot. */
  snapshotState(context: FunctionSnapshotContext): void;
}
