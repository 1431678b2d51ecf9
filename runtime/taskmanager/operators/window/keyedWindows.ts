import { maxTimestamp, type TimeWindow } from '../../../api/windowing/timeWindow';
import type { TriggerResult } from '../../../api/windowing/triggers';
import type { WindowSpec } from '../../../api/windowing/windowSpec';
import type { InternalTimerService } from '../../../state/internalTimerService';
import type { KeyedBackend } from '../../../state/keyedBackend';
import type { Timer } from '../../../state/timerQueue';
import type { BatchCollector } from '../batchCollector';
import type { TimeDomain } from '../timerOperator';
import type { Merge, MergingWindowSet } from './mergingWindowSet';
import type { WindowFunctionContext } from './windowFunctionContext';
import type { MergingWindows, WindowContents } from './windowState';
import type { WindowTriggerContext } from './windowTriggerContext';

/** What windows are made of; one of each per operator. */
export interface WindowParts {
  readonly spec: WindowSpec;
  /** True: the windows of a snapshot may be among these. */
  readonly isRestored: boolean;
  readonly backend: KeyedBackend;
  readonly timers: InternalTimerService<TimeWindow>;
  readonly contents: WindowContents;
  /** undefined: windows do not merge. */
  readonly merging: MergingWindows | undefined;
  readonly triggerContext: WindowTriggerContext;
  readonly functionContext: WindowFunctionContext;
  readonly collector: BatchCollector;
}

/** The windows of the backend's current key: what Flink's WindowOperator does with a row and with a timer. */
export class KeyedWindows {
  /** The window that the window function is working at, for the message when it fails. */
  emitting: TimeWindow | undefined;

  /**
   * True: a window that holds rows and has not ended has its timers. Not so after a restore: until the watermark is again where it was, windows that
   * have fired before look as if they had not ended.
   */
  private readonly timersFromFirst: boolean;

  constructor(private readonly parts: WindowParts) {
    const { spec, isRestored } = parts;
    this.timersFromFirst = spec.trigger.onlyFirstElement && (!isRestored || spec.allowedLatenessMs === 0);
  }

  /**
   * False: the row is too late for all its windows, and has left no trace.
   * @param timestampMs NaN for a row without
   */
  add(value: unknown, timestampMs: number, processingTimeMs: number): boolean {
    const { spec, merging } = this.parts;
    const windows = spec.assigner.assignWindows(value, timestampMs, processingTimeMs);
    const taken =
      merging === undefined
        ? this.addToEach(windows, value, timestampMs)
        : this.addMerging(merging, windows, value, timestampMs);
    return taken || !this.isTooLate(timestampMs);
  }

  onTimer(timer: Timer<TimeWindow>, domain: TimeDomain): void {
    const { spec, contents, merging, triggerContext } = this.parts;
    const { timestampMs, namespace: window } = timer;
    const set = merging?.load();
    const stateWindow = set === undefined ? window : set.stateWindowOf(window);
    // A timer of a window that merging or its trigger has done away with.
    if (stateWindow === undefined) return;
    contents.state.setCurrentNamespace(stateWindow);
    triggerContext.window = window;
    const result =
      domain === 'event'
        ? spec.trigger.onEventTime(timestampMs, window, triggerContext)
        : spec.trigger.onProcessingTime(timestampMs, window, triggerContext);
    if (result !== 'CONTINUE') this.obey(result, window);
    if (spec.assigner.isEventTime !== (domain === 'event') || timestampMs !== this.cleanupTime(window)) return;
    this.clearAll(window, set);
    if (set !== undefined) merging?.store(set);
  }

  private addToEach(windows: readonly TimeWindow[], value: unknown, timestampMs: number): boolean {
    const { state } = this.parts.contents;
    let taken = false;
    for (const window of windows) {
      if (this.isLate(window)) continue;
      taken = true;
      state.setCurrentNamespace(window);
      const first = state.isEmpty();
      state.add(value);
      this.trigger(value, timestampMs, window, first);
    }
    return taken;
  }

