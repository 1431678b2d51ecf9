import type {
  Collector,
  KeyedContext,
  OnTimerContext,
  ProcessContext,
  RichFunction,
  RuntimeContext,
} from './functions';
import type { BroadcastState, ReadOnlyBroadcastState } from './operatorState';
import type { MapStateDescriptor } from './state';

/** Beside a record that was not broadcast: the broadcast state can be read only. */
export interface BroadcastReader {
  /** One of the states that `broadcast(...)` was given. */
  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): ReadOnlyBroadcastState<K, V>;
}

/** Beside a record that was broadcast: every subtask sees it and must change the broadcast state alike. */
export interface BroadcastContext extends Omit<ProcessContext, 'timerService'> {
  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V>;
  /** -Infinity before the first watermark. */
  currentWatermark(): number;
  currentProcessingTime(): number;
}

/** Processes a stream beside another one that every subtask sees whole; Flink's class of the same name. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the signature that Flink's users know
export abstract class BroadcastProcessFunction<I, B, O> implements RichFunction {
  open?(context: RuntimeContext): void;

  abstract processElement(value: I, context: ProcessContext & BroadcastReader, out: Collector<O>): void;
  abstract processBroadcastElement(value: B, context: BroadcastContext, out: Collector<O>): void;

  close?(): void;
}

/** As {@link BroadcastProcessFunction}, with state and timers of the key of the records that are not broadcast. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the signature that Flink's users know
export abstract class KeyedBroadcastProcessFunction<K, I, B, O> implements RichFunction {
  open?(context: RuntimeContext): void;

  abstract processElement(value: I, context: KeyedContext<K> & BroadcastReader, out: Collector<O>): void;
  abstract processBroadcastElement(value: B, context: BroadcastContext, out: Collector<O>): void;

  /** A timer of this key is due. */
  onTimer?(timestampMs: number, context: OnTimerContext<K> & BroadcastReader, out: Collector<O>): void;

  close?(): void;
}

/** Either of the two classes, as the runtime calls it. */
export interface AnyBroadcastProcessFunction extends RichFunction {
  processElement(value: unknown, context: KeyedContext<unknown> & BroadcastReader, out: Collector<unknown>): void;
  processBroadcastElement(value: unknown, context: BroadcastContext, out: Collector<unknown>): void;
  onTimer?(timestampMs: number, context: OnTimerContext<unknown> & BroadcastReader, out: Collector<unknown>): void;
}
