import { userError } from '../../base/errors';
import { check, integer } from '../../graph/checks';
import type { TimeWindow } from './timeWindow';
import { EventTimeTrigger, ProcessingTimeTrigger, type Trigger } from './triggers';
import { eventTime, type WindowAssigner } from './windowAssigners';

/** Milliseconds without a row of the key after which its session is over; of a row where it differs. */
export type SessionGap<T> = (value: T) => number;

/** A row alone is a session of the length of the gap; sessions that touch are merged. */
class SessionWindows<T> {
  readonly isMerging = true;

  constructor(
    readonly name: string,
    private readonly gap: number | SessionGap<T>,
  ) {
    if (typeof gap === 'number') check('gapMs', gap, integer(1));
  }

  describe(): string {
    return typeof this.gap === 'number' ? `${this.name}(${this.gap})` : `${this.name}()`;
  }

  protected windowsAt(value: T, timeMs: number): readonly TimeWindow[] {
    const gapMs = typeof this.gap === 'number' ? this.gap : checkedGap(this.gap(value));
    return [{ start: timeMs, end: timeMs + gapMs }];
  }
}

export class EventTimeSessionWindows<T = unknown> extends SessionWindows<T> implements WindowAssigner<T> {
  readonly isEventTime = true;

  static withGap(gapMs: number): EventTimeSessionWindows {
    return new EventTimeSessionWindows('EventTimeSessionWindows', gapMs);
  }

  /** The gap of each row: an integer of at least 1 ms. */
  static withDynamicGap<T>(gap: SessionGap<T>): EventTimeSessionWindows<T> {
    return new EventTimeSessionWindows('DynamicEventTimeSessionWindows', gap);
  }

  assignWindows(value: T, timestampMs: number): readonly TimeWindow[] {
    return this.windowsAt(value, eventTime(timestampMs));
  }

  defaultTrigger(): Trigger<unknown> {
    return EventTimeTrigger.create();
  }
}

export class ProcessingTimeSessionWindows<T = unknown> extends SessionWindows<T> implements WindowAssigner<T> {
  readonly isEventTime = false;

  static withGap(gapMs: number): ProcessingTimeSessionWindows {
    return new ProcessingTimeSessionWindows('ProcessingTimeSessionWindows', gapMs);
  }

  static withDynamicGap<T>(gap: SessionGap<T>): ProcessingTimeSessionWindows<T> {
    return new ProcessingTimeSessionWindows('DynamicProcessingTimeSessionWindows', gap);
  }

  assignWindows(value: T, _timestampMs: number, processingTimeMs: number): readonly TimeWindow[] {
    return this.windowsAt(value, processingTimeMs);
  }

  defaultTrigger(): Trigger<unknown> {
    return ProcessingTimeTrigger.create();
  }
}

function checkedGap(gapMs: number): number {
  if (Number.isSafeInteger(gapMs) && gapMs > 0) return gapMs;
  throw userError(
    'window.bad-gap',
    `The gap of a session is ${gapMs} ms, but must be an integer of at least 1.`,
    'Correct the function given to withDynamicGap.',
  );
}
