import type { Clock } from '../base/env';

/** How much may be caught up at once after a pause: a debugger's hold must not be followed by a flood. */
const burstMs = 100;
/** Asking again sooner than this is not worth waking the task for. */
const leastWaitMs = 10;

/** A token bucket over the rows of one reader. Without a rate everything is allowed at once. */
export class RateLimiter {
  private tokens = 0;
  private filledMs: number;

  /** `rowsPerSecond` is this reader's own share. */
  constructor(
    private readonly clock: Clock,
    private readonly rowsPerSecond: number | undefined,
  ) {
    this.filledMs = clock.monoMs();
  }

  /** How many of `wanted` rows may go out now; 0: wait `waitMs` first. */
  take(wanted: number): number {
    if (this.rowsPerSecond === undefined) return wanted;
    const nowMs = this.clock.monoMs();
    const most = Math.max(1, (this.rowsPerSecond * burstMs) / 1000);
    this.tokens = Math.min(most, this.tokens + ((nowMs - this.filledMs) * this.rowsPerSecond) / 1000);
    this.filledMs = nowMs;
    const granted = Math.min(wanted, Math.floor(this.tokens));
    this.tokens -= granted;
    return granted;
  }

  waitMs(): number {
    if (this.rowsPerSecond === undefined) return 0;
    return Math.max(leastWaitMs, ((1 - this.tokens) * 1000) / this.rowsPerSecond);
  }
}
