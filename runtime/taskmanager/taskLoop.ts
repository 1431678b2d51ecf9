import type { Env } from '../base/env';
import type { Stepped } from './stepped';

/** Something that is run by steps of at most one batch each. */
export interface Steppable {
  /** Must not throw: what goes wrong inside is the task's own affair. */
  step(maxRows: number): Stepped;
}

/** Rows of one step: long enough to make its overhead small, short enough for heartbeats and questions in between. */
const maxRowsPerStep = 1024;

/**
 * The one loop of a TaskManager: each pass steps every task that has something to do, in turn, and lets sockets and timers run before the
 * next pass. When no task has anything to do it sleeps until one signals.
 */
export class TaskLoop {
  private readonly entries = new Map<Steppable, { ready: boolean }>();
  private wake: (() => void) | undefined;
  private running = false;

  constructor(private readonly env: Env) {}

  add(task: Steppable): void {
    this.entries.set(task, { ready: true });
    this.wakeUp();
    if (this.running) return;
    this.running = true;
    this.run().catch((error: unknown) => {
      this.running = false;
      this.env.log.error('the task loop has ended', { error: String(error) });
    });
  }

  /** The task has something to do again. Cheap, and harmless for one that is gone. */
  signal(task: Steppable): void {
    const entry = this.entries.get(task);
    if (entry === undefined || entry.ready) return;
    entry.ready = true;
    this.wakeUp();
  }

  private wakeUp(): void {
    const wake = this.wake;
    this.wake = undefined;
    wake?.();
  }

  private async run(): Promise<void> {
    while (this.entries.size > 0) {
      if (this.pass()) await this.env.clock.yield();
      else await this.sleep();
    }
    this.running = false;
  }

  /** True when a task may have more to do. */
  private pass(): boolean {
    let again = false;
    for (const [task, entry] of this.entries) {
      if (!entry.ready) continue;
      entry.ready = false;
      const stepped = task.step(maxRowsPerStep);
      if (stepped.did === 'progress') entry.ready = true;
      else if (stepped.did === 'done') this.entries.delete(task);
      again ||= entry.ready;
    }
    return again;
  }

  private sleep(): Promise<void> {
    for (const entry of this.entries.values()) if (entry.ready) return this.env.clock.yield();
    if (this.entries.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.wake = resolve));
  }
}
