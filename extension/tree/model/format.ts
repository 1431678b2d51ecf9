/** Figures and texts of rows; what pages show, too, comes from runtime/base/figures.ts. */
import { spanText } from '../../../runtime/base/figures';

export { countText, durationText, joined, numberText } from '../../../runtime/base/figures';

/** `just now`, `2 s ago`, `20 s ago`, `3 min ago`. From ten seconds on in steps of five, so that a list of ages is calm. */
export function ageText(atMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - atMs) / 1000));
  if (seconds < 1) return 'just now';
  if (seconds < 10) return `${seconds} s ago`;
  if (seconds < 60) return `${Math.floor(seconds / 5) * 5} s ago`;
  return `${spanText(seconds * 1000)} ago`;
}

/** An age for rows with many rows below them: what is less than ten seconds old is of now, so that they change seldom. */
export function calmAgeText(atMs: number, nowMs: number): string {
  return nowMs - atMs < 10_000 ? 'just now' : ageText(atMs, nowMs);
}

/** How long something has been running; the same calm steps as an age. */
export function elapsedText(sinceMs: number, nowMs: number): string {
  const age = calmAgeText(sinceMs, nowMs);
  return age === 'just now' ? 'started just now' : age.replace(/ ago$/, '');
}

/** The text up to a length, in one line. */
export function shortened(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** An id, recognisable: `20ba6b65…`. */
export function shortId(id: string): string {
  return id.length <= 10 ? id : `${id.slice(0, 8)}…`;
}
