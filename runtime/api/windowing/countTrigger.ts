import { check, integer } from '../../graph/checks';
import { ReducingStateDescriptor } from '../state';
import { Types } from '../types';
import type { TimeWindow } from './timeWindow';
import { Trigger, type OnMergeContext, type TriggerContext, type TriggerResult } from './triggers';

/** Fires when a window has taken so many rows, and again after as many more. */
export class CountTrigger extends Trigger<unknown> {
  readonly name = 'CountTrigger';
  /** Flink's state of this trigger. */
  private readonly count = new ReducingStateDescriptor('count', (a: number, b: number) => a + b, Types.LONG);

  private constructor(private readonly maxCount: number) {
    super();
    check('maxCount', maxCount, integer(1));
  }

  static of(maxCount: number): CountTrigger {
    return new CountTrigger(maxCount);
  }

  onElement(_value: unknown, _timestampMs: number, _window: TimeWindow, context: TriggerContext): TriggerResult {
    const count = context.getReducingState(this.count);
    count.add(1);
    if ((count.get() ?? 0) < this.maxCount) return 'CONTINUE';
    count.clear();
    return 'FIRE';
  }

  onEventTime(): TriggerResult {
    return 'CONTINUE';
  }

  onProcessingTime(): TriggerResult {
    return 'CONTINUE';
  }

  override onMerge(_window: TimeWindow, context: OnMergeContext): void {
    context.mergeReducingState(this.count);
  }

  clear(_window: TimeWindow, context: TriggerContext): void {
    context.getReducingState(this.count).clear();
  }
}
