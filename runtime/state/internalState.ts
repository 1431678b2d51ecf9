import type {
  AggregatingState,
  AggregatingStateDescriptor,
  ListState,
  ListStateDescriptor,
  MapState,
  MapStateDescriptor,
  ReducingState,
  ReducingStateDescriptor,
  ValueState,
  ValueStateDescriptor,
} from '../api/state';

/** A state with namespaces; Flink's `InternalKvState`. */
export interface InternalState<N> {
  /** Scopes what follows, also after the key has changed. */
  setCurrentNamespace(namespace: N): void;
}

/** A state whose values can be joined; Flink's `InternalMergingState`. */
export interface InternalMergingState<N> extends InternalState<N> {
  isEmpty(): boolean;
  /**
   * For the current key: what the sources hold goes into the target, behind what that holds; the sources are empty then. The target is the
   * current namespace afterwards.
   */
  mergeNamespaces(target: N, sources: readonly N[]): void;
}

/** Gives states with namespaces of one kind, such as windows; asked for by name and type as in KeyedStateStore. */
export interface NamespacedStateStore<N> {
  getState<T, Absent = undefined>(
    descriptor: ValueStateDescriptor<T, Absent>,
  ): ValueState<T, Absent> & InternalState<N>;
  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> & InternalMergingState<N>;
  getMapState<K, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V> & InternalState<N>;
  getReducingState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T> & InternalMergingState<N>;
  getAggregatingState<In, Acc, Out>(
    descriptor: AggregatingStateDescriptor<In, Acc, Out>,
  ): AggregatingState<In, Out> & InternalMergingState<N>;
}
