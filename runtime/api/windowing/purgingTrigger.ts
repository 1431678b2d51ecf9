import type { TimeWindow } from './timeWindow';
import { Trigger, type OnMergeContext, type TriggerContext, type TriggerResult } from './triggers';

/** Fires as another trigger does, and makes the window forget what it has emitted. */
export class PurgingTrigger<in T = never> extends Trigger<T> {
  readonly name = 'PurgingTrigger';

  private constructor(private readonly nested: Trigger<T>) {
    super();
  }

  static of<T>(nested: Trigger<T>): PurgingTrigger<T> {
    return new PurgingTrigger(nested);
  }

  override get canMerge(): boolean {
    return this.nested.canMerge;
  }

  onElement(value: T, timestampMs: number, window: TimeWindow, context: TriggerContext): TriggerResult {
    return purging(this.nested.onElement(value, timestampMs, window, context));
  }

  onEventTime(timestampMs: number, window: TimeWindow, context: TriggerContext): TriggerResult {
    return purging(this.nested.onEventTime(timestampMs, window, context));
  }

  onProcessingTime(timestampMs: number, window: TimeWindow, context: TriggerContext): TriggerResult {
    return purging(this.nested.onProcessingTime(timestampMs, window, context));
  }

  override onMerge(window: TimeWindow, context: OnMergeContext): void {
    this.nested.onMerge?.(window, context);
  }

  clear(window: TimeWindow, context: TriggerContext): void {
    this.nested.clear(window, context);
  }
}

function purging(result: TriggerResult): TriggerResult {
  return result === 'FIRE' ? 'FIRE_AND_PURGE' : result;
}
