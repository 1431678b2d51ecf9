/** Lists and maps with a time to live, each element and entry for itself; Flink's `TtlListState` and `TtlMapState`. */
import type { ListState, MapState } from '../api/state';
import type { TtlValue } from '../formats/serializers/streaming';
import type { CurrentValue } from './currentValue';
import { HeapMergingState } from './heapKindStates';
import type { HeapMapState } from './heapMapState';
import type { InternalState } from './internalState';
import type { Ttl } from './ttl';

export class TtlListState<T, N> extends HeapMergingState<TtlValue<T>[], N> implements ListState<T> {
  constructor(
    name: string,
    current: CurrentValue<TtlValue<T>[], N>,
    private readonly ttl: Ttl,
  ) {
    super(name, current);
  }

  get(): readonly T[] {
    const stored = this.current.read() ?? [];
    const alive = stored.filter((element) => !this.ttl.isExpired(element));
    const given = this.ttl.returnsExpired ? stored : alive;
    const values = given.map(({ value }) => value);
    if (this.ttl.renewsOnRead) this.write(alive.map(({ value }) => this.ttl.stamp(value)));
    else if (alive.length < stored.length) this.write(alive);
    return values;
  }

  add(value: T): void {
    this.addAll([value]);
  }

  addAll(values: readonly T[]): void {
    const list = this.current.read() ?? [];
    for (const value of values) {
      this.refuseUndefined(value);
      list.push(this.ttl.stamp(value));
    }
    this.write(list);
  }

  update(values: readonly T[]): void {
    for (const value of values) this.refuseUndefined(value);
    this.write(values.map((value) => this.ttl.stamp(value)));
  }

  protected merge(a: TtlValue<T>[], b: TtlValue<T>[]): TtlValue<T>[] {
    for (const value of b) a.push(value);
    return a;
  }

  private write(list: TtlValue<T>[]): void {
    if (list.length === 0) this.clear();
    else this.current.write(list);
  }
}

export class TtlMapState<K, V, N> implements MapState<K, V>, InternalState<N> {
  constructor(
    private readonly stored: HeapMapState<K, TtlValue<V>, N>,
    private readonly ttl: Ttl,
  ) {}

  setCurrentNamespace(namespace: N): void {
    this.stored.setCurrentNamespace(namespace);
  }

  get(key: K): V | undefined {
    const found = this.stored.get(key);
    return found === undefined ? undefined : this.use(key, found);
  }

  put(key: K, value: V): void {
    this.stored.refuseUndefined(value);
    this.stored.put(key, this.ttl.stamp(value));
  }

  putAll(entries: Iterable<readonly [K, V]>): void {
    for (const [key, value] of entries) this.put(key, value);
  }

  remove(key: K): void {
    this.stored.remove(key);
  }

  contains(key: K): boolean {
    return this.get(key) !== undefined;
  }

  entries(): Iterable<readonly [K, V]> {
    return [...this.stored.entries()].flatMap(([key, found]) => {
      const value = this.use(key, found);
      return value === undefined ? [] : [[key, value] as const];
    });
  }

  keys(): Iterable<K> {
    return Array.from(this.entries(), ([key]) => key);
  }

  values(): Iterable<V> {
    return Array.from(this.entries(), ([, value]) => value);
  }

  isEmpty(): boolean {
    for (const [, value] of this.stored.entries()) if (this.ttl.isVisible(value)) return false;
    return true;
  }

  clear(): void {
    this.stored.clear();
  }

  /** The value as it is given out; an expired one is removed. */
  private use(key: K, found: TtlValue<V>): V | undefined {
    const { stored, ttl } = this;
    if (ttl.isExpired(found)) {
      stored.remove(key);
      return ttl.returnsExpired ? found.value : undefined;
    }
    if (ttl.renewsOnRead) stored.put(key, ttl.stamp(found.value));
    return found.value;
  }
}
