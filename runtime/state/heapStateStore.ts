import type {
  AggregatingStateDescriptor,
  KeyedStateStore,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  StateDescriptor,
  ValueStateDescriptor,
} from '../api/state';
import type { Clock } from '../base/env';
import type { KeyedStateType } from '../formats/keyed/stateMetaInfo';
import type { TypeSerializer } from '../formats/serializer';
import { LIST, MAP } from '../formats/serializers/collections';
import { TtlSerializer, VOID_NAMESPACE, type TtlValue } from '../formats/serializers/streaming';
import { KeyValue, NamespaceValue, type CurrentValue, type PlainTable, type TableWithNamespaces } from './currentValue';
import { HeapAggregatingState, HeapListState, HeapReducingState, HeapValueState } from './heapKindStates';
import { HeapMapState } from './heapMapState';
import type { HeapStates, HeapTable } from './heapStates';
import type { NamespacedStateStore } from './internalState';
import { KeyCodec, MapKeySerializer } from './keyCodec';
import type { KeyContext } from './keyContext';
import { serializerFor } from './serializerFor';
import { Ttl, TtlCurrentValue } from './ttl';
import { listFilter, mapFilter, valueFilter, type SnapshotFilter } from './ttlFilters';
import { TtlListState, TtlMapState } from './ttlStates';

/** What states need of the backend whose states they are. */
export interface StateParts {
  readonly states: HeapStates;
  readonly context: KeyContext;
  readonly clock: Pick<Clock, 'wallMs'>;
}

/** The states of one backend that have no namespace. */
export function keyedStateStore(parts: StateParts): KeyedStateStore {
  const current = <S>(table: HeapTable, copy: (value: S) => S) =>
    // `register` has compared the declared serializer with that of the table.
    new KeyValue(table as PlainTable<S>, parts.context, copy);
  return stateStore(new StateFactory<null>(parts, VOID_NAMESPACE, current));
}

/** The states of one backend whose namespaces are of this kind. */
export function namespacedStateStore<N>(parts: StateParts, namespace: TypeSerializer<N>): NamespacedStateStore<N> {
  const current = <S>(table: HeapTable, copy: (value: S) => S) =>
    new NamespaceValue(table as TableWithNamespaces<S, N>, parts.context, copy);
  return stateStore(new StateFactory<N>(parts, namespace, current));
}

function stateStore<N>(factory: StateFactory<N>): NamespacedStateStore<N> {
  return {
    getState: (descriptor) => factory.value(descriptor),
    getListState: (descriptor) => factory.list(descriptor),
    getMapState: (descriptor) => factory.map(descriptor),
    getReducingState: (descriptor) => factory.reducing(descriptor),
    getAggregatingState: (descriptor) => factory.aggregating(descriptor),
  };
}

/** Makes what a descriptor declares, as Flink stores it: the one place that ties the kinds of state to their serializers. */
class StateFactory<N> {
  constructor(
    private readonly parts: StateParts,
    private readonly namespace: TypeSerializer<N>,
    private readonly current: <S>(table: HeapTable, copy: (value: S) => S) => CurrentValue<S, N>,
  ) {}

  value<T, Absent>(descriptor: ValueStateDescriptor<T, Absent>): HeapValueState<T, Absent, N> {
    const { name, type, defaultValue } = descriptor;
    const serializer = serializerFor(type);
    const absent = (): Absent =>
      defaultValue === undefined ? defaultValue : (serializer.copy(defaultValue as unknown as T) as unknown as Absent);
    return new HeapValueState(name, this.single(descriptor, 'VALUE', serializer), absent);
  }

  list<T>(descriptor: ListStateDescriptor<T>): HeapListState<T, N> | TtlListState<T, N> {
    const { name, elementType } = descriptor;
    const element = serializerFor(elementType);
    const ttl = this.ttlOf(descriptor);
    if (ttl === undefined) return new HeapListState(name, this.register(name, 'LIST', LIST(element)));
    const serializer = LIST(new TtlSerializer(element));
    return new TtlListState(name, this.register(name, 'LIST', serializer, listFilter(ttl)), ttl);
  }

  map<K, V>(descriptor: MapStateDescriptor<K, V>): HeapMapState<K, V, N> | TtlMapState<K, V, N> {
    const { name, keyType, valueType } = descriptor;
    const codec = new KeyCodec(keyType, serializerFor(keyType));
    const key = new MapKeySerializer(codec);
    const value = serializerFor(valueType);
    const ttl = this.ttlOf(descriptor);
    if (ttl === undefined) {
      return new HeapMapState(name, this.register(name, 'MAP', MAP(key, value)), codec, value);
    }
    const stamped = new TtlSerializer(value);
    const current = this.register(name, 'MAP', MAP(key, stamped), mapFilter(ttl));
    return new TtlMapState(new HeapMapState<K, TtlValue<V>, N>(name, current, codec, stamped), ttl);
  }

  reducing<T>(descriptor: ReducingStateDescriptor<T>): HeapReducingState<T, N> {
    const { name, type, reduce } = descriptor;
    return new HeapReducingState(name, this.single(descriptor, 'REDUCING', serializerFor(type)), reduce);
  }

  aggregating<In, Acc, Out>(
    descriptor: AggregatingStateDescriptor<In, Acc, Out>,
  ): HeapAggregatingState<In, Acc, Out, N> {
    const { name, aggregate, accumulatorType } = descriptor;
    const current = this.single(descriptor, 'AGGREGATING', serializerFor(accumulatorType));
    return new HeapAggregatingState(name, current, aggregate);
  }

  /** Of a state that lives or expires as a whole. */
  private single<S>(
    descriptor: StateDescriptor,
    type: KeyedStateType,
    serializer: TypeSerializer<S>,
  ): CurrentValue<S, N> {
    const { name } = descriptor;
    const ttl = this.ttlOf(descriptor);
    if (ttl === undefined) return this.register(name, type, serializer);
    return new TtlCurrentValue(this.register(name, type, new TtlSerializer(serializer), valueFilter(ttl)), ttl);
  }

  private register<S>(
    name: string,
    type: KeyedStateType,
    value: TypeSerializer<S>,
    filter?: SnapshotFilter,
  ): CurrentValue<S, N> {
    const { namespace } = this;
    const { table } = this.parts.states.register({ name, type, namespace, value }, filter);
    return this.current<S>(table, (stored) => value.copy(stored));
  }

  private ttlOf(descriptor: StateDescriptor): Ttl | undefined {
    const config = descriptor.getTtlConfig();
    return config && new Ttl(this.parts.clock, config);
  }
}
