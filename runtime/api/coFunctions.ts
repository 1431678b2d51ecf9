import type {
  Collector,
  KeyedContext,
  OnTimerContext,
  ProcessContext,
  RichFunction,
  RuntimeContext,
} from './functions';

/** One function for each of two connected streams; Flink's interface of the same name. */
export interface CoMapFunction<I1, I2, O> {
  map1(value: I1): O;
  map2(value: I2): O;
}

/** As {@link CoMapFunction}, with any number of rows per row. */
export interface CoFlatMapFunction<I1, I2, O> {
  flatMap1(value: I1, out: Collector<O>): void;
  flatMap2(value: I2, out: Collector<O>): void;
}

/** Processes the records of two connected streams, in no order among each other; Flink's class of the same name. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the signature that Flink's users know
export abstract class CoProcessFunction<I1, I2, O> implements RichFunction {
  open?(context: RuntimeContext): void;

  abstract processElement1(value: I1, context: ProcessContext, out: Collector<O>): void;
  abstract processElement2(value: I2, context: ProcessContext, out: Collector<O>): void;

  close?(): void;
}

/**
 * Processes the records of two connected streams that are keyed by the same kind of key: both see the state and the timers of the key of
 * their record; Flink's class of the same name.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the signature that Flink's users know
export abstract class KeyedCoProcessFunction<K, I1, I2, O> implements RichFunction {
  open?(context: RuntimeContext): void;

  abstract processElement1(value: I1, context: KeyedContext<K>, out: Collector<O>): void;
  abstract processElement2(value: I2, context: KeyedContext<K>, out: Collector<O>): void;

  /** A timer of this key is due. */
  onTimer?(timestampMs: number, context: OnTimerContext<K>, out: Collector<O>): void;

  close?(): void;
}

/** Either of the two classes, as the runtime calls it. */
export interface AnyCoProcessFunction extends RichFunction {
  processElement1(value: unknown, context: KeyedContext<unknown>, out: Collector<unknown>): void;
  processElement2(value: unknown, context: KeyedContext<unknown>, out: Collector<unknown>): void;
  onTimer?(timestampMs: number, context: OnTimerContext<unknown>, out: Collector<unknown>): void;
}
