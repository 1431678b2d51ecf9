/** Event time at the end of the input: every event-time timer is due. Each source sends it, also one that was idle. */
export const lastWatermarkMs = Number.MAX_SAFE_INTEGER;

/**
 * Flink's rule: the lowest watermark of those that are not idle. The last watermark alone waits for the idle ones, too: rows that wait
 * for event time in their tasks are still to come.
 * @param watermarks of channels, or of inputs
 * @returns Infinity when all are idle; -Infinity while the last one has not come from all
 */
export function lowestActiveMs(watermarks: ArrayLike<number>, idle: readonly boolean[]): number {
  let active = Infinity;
  let all = Infinity;
  for (let index = 0; index < watermarks.length; index++) {
    const ms = watermarks[index] ?? -Infinity;
    all = Math.min(all, ms);
    if (idle[index] !== true) active = Math.min(active, ms);
  }
  return active === lastWatermarkMs && all < active ? -Infinity : active;
}
