import { check, integer } from '../graph/checks';

/** Event time of a record, epoch ms; `recordTimestampMs` is what the source gave it, if it did. */
export type TimestampAssigner<T> = (value: T, recordTimestampMs: number | undefined) => number;

/** none: no event time · boundedOutOfOrderness: the watermark is (highest timestamp - bound - 1). */
export type WatermarkGenerator =
  { readonly t: 'none' } | { readonly t: 'boundedOutOfOrderness'; readonly maxOutOfOrdernessMs: number };

/** How a source assigns event time and emits watermarks; plain fields, so that it can be read without this class. */
export class WatermarkStrategy<T> {
  private constructor(
    readonly generator: WatermarkGenerator,
    readonly timestampAssigner?: TimestampAssigner<T>,
    /** A subtask without records for this long no longer holds the watermark back. */
    readonly idlenessMs?: number,
  ) {}

  /** Timestamps never decrease within a subtask of the source. */
  static forMonotonousTimestamps<T = unknown>(): WatermarkStrategy<T> {
    return new WatermarkStrategy<T>({ t: 'boundedOutOfOrderness', maxOutOfOrdernessMs: 0 });
  }

  /** A record comes at most this much later than one with a higher timestamp. */
  static forBoundedOutOfOrderness<T = unknown>(maxOutOfOrdernessMs: number): WatermarkStrategy<T> {
    check('maxOutOfOrdernessMs', maxOutOfOrdernessMs, integer(0));
    return new WatermarkStrategy<T>({ t: 'boundedOutOfOrderness', maxOutOfOrdernessMs });
  }

  static noWatermarks<T = unknown>(): WatermarkStrategy<T> {
    return new WatermarkStrategy<T>({ t: 'none' });
  }

  withTimestampAssigner<U extends T>(timestampAssigner: TimestampAssigner<U>): WatermarkStrategy<U> {
    return new WatermarkStrategy<U>(this.generator, timestampAssigner, this.idlenessMs);
  }

  withIdleness(idlenessMs: number): WatermarkStrategy<T> {
    check('idlenessMs', idlenessMs, integer(1));
    return new WatermarkStrategy<T>(this.generator, this.timestampAssigner, idlenessMs);
  }
}
