/** Figures for people: short, with their unit, the same everywhere. */

/** `41 ms`, `1.3 s`, `12 s`, `4 min`, `2 h`. */
export function durationText(ms: number): string {
  const rounded = Math.max(0, Math.round(ms));
  if (rounded < 1000) return `${rounded} ms`;
  if (rounded < 9950) return `${(rounded / 1000).toFixed(1).replace(/\.0$/, '')} s`;
  return spanText(rounded);
}

/** Whole units only: `12 s`, `4 min`, `2 h`, `3 d`. */
function spanText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

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

/** `812,004`. */
export function numberText(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 state`, `2 states`, `1,000 keys`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

/** Parts that have something to say, in one line. */
export function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
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
