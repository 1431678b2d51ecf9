/** Combines two values into one; Flink's class of the same name. Must be associative and leave both as they are. */
export type ReduceFunction<T> = (value1: T, value2: T) => T;

/** Collects values in an accumulator, from which the result is computed; Flink's class of the same name. */
export interface AggregateFunction<In, Acc, Out> {
  createAccumulator(): Acc;
  /** Returns the accumulator with the value in it: a new one, or the given one. */
  add(value: In, accumulator: Acc): Acc;
  getResult(accumulator: Acc): Out;
  /** Returns both in one: a new one, or one of the two. */
  merge(a: Acc, b: Acc): Acc;
}
