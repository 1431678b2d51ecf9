import type { Clock } from '../base/env';
import type { CloseableRegistry } from './closeableRegistry';

/** Length of a step of the work. */
const stepMs = 4;
/** The clock is asked once in so many entries. */
const entriesPerLook = 128;
/** What others get in a pause, as a multiple of the step before it. */
const othersShare = 1.75;
/** Others that took less in one turn of the event loop, in ms, do not want more. */
const idleTurnMs = 0.1;

/**
 * Divides long work into short steps. Between two steps batches run, for longer than a step took when they need it, so that they keep more
 * than half of the thread; when they do not, the work goes on at once. A cancel ends it at the next step.
 */
export class Pacer {
  private entries = 0;
  private startedMs: number;

  constructor(
    private readonly clock: Pick<Clock, 'monoMs' | 'yield'>,
    private readonly open: CloseableRegistry,
  ) {
    this.startedMs = clock.monoMs();
  }

  /** Counts one entry; true when it is time to {@link pause}. */
  tick(): boolean {
    this.entries += 1;
    return this.entries % entriesPerLook === 0 && this.isDue();
  }

  /** For steps that are counted elsewhere: true when this one has lasted long enough. */
  isDue(): boolean {
    return this.clock.monoMs() - this.startedMs > stepMs;
  }

  /** Fails with `state.cancelled` when the registry was closed. */
  async pause(): Promise<void> {
    const endedMs = this.clock.monoMs();
    const untilMs = endedMs + othersShare * (endedMs - this.startedMs);
    let [turnMs, nowMs] = [0, endedMs];
    do {
      await this.clock.yield();
      this.open.check();
      const beforeMs = nowMs;
      nowMs = this.clock.monoMs();
      turnMs = nowMs - beforeMs;
    } while (turnMs > idleTurnMs && nowMs < untilMs);
    this.startedMs = nowMs;
  }
}
