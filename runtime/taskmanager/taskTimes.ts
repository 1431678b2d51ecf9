import type { Clock } from '../base/env';
import type { Stepped } from './stepped';

/** How a task spends its time, in ms. */
export class TaskTimes {
  busyMs = 0;
  idleMs = 0;
  backPressuredMs = 0;
  private waitingSinceMs: number | undefined;
  private waitingForOutput = false;

  constructor(private readonly clock: Clock) {}

  /** Runs one step and counts its time, and that since the last one when the task had nothing to do. */
  measure(step: () => Stepped): Stepped {
    const startMs = this.clock.monoMs();
    this.endWait(startMs);
    const stepped = step();
    const endMs = this.clock.monoMs();
    this.busyMs += endMs - startMs;
    if (stepped.did === 'idle') {
      this.waitingSinceMs = endMs;
      this.waitingForOutput = stepped.on.includes('output');
    }
    return stepped;
  }

  /** Counts a wait that is still going on. */
  update(): void {
    const nowMs = this.clock.monoMs();
    if (this.waitingSinceMs === undefined) return;
    this.endWait(nowMs);
    this.waitingSinceMs = nowMs;
  }

  private endWait(nowMs: number): void {
    if (this.waitingSinceMs === undefined) return;
    if (this.waitingForOutput) this.backPressuredMs += nowMs - this.waitingSinceMs;
    else this.idleMs += nowMs - this.waitingSinceMs;
    this.waitingSinceMs = undefined;
  }
}
