import { userError } from '../base/errors';
import type { AggregateFunction, ReduceFunction } from './aggregations';
import type { StateTtlConfig } from './stateTtlConfig';
import type { TypeInformation } from './types';

/** What every state can do. */
export interface State {
  /** Forgets what there is for the current key. */
  clear(): void;
}

/** One value per key. */
export interface ValueState<T, Absent = undefined> extends State {
  /** The value of the current key, or what the descriptor gives for a key without one. */
  value(): T | Absent;
  /** Stores the value. A change inside a value that `value()` returned counts only after `update`. */
  update(value: T): void;
}

/** A list per key; Flink's `ListState`. */
export interface ListState<T> extends State {
  /** The elements in order, none for a key without a list. A change inside an element counts only after `update`. */
  get(): readonly T[];
  add(value: T): void;
  addAll(values: readonly T[]): void;
  /** Replaces all elements. */
  update(values: readonly T[]): void;
}

/** A map per key, in the order in which its keys came; Flink's `MapState`. Its keys are told apart by their content. */
export interface MapState<K, V> extends State {
  get(key: K): V | undefined;
  put(key: K, value: V): void;
  putAll(entries: Iterable<readonly [K, V]>): void;
  remove(key: K): void;
  contains(key: K): boolean;
  entries(): Iterable<readonly [K, V]>;
  keys(): Iterable<K>;
  values(): Iterable<V>;
  isEmpty(): boolean;
}

/** Takes values of one type and gives what they come to; Flink's `AppendingState`. */
export interface AppendingState<In, Out> extends State {
  /** undefined for a key to which nothing was added. */
  get(): Out | undefined;
  add(value: In): void;
}

/** All values added, reduced to one; Flink's `ReducingState`. */
export type ReducingState<T> = AppendingState<T, T>;

/** All values added, in an accumulator; Flink's `AggregatingState`. */
export type AggregatingState<In, Out> = AppendingState<In, Out>;

/** Names a state; Flink's class of the same name. */
export abstract class StateDescriptor {
  private ttl: StateTtlConfig | undefined;

  /** `name` is the name in the snapshot: unique within the operator, and the same as long as its state shall be found again. */
  constructor(readonly name: string) {
    if (name !== '') return;
    throw userError('job.state-name', 'A state has an empty name.', 'Give every state a name of its own.');
  }

  /** State with a time to live is stored with the time of its last use: a snapshot without it is not found again with it. */
  enableTimeToLive(config: StateTtlConfig): void {
    this.ttl = config;
  }

  getTtlConfig(): StateTtlConfig | undefined {
    return this.ttl;
  }
}

/** Names a value state and its type; without a type the values are stored as JSON. */
export class ValueStateDescriptor<T = unknown, Absent = undefined> extends StateDescriptor {
  readonly kind = 'value';
  readonly type: TypeInformation<T>;
  /** For keys without a value; every reader gets a copy. */
  readonly defaultValue: Absent;

  constructor(name: string, type: TypeInformation<T> = { kind: 'JSON' }, defaultValue?: Absent) {
    super(name);
    this.type = type;
    this.defaultValue = defaultValue as Absent;
  }
}

/** Names a list state and the type of its elements. */
export class ListStateDescriptor<T = unknown> extends StateDescriptor {
  readonly kind = 'list';

  constructor(
    name: string,
    readonly elementType: TypeInformation<T> = { kind: 'JSON' },
  ) {
    super(name);
  }
}

/** Names a map state and the types of its keys and values. */
export class MapStateDescriptor<K = unknown, V = unknown> extends StateDescriptor {
  readonly kind = 'map';

  constructor(
    name: string,
    readonly keyType: TypeInformation<K> = { kind: 'JSON' },
    readonly valueType: TypeInformation<V> = { kind: 'JSON' },
  ) {
    super(name);
  }
}

/** Names a reducing state, its function and its type. */
export class ReducingStateDescriptor<T = unknown> extends StateDescriptor {
  readonly kind = 'reducing';

  constructor(
    name: string,
    readonly reduce: ReduceFunction<T>,
    readonly type: TypeInformation<T> = { kind: 'JSON' },
  ) {
    super(name);
  }
}

/** Names an aggregating state, its function and the type of its accumulators, which are what is stored. */
export class AggregatingStateDescriptor<In, Acc, Out> extends StateDescriptor {
  readonly kind = 'aggregating';

  constructor(
    name: string,
    readonly aggregate: AggregateFunction<In, Acc, Out>,
    readonly accumulatorType: TypeInformation<Acc> = { kind: 'JSON' },
  ) {
    super(name);
  }
}

/**
 * Gives states by their descriptors; Flink's `KeyedStateStore`. Each state is scoped to the key of the record or timer that is being
 * processed. Asking twice for a name gives the same state; with another kind or type it is a user error.
 */
export interface KeyedStateStore {
  getState<T, Absent = undefined>(descriptor: ValueStateDescriptor<T, Absent>): ValueState<T, Absent>;
  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T>;
  getMapState<K, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V>;
  getReducingState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T>;
  getAggregatingState<In, Acc, Out>(descriptor: AggregatingStateDescriptor<In, Acc, Out>): AggregatingState<In, Out>;
}
