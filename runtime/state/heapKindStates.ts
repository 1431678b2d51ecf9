/** The kinds of keyed state on the heap, each over the current value of its table; Flink's `HeapValueState`, `HeapListState` and so on. */
import type { AggregateFunction, ReduceFunction } from '../api/aggregations';
import type { AggregatingState, ListState, ReducingState, ValueState } from '../api/state';
import { userError } from '../base/errors';
import type { CurrentValue } from './currentValue';
import type { InternalMergingState, InternalState } from './internalState';

const asItIs = <S>(value: S): S => value;

/** `S` is what the table holds. */
export abstract class HeapState<S, N> implements InternalState<N> {
  constructor(
    protected readonly name: string,
    protected readonly current: CurrentValue<S, N>,
  ) {}

  setCurrentNamespace(namespace: N): void {
    this.current.setNamespace(namespace);
  }

  clear(): void {
    this.current.remove();
  }

  /** Fails with `state.undefined`. */
  refuseUndefined(value: unknown): void {
    if (value !== undefined) return;
    throw userError(
      'state.undefined',
      `State "${this.name}" was updated with undefined.`,
      'Use clear() to forget a value.',
    );
  }
}

export abstract class HeapMergingState<S, N> extends HeapState<S, N> implements InternalMergingState<N> {
  isEmpty(): boolean {
    return this.current.read(asItIs) === undefined;
  }

  mergeNamespaces(target: N, sources: readonly N[]): void {
    const { current } = this;
    let merged: S | undefined;
    for (const source of sources) {
      current.setNamespace(source);
      const value = current.read();
      if (value === undefined) continue;
      current.remove();
      merged = merged === undefined ? value : this.merge(merged, value);
    }
    current.setNamespace(target);
    const there = merged === undefined ? undefined : current.read();
    if (merged !== undefined) current.write(there === undefined ? merged : this.merge(there, merged));
  }

  /** Both in one; it may change and return the first. */
  protected abstract merge(a: S, b: S): S;
}

export class HeapValueState<T, Absent, N> extends HeapState<T, N> implements ValueState<T, Absent> {
  constructor(
    name: string,
    current: CurrentValue<T, N>,
    private readonly absent: () => Absent,
  ) {
    super(name, current);
  }

  value(): T | Absent {
    const value = this.current.read();
    return value === undefined ? this.absent() : value;
  }

  update(value: T): void {
    this.refuseUndefined(value);
    this.current.write(value);
  }
}

/** A key without elements has no list in the table. */
export class HeapListState<T, N> extends HeapMergingState<T[], N> implements ListState<T> {
  get(): readonly T[] {
    return this.current.read() ?? [];
  }

  add(value: T): void {
    this.refuseUndefined(value);
    const list = this.current.read() ?? [];
    list.push(value);
    this.current.write(list);
  }

  addAll(values: readonly T[]): void {
    if (values.length === 0) return;
    const list = this.current.read() ?? [];
    for (const value of values) {
      this.refuseUndefined(value);
      list.push(value);
    }
    this.current.write(list);
  }

  update(values: readonly T[]): void {
    for (const value of values) this.refuseUndefined(value);
    if (values.length === 0) this.clear();
    else this.current.write([...values]);
  }

  protected merge(a: T[], b: T[]): T[] {
    for (const value of b) a.push(value);
    return a;
  }
}

export class HeapReducingState<T, N> extends HeapMergingState<T, N> implements ReducingState<T> {
  constructor(
    name: string,
    current: CurrentValue<T, N>,
    private readonly reduce: ReduceFunction<T>,
  ) {
    super(name, current);
  }

  get(): T | undefined {
    return this.current.read();
  }

  add(value: T): void {
    this.refuseUndefined(value);
    const before = this.current.read();
    this.current.write(before === undefined ? value : this.merge(before, value));
  }

  protected merge(a: T, b: T): T {
    const reduced = this.reduce(a, b);
    this.refuseUndefined(reduced);
    return reduced;
  }
}

export class HeapAggregatingState<In, Acc, Out, N>
  extends HeapMergingState<Acc, N>
  implements AggregatingState<In, Out>
{
  constructor(
    name: string,
    current: CurrentValue<Acc, N>,
    private readonly aggregate: AggregateFunction<In, Acc, Out>,
  ) {
    super(name, current);
  }

  get(): Out | undefined {
    const accumulator = this.current.read();
    return accumulator === undefined ? undefined : this.aggregate.getResult(accumulator);
  }

  add(value: In): void {
    const accumulator = this.aggregate.add(value, this.current.read() ?? this.aggregate.createAccumulator());
    this.refuseUndefined(accumulator);
    this.current.write(accumulator);
  }

  protected merge(a: Acc, b: Acc): Acc {
    const merged = this.aggregate.merge(a, b);
    this.refuseUndefined(merged);
    return merged;
  }
}
