import type { OutputTag } from './outputTag';
import type { KeyedStateStore } from './state';

/** Takes what an operator emits, in order. */
export interface Collector<T> {
  collect(value: T): void;
}

/** What a function can ask about the subtask it runs in, its states on keyed streams; Flink's `RuntimeContext`. Only in `open`. */
export interface RuntimeContext extends KeyedStateStore {
  /** From 0. */
  getIndexOfThisSubtask(): number;
  getNumberOfParallelSubtasks(): number;
  /** From 0; counts the restarts of this subtask. */
  getAttemptNumber(): number;
}

/**
 * Times are epoch milliseconds. A timer is set once per key and time, however often it is registered.
 * Timers belong to keys: without a keyed stream, setting one is a user error.
 */
export interface TimerService {
  registerEventTimeTimer(timestampMs: number): void;
  deleteEventTimeTimer(timestampMs: number): void;
  registerProcessingTimeTimer(timestampMs: number): void;
  deleteProcessingTimeTimer(timestampMs: number): void;
  /** -Infinity before the first watermark. */
  currentWatermark(): number;
  currentProcessingTime(): number;
}

/** The record that is being processed, or the timer. */
export interface ProcessContext {
  /** Event time of the record, or time of the timer; undefined when the record has none. */
  timestamp(): number | undefined;
  timerService(): TimerService;
  /** Emits to a side output, which `getSideOutput` of the same tag reads. */
  output<X>(tag: OutputTag<X>, value: X): void;
}

export interface KeyedContext<K> extends ProcessContext {
  getCurrentKey(): K;
}

export interface OnTimerContext<K> extends KeyedContext<K> {
  timeDomain(): 'event' | 'processing';
}

/** What every function class may do at the begin and the end of its subtask. Each parallel subtask has an instance of its own. */
export interface RichFunction {
  /** Before the first record and before any timer: the place for `getState`. */
  open?(context: RuntimeContext): void;
  /** After the last record, and after a failure. */
  close?(): void;
}

/** Processes the records of a stream one by one; Flink's class of the same name. Everything is synchronous. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the signature that Flink's users know
export abstract class ProcessFunction<I, O> implements RichFunction {
  open?(context: RuntimeContext): void;

  abstract processElement(value: I, context: ProcessContext, out: Collector<O>): void;

  close?(): void;
}

/** Processes the records of a keyed stream one by one, with state and timers of the record's key; Flink's class of the same name. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the signature that Flink's users know
export abstract class KeyedProcessFunction<K, I, O> implements RichFunction {
  open?(context: RuntimeContext): void;

  abstract processElement(value: I, context: KeyedContext<K>, out: Collector<O>): void;

  /** A timer of this key is due. */
  onTimer?(timestampMs: number, context: OnTimerContext<K>, out: Collector<O>): void;

  close?(): void;
}
