import type { TimeWindow } from '../../formats/serializers/streaming';

export type { TimeWindow };

/** The last millisecond that belongs to a window: the timestamp of what it emits, and when its end is reached. */
export function maxTimestamp(window: TimeWindow): number {
  return window.end - 1;
}

export function sameWindow(a: TimeWindow, b: TimeWindow): boolean {
  return a.start === b.start && a.end === b.end;
}

/** Of windows of this size that begin at the offset and its multiples, the start of the one that holds the time; Flink's method of this name. */
export function getWindowStartWithOffset(timestampMs: number, offsetMs: number, sizeMs: number): number {
  const remainder = (timestampMs - offsetMs) % sizeMs;
  return timestampMs - (remainder < 0 ? remainder + sizeMs : remainder);
}
