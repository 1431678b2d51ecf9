import type { TypeInformation } from '../api/types';

/** Names a list of an operator's own (non-keyed) state; on another parallelism its elements are dealt out anew. */
export interface ListStateDescriptor<T> {
  readonly kind: 'list';
  readonly mode: 'split';
  readonly name: string;
  readonly type: TypeInformation<T>;
}

/** Flink's `ListState`, as operator state. */
export interface ListState<T> {
  get(): readonly T[];
  add(value: T): void;
  /** Replaces all elements. */
  update(values: readonly T[]): void;
  clear(): void;
}
