import type { Clock, Disposable } from '../base/env';
import { attemptKey } from '../base/ids';
import type { FromTaskManager, TaskMetrics } from '../wire/messages';

const intervalMs = 500;

interface Measured {
  metrics(): TaskMetrics | undefined;
}

/** Sends the figures of the tasks about twice a second, of those that have changed. */
export class MetricsReporter {
  private timer: Disposable | undefined;
  private lastSent = new Map<string, string>();

  constructor(
    private readonly clock: Clock,
    private readonly tasks: () => Iterable<Measured>,
    private readonly send: (message: FromTaskManager) => void,
  ) {}

  start(): void {
    this.timer?.dispose();
    this.timer = this.clock.after(intervalMs, 'real', () => {
      this.report();
      this.start();
    });
  }

  stop(): void {
    this.timer?.dispose();
  }

  private report(): void {
    const seen = new Map<string, string>();
    const changed: TaskMetrics[] = [];
    for (const task of this.tasks()) {
      const metrics = task.metrics();
      if (metrics === undefined) continue;
      const key = attemptKey(metrics.ref);
      // A task that waits for input grows in nothing but its waiting time.
      const content = JSON.stringify({ ...metrics, busyMs: 0, idleMs: 0 });
      seen.set(key, content);
      if (this.lastSent.get(key) !== content) changed.push(metrics);
    }
    this.lastSent = seen;
    if (changed.length > 0) this.send({ m: 'metrics', tasks: changed });
  }
}
