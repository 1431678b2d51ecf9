import type { MapStateDescriptor } from './state';
import type { StreamGraphBuilder, Upstream } from './streamGraphBuilder';

// A state of any types: what it holds is the business of those who ask for it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyMapDescriptor = MapStateDescriptor<any, any>;

/** A stream that every subtask of the reader sees whole, and the states made of it; to be connected. Flink's class of the same name. */
export class BroadcastStream<T> {
  /** There for its type only: the rows of the stream. */
  declare readonly row?: T;

  constructor(
    readonly builder: StreamGraphBuilder,
    readonly upstream: readonly Upstream[],
    readonly states: readonly MapStateDescriptor[],
  ) {}
}
