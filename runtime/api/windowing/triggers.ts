import type { ReducingState, ReducingStateDescriptor } from '../state';
import { maxTimestamp, type TimeWindow } from './timeWindow';

/** FIRE: emit what the window holds · PURGE: forget it, but not the window. */
export type TriggerResult = 'CONTINUE' | 'FIRE' | 'PURGE' | 'FIRE_AND_PURGE';

/** What a trigger can do for one key and window. Its timers come back to it; registering one twice sets it once. */
export interface TriggerContext {
  /** -Infinity before the first watermark. */
  getCurrentWatermark(): number;
  getCurrentProcessingTime(): number;
  registerEventTimeTimer(timestampMs: number): void;
  deleteEventTimeTimer(timestampMs: number): void;
  registerProcessingTimeTimer(timestampMs: number): void;
  deleteProcessingTimeTimer(timestampMs: number): void;
  /** State of the key and the window; Flink's `getPartitionedState`. `clear` must forget it. */
  getReducingState<S>(descriptor: ReducingStateDescriptor<S>): ReducingState<S>;
}

export interface OnMergeContext extends TriggerContext {
  /** The window gets what the old windows have in this state; Flink's `mergePartitionedState`. */
  mergeReducingState<S>(descriptor: ReducingStateDescriptor<S>): void;
}

/** Decides when a window emits; Flink's class of this name. One object serves all windows of a subtask. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the signature that Flink's users know
export abstract class Trigger<in T = never> {
  /** Flink's class name. */
  abstract readonly name: string;
  /**
   * True: of the rows that join others before the window ends, none changes the answer or sets another timer than the first row of the window
   * did, so that `onElement` need not be called for them.
   */
  readonly onlyFirstElement: boolean = false;

  /** @param timestampMs event time of the row, NaN when it has none */
  abstract onElement(value: T, timestampMs: number, window: TimeWindow, context: TriggerContext): TriggerResult;

  abstract onEventTime(timestampMs: number, window: TimeWindow, context: TriggerContext): TriggerResult;

  abstract onProcessingTime(timestampMs: number, window: TimeWindow, context: TriggerContext): TriggerResult;

  /** True: has `onMerge`, and can be the trigger of windows that merge. */
  get canMerge(): boolean {
    return this.onMerge !== undefined;
  }

  /** Windows have become this one; the old ones are cleared afterwards. */
  onMerge?(window: TimeWindow, context: OnMergeContext): void;

  /** The window is over: deletes its timers. */
  abstract clear(window: TimeWindow, context: TriggerContext): void;
}

/** Fires when the watermark passes the end of the window, and again with each row that comes later and is allowed. */
export class EventTimeTrigger extends Trigger<unknown> {
  readonly name = 'EventTimeTrigger';
  override readonly onlyFirstElement = true;

  static create(): EventTimeTrigger {
    return new EventTimeTrigger();
  }

  onElement(_value: unknown, _timestampMs: number, window: TimeWindow, context: TriggerContext): TriggerResult {
    if (maxTimestamp(window) <= context.getCurrentWatermark()) return 'FIRE';
    context.registerEventTimeTimer(maxTimestamp(window));
    return 'CONTINUE';
  }

  onEventTime(timestampMs: number, window: TimeWindow): TriggerResult {
    return timestampMs === maxTimestamp(window) ? 'FIRE' : 'CONTINUE';
  }

  onProcessingTime(): TriggerResult {
    return 'CONTINUE';
  }

  /** A window that the watermark has passed already fires with the row that merged it. */
  override onMerge(window: TimeWindow, context: OnMergeContext): void {
    if (maxTimestamp(window) > context.getCurrentWatermark()) context.registerEventTimeTimer(maxTimestamp(window));
  }

  clear(window: TimeWindow, context: TriggerContext): void {
    context.deleteEventTimeTimer(maxTimestamp(window));
  }
}

/** Fires when the clock passes the end of the window. */
export class ProcessingTimeTrigger extends Trigger<unknown> {
  readonly name = 'ProcessingTimeTrigger';
  override readonly onlyFirstElement = true;

  static create(): ProcessingTimeTrigger {
    return new ProcessingTimeTrigger();
  }

  onElement(_value: unknown, _timestampMs: number, window: TimeWindow, context: TriggerContext): TriggerResult {
    context.registerProcessingTimeTimer(maxTimestamp(window));
    return 'CONTINUE';
  }

  onEventTime(): TriggerResult {
    return 'CONTINUE';
  }

  onProcessingTime(): TriggerResult {
    return 'FIRE';
  }

  override onMerge(window: TimeWindow, context: OnMergeContext): void {
    if (maxTimestamp(window) > context.getCurrentProcessingTime()) {
      context.registerProcessingTimeTimer(maxTimestamp(window));
    }
  }

  clear(window: TimeWindow, context: TriggerContext): void {
    context.deleteProcessingTimeTimer(maxTimestamp(window));
  }
}
