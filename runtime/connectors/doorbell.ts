import type { Clock, Disposable } from '../base/env';

/** Tells a task that asked in vain when it is worth asking again: once for each time that it asked. */
export class Doorbell {
  private listener: (() => void) | undefined;
  private asked = false;
  private timer: Disposable | undefined;

  constructor(private readonly clock: Clock) {}

  onRing(listener: () => void): void {
    this.listener = listener;
  }

  /** The task got nothing; it is told when `ring` is called. */
  ask(): void {
    this.asked = true;
  }

  /** The same, and it is told after this time at the latest. */
  askAfter(ms: number): void {
    this.asked = true;
    this.timer?.dispose();
    this.timer = this.clock.after(ms, 'real', () => this.ring());
  }

  ring(): void {
    if (!this.asked) return;
    this.asked = false;
    this.timer?.dispose();
    this.listener?.();
  }

  /** Nothing rings after this. */
  dispose(): void {
    this.timer?.dispose();
    this.listener = undefined;
  }
}
