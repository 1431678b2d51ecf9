/** Figures for people: short, with their unit, the same everywhere. */

/** `41 ms`, `1.3 s`, `12 s`, `4 min`, `2 h`. */
export function durationText(ms: number): string {
  const rounded = Math.max(0, Math.round(ms));
  if (rounded < 1000) return `${rounded} ms`;
  if (rounded < 9950) return `${(rounded / 1000).toFixed(1).replace(/\.0$/, '')} s`;
  return spanText(rounded);
}

/** Whole units only: `12 s`, `4 min`, `2 h`, `3 d`. */
export function spanText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
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
