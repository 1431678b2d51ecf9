import type { Clock, Disposable } from '../base/env';
import type { CheckpointConfig } from '../graph/executionConfig';

/**
 * When periodic checkpoints are due. As in Flink: one interval after the last was triggered, but not before the pause after the end of
 * the last snapshot is over.
 */
export class PeriodicTrigger {
  private due: Disposable | undefined;
  private on = false;
  private lastEndMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly config: Pick<CheckpointConfig, 'intervalMs' | 'minPauseMs'>,
    private readonly trigger: () => void,
  ) {}

  get isOn(): boolean {
    return this.on;
  }

  /** The first one comes after an interval; none does where the job has no interval. */
  start(): void {
    this.on = true;
    this.schedule(this.config.intervalMs);
  }

  stop(): void {
    this.on = false;
    this.due?.dispose();
    this.due = undefined;
  }

  /** What is left of the pause after the newest snapshot. */
  get pauseLeftMs(): number {
    return Math.max(0, this.lastEndMs + this.config.minPauseMs - this.clock.monoMs());
  }

  /** The one that is due now comes after this time instead. */
  later(delayMs: number): void {
    this.due?.dispose();
    this.schedule(delayMs);
  }

  /** Of any snapshot, completed or not. */
  snapshotEnded(): void {
    this.lastEndMs = this.clock.monoMs();
  }

  private schedule(delayMs: number | undefined): void {
    if (delayMs === undefined || !this.on) return;
    this.due = this.clock.after(delayMs, 'holdable', () => this.fire());
  }

  private fire(): void {
    this.schedule(this.config.intervalMs);
    this.trigger();
  }
}
