import type { TypeSerializer } from '../formats/serializer';

/** Names a state of a keyed operator and its type. Other kinds (list, map, reducing, aggregating) join here. */
export interface ValueStateDescriptor<T> {
  readonly kind: 'value';
  readonly name: string;
  readonly serializer: TypeSerializer<T>;
}

/** One value per key; Flink's `ValueState`. All methods are about the backend's current key. */
export interface ValueState<T> {
  /** undefined when there is none. The value may be changed and given to `update`; changed alone, nothing promises that it is kept. */
  value(): T | undefined;
  update(value: T): void;
  clear(): void;
}

/** Names a list of an operator's own (non-keyed) state; on another parallelism its elements are dealt out anew. */
export interface ListStateDescriptor<T> {
  readonly kind: 'list';
  readonly mode: 'split';
  readonly name: string;
  readonly serializer: TypeSerializer<T>;
}

/** Flink's `ListState`, as operator state. */
export interface ListState<T> {
  get(): readonly T[];
  add(value: T): void;
  /** Replaces all elements. */
  update(values: readonly T[]): void;
  clear(): void;
}
