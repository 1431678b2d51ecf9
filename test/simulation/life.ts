import type { SeededRandom } from './random';
import type { Schedule, ScheduledEvent } from './schedule';

/** A simulated process as its clock, disk and network see it: what they do ends with it. */
export interface SimLife {
  readonly name: string;
  readonly alive: boolean;
  readonly random: SeededRandom;
  readonly schedule: Schedule;
  /** A promise that settles after a delay, unless the process has crashed by then. */
  later<T>(delayMs: number, run: () => T): Promise<T>;
  /** Runs it in this process: not after a crash, and as long as the process is stalled not yet. */
  soon(delayMs: number, run: () => void): ScheduledEvent;
  atTime(atMs: number, run: () => void): ScheduledEvent;
  onCrash(run: () => void): void;
}