  private addMerging(
    merging: MergingWindows,
    windows: readonly TimeWindow[],
    value: unknown,
    timestampMs: number,
  ): boolean {
    const { state } = this.parts.contents;
    const set = merging.load();
    let taken = false;
    for (const each of windows) {
      const { window, stateWindow, merge } = set.addWindow(each);
      if (merge !== undefined) this.merge(merge);
      if (this.isLate(window)) {
        set.retireWindow(window);
        continue;
      }
      taken = true;
      state.setCurrentNamespace(stateWindow);
      const first = state.isEmpty() || merge !== undefined;
      state.add(value);
      this.trigger(value, timestampMs, window, first);
    }
    merging.store(set);
    return taken;
  }

  /** @param first the window has no timers yet */
  private trigger(value: unknown, timestampMs: number, window: TimeWindow, first: boolean): void {
    const { spec, timers, triggerContext } = this.parts;
    const { trigger } = spec;
    if (!first && this.timersFromFirst && maxTimestamp(window) > timers.currentWatermark) return;
    triggerContext.window = window;
    const result = trigger.onElement(value, timestampMs, window, triggerContext);
    if (result !== 'CONTINUE') this.obey(result, window);
    if (first) this.registerCleanup(window);
  }

  private obey(result: TriggerResult, window: TimeWindow): void {
    const { contents } = this.parts;
    if (result === 'FIRE' || result === 'FIRE_AND_PURGE') this.emit(window);
    if (result === 'PURGE' || result === 'FIRE_AND_PURGE') contents.state.clear();
  }

  private emit(window: TimeWindow): void {
    const { spec, backend, contents, functionContext, collector } = this.parts;
    const elements = contents.elements();
    if (elements === undefined) return;
    collector.timestamp = maxTimestamp(window);
    if (spec.windowFunction === undefined) collector.collect(elements[0]);
    else {
      this.emitting = window;
      functionContext.current = window;
      spec.windowFunction.process(backend.currentKey, functionContext, elements, collector);
      this.emitting = undefined;
    }
  }

  private merge({ result, merged, stateWindow, mergedStateWindows }: Merge): void {
    const { spec, contents, triggerContext } = this.parts;
    triggerContext.window = result;
    triggerContext.merged = merged;
    spec.trigger.onMerge?.(result, triggerContext);
    for (const window of merged) {
      triggerContext.window = window;
      spec.trigger.clear(window, triggerContext);
      this.deleteCleanup(window);
    }
    contents.state.mergeNamespaces(stateWindow, mergedStateWindows);
  }

  private clearAll(window: TimeWindow, set: MergingWindowSet | undefined): void {
    const { spec, contents, triggerContext, functionContext } = this.parts;
    contents.state.clear();
    triggerContext.window = window;
    spec.trigger.clear(window, triggerContext);
    if (spec.windowFunction?.clear !== undefined) {
      this.emitting = window;
      functionContext.current = window;
      spec.windowFunction.clear(functionContext);
      this.emitting = undefined;
    }
    set?.retireWindow(window);
  }

  private isLate(window: TimeWindow): boolean {
    const { spec, timers } = this.parts;
    return spec.assigner.isEventTime && this.cleanupTime(window) <= timers.currentWatermark;
  }

  /** A row that no window took because it falls between windows is not late. */
  private isTooLate(timestampMs: number): boolean {
    const { spec, timers } = this.parts;
    return spec.assigner.isEventTime && timestampMs + spec.allowedLatenessMs <= timers.currentWatermark;
  }

  /** When the window is forgotten. */
  private cleanupTime(window: TimeWindow): number {
    const { assigner, allowedLatenessMs } = this.parts.spec;
    return assigner.isEventTime ? maxTimestamp(window) + allowedLatenessMs : maxTimestamp(window);
  }

  private registerCleanup(window: TimeWindow): void {
    const { spec, timers } = this.parts;
    const time = this.cleanupTime(window);
    // So much lateness that the window never ends.
    if (!Number.isSafeInteger(time)) return;
    if (spec.assigner.isEventTime) timers.registerEventTimeTimer(window, time);
    else timers.registerProcessingTimeTimer(window, time);
  }

  private deleteCleanup(window: TimeWindow): void {
    const { spec, timers } = this.parts;
    const time = this.cleanupTime(window);
    if (!Number.isSafeInteger(time)) return;
    if (spec.assigner.isEventTime) timers.deleteEventTimeTimer(window, time);
    else timers.deleteProcessingTimeTimer(window, time);
  }
}
