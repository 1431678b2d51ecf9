import { userError, type JobStateError } from '../../base/errors';
import { check, integer } from '../../graph/checks';
import { getWindowStartWithOffset, type TimeWindow } from './timeWindow';
import { EventTimeTrigger, ProcessingTimeTrigger, type Trigger } from './triggers';

/** Says which windows a row belongs to. It may keep its last answer: each subtask has an assigner of its own. */
export interface WindowAssigner<in T = never> {
  /** Flink's class name. */
  readonly name: string;
  /** True: windows of event time, closed by watermarks · false: of processing time, closed by the clock. */
  readonly isEventTime: boolean;
  /** True: windows that touch become one. */
  readonly isMerging: boolean;
  /** @param timestampMs event time of the row, NaN when it has none: refused where event time is needed */
  assignWindows(value: T, timestampMs: number, processingTimeMs: number): readonly TimeWindow[];
  defaultTrigger(): Trigger<unknown>;
  /** As Flink shows it: `TumblingEventTimeWindows(60000)`. */
  describe(): string;
}

/** Windows of one size, one after the other. */
class TumblingWindows {
  private last: readonly [TimeWindow] = [{ start: NaN, end: NaN }];

  constructor(
    readonly name: string,
    private readonly sizeMs: number,
    private readonly offsetMs: number,
  ) {
    check('sizeMs', sizeMs, integer(1));
    checkOffset(name, 'size', sizeMs, offsetMs);
  }

  describe(): string {
    return `${this.name}(${this.sizeMs})`;
  }

  protected windowsAt(timeMs: number): readonly TimeWindow[] {
    const start = getWindowStartWithOffset(timeMs, this.offsetMs, this.sizeMs);
    if (start !== this.last[0].start) this.last = [{ start, end: start + this.sizeMs }];
    return this.last;
  }
}

/** `TumblingEventTimeWindows.of(60_000)`: a window for each minute of event time. */
export class TumblingEventTimeWindows extends TumblingWindows implements WindowAssigner<unknown> {
  readonly isEventTime = true;
  readonly isMerging = false;

  /** @param offsetMs where windows begin, less than the size: 3 h and windows of a day begin at 3:00 UTC */
  static of(sizeMs: number, offsetMs = 0): TumblingEventTimeWindows {
    return new TumblingEventTimeWindows('TumblingEventTimeWindows', sizeMs, offsetMs);
  }

  assignWindows(_value: unknown, timestampMs: number): readonly TimeWindow[] {
    return this.windowsAt(eventTime(timestampMs));
  }

  defaultTrigger(): Trigger<unknown> {
    return EventTimeTrigger.create();
  }
}

export class TumblingProcessingTimeWindows extends TumblingWindows implements WindowAssigner<unknown> {
  readonly isEventTime = false;
  readonly isMerging = false;

  static of(sizeMs: number, offsetMs = 0): TumblingProcessingTimeWindows {
    return new TumblingProcessingTimeWindows('TumblingProcessingTimeWindows', sizeMs, offsetMs);
  }

  assignWindows(_value: unknown, _timestampMs: number, processingTimeMs: number): readonly TimeWindow[] {
    return this.windowsAt(processingTimeMs);
  }

  defaultTrigger(): Trigger<unknown> {
    return ProcessingTimeTrigger.create();
  }
}

/** Windows of one size that begin at another distance: they overlap, or leave gaps where the slide is longer than the size. */
class SlidingWindows {
  private last: readonly TimeWindow[] = [];

  constructor(
    readonly name: string,
    private readonly sizeMs: number,
    private readonly slideMs: number,
    private readonly offsetMs: number,
  ) {
    check('sizeMs', sizeMs, integer(1));
    check('slideMs', slideMs, integer(1));
    checkOffset(name, 'slide', slideMs, offsetMs);
  }

  describe(): string {
    return `${this.name}(${this.sizeMs}, ${this.slideMs})`;
  }

  /** Newest first. */
  protected windowsAt(timeMs: number): readonly TimeWindow[] {
    const { sizeMs, slideMs, last } = this;
    const newest = getWindowStartWithOffset(timeMs, this.offsetMs, slideMs);
    const count = Math.max(0, Math.ceil((newest - (timeMs - sizeMs)) / slideMs));
    if (last.length === count && last[0]?.start === newest) return last;
    this.last = Array.from({ length: count }, (_, back) => {
      const start = newest - back * slideMs;
      return { start, end: start + sizeMs };
    });
    return this.last;
  }
}

/** `SlidingEventTimeWindows.of(60_000, 10_000)`: every 10 seconds of event time a window of the last minute. */
export class SlidingEventTimeWindows extends SlidingWindows implements WindowAssigner<unknown> {
  readonly isEventTime = true;
  readonly isMerging = false;

  /** @param offsetMs where windows begin, less than the slide */
  static of(sizeMs: number, slideMs: number, offsetMs = 0): SlidingEventTimeWindows {
    return new SlidingEventTimeWindows('SlidingEventTimeWindows', sizeMs, slideMs, offsetMs);
  }

  assignWindows(_value: unknown, timestampMs: number): readonly TimeWindow[] {
    return this.windowsAt(eventTime(timestampMs));
  }

  defaultTrigger(): Trigger<unknown> {
    return EventTimeTrigger.create();
  }
}

export class SlidingProcessingTimeWindows extends SlidingWindows implements WindowAssigner<unknown> {
  readonly isEventTime = false;
  readonly isMerging = false;

  static of(sizeMs: number, slideMs: number, offsetMs = 0): SlidingProcessingTimeWindows {
    return new SlidingProcessingTimeWindows('SlidingProcessingTimeWindows', sizeMs, slideMs, offsetMs);
  }

  assignWindows(_value: unknown, _timestampMs: number, processingTimeMs: number): readonly TimeWindow[] {
    return this.windowsAt(processingTimeMs);
  }

  defaultTrigger(): Trigger<unknown> {
    return ProcessingTimeTrigger.create();
  }
}

/** The event time of a row, which windows of event time need. */
export function eventTime(timestampMs: number): number {
  if (timestampMs === timestampMs) return timestampMs;
  throw userError(
    'window.no-timestamp',
    'A row without a timestamp reached a window of event time.',
    'Give the source a watermark strategy with a timestamp assigner, or use windows of processing time.',
  );
}

function checkOffset(name: string, of: 'size' | 'slide', lengthMs: number, offsetMs: number): void {
  if (Number.isSafeInteger(offsetMs) && Math.abs(offsetMs) < lengthMs) return;
  throw badOffset(name, of, lengthMs, offsetMs);
}

function badOffset(name: string, of: string, lengthMs: number, offsetMs: number): JobStateError {
  return userError(
    'job.bad-setting',
    `The offset of ${name} is ${offsetMs} ms, but must be an integer between minus and plus its ${of} of ${lengthMs} ms.`,
    'Correct offsetMs.',
    { subject: { field: 'offsetMs' } },
  );
}
