import type { Clock } from '../base/env';
import type { CloseableRegistry } from './closeableRegistry';

/** Entries between two yields: a step of about a millisecond or two. */
const entriesPerStep = 2048;
/** Longest step in ms, for entries that are large. */
const maxStepMs = 10;
/** The clock is asked once in so many entries. */
const entriesPerLook = 128;

/** Divides long work into short steps, between which batches run; a cancel ends it at the next step. */
export class Pacer {
  private sinceYield = 0;
  private startedMs: number;

  constructor(
    private readonly clock: Pick<Clock, 'monoMs' | 'yield'>,
    private readonly open: CloseableRegistry,
  ) {
    this.startedMs = clock.monoMs();
  }

  /** Counts one entry; true when it is time to {@link pause}. */
  tick(): boolean {
    this.sinceYield += 1;
    if (this.sinceYield >= entriesPerStep) return true;
    return this.sinceYield % entriesPerLook === 0 && this.isDue();
  }

  /** For steps that are counted elsewhere: true when this one has lasted long enough. */
  isDue(): boolean {
    return this.clock.monoMs() - this.startedMs > maxStepMs;
  }

  /** Fails with `state.cancelled` when the registry was closed. */
  async pause(): Promise<void> {
    await this.clock.yield();
    this.open.check();
    this.sinceYield = 0;
    this.startedMs = this.clock.monoMs();
  }
}
