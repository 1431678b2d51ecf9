import type { Collector, RichFunction, RuntimeContext } from '../functions';
import type { OutputTag } from '../outputTag';
import type { KeyedStateStore } from '../state';
import type { TimeWindow } from './timeWindow';

/** The window that fires, or that is over. */
export interface WindowContext {
  window(): TimeWindow;
  /** -Infinity before the first watermark. */
  currentWatermark(): number;
  currentProcessingTime(): number;
  /** State of the key and this window; `clear` must forget it. Windows that merge have none: asking is a user error. */
  windowState(): KeyedStateStore;
  /** State of the key, for all its windows. */
  globalState(): KeyedStateStore;
  output<X>(tag: OutputTag<X>, value: X): void;
}

/** Makes of a window that fires what is emitted; Flink's class of this name. Rows emitted have the last millisecond of the window as timestamp. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the signature that Flink's users know
export abstract class ProcessWindowFunction<IN, OUT, KEY = unknown> implements RichFunction {
  open?(context: RuntimeContext): void;

  /** @param elements all rows of the window, or the one result of its reduce or aggregate function */
  abstract process(key: KEY, context: WindowContext, elements: readonly IN[], out: Collector<OUT>): void;

  /** The window is over: the place to clear its `windowState`. */
  clear?(context: WindowContext): void;

  close?(): void;
}

/** One whose rows and keys are not known here. */
export type AnyWindowFunction = ProcessWindowFunction<never, unknown, never>;
