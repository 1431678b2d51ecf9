import type {
  AggregatingStateDescriptor,
  KeyedStateStore,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
} from '../api/state';
import type { KeyedStateType } from '../formats/keyed/stateMetaInfo';
import type { TypeSerializer } from '../formats/serializer';
import { LIST, MAP } from '../formats/serializers/collections';
import { VOID_NAMESPACE } from '../formats/serializers/streaming';
import { KeyValue, NamespaceValue, type CurrentValue, type PlainTable, type TableWithNamespaces } from './currentValue';
import { HeapAggregatingState, HeapListState, HeapReducingState, HeapValueState } from './heapKindStates';
import { HeapMapState } from './heapMapState';
import type { HeapStates } from './heapStates';
import type { NamespacedStateStore } from './internalState';
import { KeyCodec, MapKeySerializer } from './keyCodec';
import type { KeyContext } from './keyContext';
import { serializerFor } from './serializerFor';

/** Makes the current value of a state that is declared with this serializer. */
type CurrentValueOf<N> = <S>(name: string, type: KeyedStateType, value: TypeSerializer<S>) => CurrentValue<S, N>;

/** The states of one backend that have no namespace. */
export function keyedStateStore(states: HeapStates, context: KeyContext): KeyedStateStore {
  return new HeapStateStore<null>(<S>(name: string, type: KeyedStateType, value: TypeSerializer<S>) => {
    const { table } = states.register({ name, type, namespace: VOID_NAMESPACE, value });
    // `register` has compared the declared serializers with those of the table.
    return new KeyValue(table as PlainTable<S>, context, (stored) => value.copy(stored));
  });
}

/** The states of one backend whose namespaces are of this kind. */
export function namespacedStateStore<N>(
  states: HeapStates,
  context: KeyContext,
  namespace: TypeSerializer<N>,
): NamespacedStateStore<N> {
  return new HeapStateStore<N>(<S>(name: string, type: KeyedStateType, value: TypeSerializer<S>) => {
    const { table } = states.register({ name, type, namespace, value });
    return new NamespaceValue(table as TableWithNamespaces<S, N>, context, (stored) => value.copy(stored));
  });
}

/** What a descriptor declares, as Flink stores it: the one place that ties the kinds of state to their serializers. */
class HeapStateStore<N> implements NamespacedStateStore<N> {
  constructor(private readonly currentValue: CurrentValueOf<N>) {}

  getState<T, Absent>({ name, type, defaultValue }: ValueStateDescriptor<T, Absent>): HeapValueState<T, Absent, N> {
    const serializer = serializerFor(type);
    const absent = (): Absent =>
      defaultValue === undefined ? defaultValue : (serializer.copy(defaultValue as unknown as T) as unknown as Absent);
    return new HeapValueState(name, this.currentValue(name, 'VALUE', serializer), absent);
  }

  getListState<T>({ name, elementType }: ListStateDescriptor<T>): HeapListState<T, N> {
    return new HeapListState(name, this.currentValue(name, 'LIST', LIST(serializerFor(elementType))));
  }

  getMapState<K, V>({ name, keyType, valueType }: MapStateDescriptor<K, V>): HeapMapState<K, V, N> {
    const codec = new KeyCodec(keyType, serializerFor(keyType));
    const value = serializerFor(valueType);
    const current = this.currentValue(name, 'MAP', MAP(new MapKeySerializer(codec), value));
    return new HeapMapState(name, current, codec, value);
  }

  getReducingState<T>({ name, type, reduce }: ReducingStateDescriptor<T>): HeapReducingState<T, N> {
    return new HeapReducingState(name, this.currentValue(name, 'REDUCING', serializerFor(type)), reduce);
  }

  getAggregatingState<In, Acc, Out>(
    descriptor: AggregatingStateDescriptor<In, Acc, Out>,
  ): HeapAggregatingState<In, Acc, Out, N> {
    const { name, aggregate, accumulatorType } = descriptor;
    const current = this.currentValue(name, 'AGGREGATING', serializerFor(accumulatorType));
    return new HeapAggregatingState(name, current, aggregate);
  }
}
