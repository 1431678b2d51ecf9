import type { Disposable, Env } from '../base/env';
import type { RecordWriter } from './network/recordWriter';
import type { OperatorChain } from './operatorChain';
import type { SourceOperator } from './operators/sourceOperator';
import type { StreamOperator } from './operators/streamOperator';

/** A partial batch goes on after this time. */
const flushMs = 5;

/** The parts of a stream task that have to do with time. */
export interface TimedParts {
  readonly env: Env;
  readonly operators: readonly StreamOperator[];
  readonly chain: OperatorChain;
  readonly writers: readonly RecordWriter[];
  readonly source: SourceOperator | undefined;
  readonly listener: { readonly signal: () => void; readonly failed: (error: unknown) => void };
}

/** What the clock has to do with a stream task: processing-time timers, batches that have waited long enough, sources that wait. */
export class StreamTaskTimers {
  private flushTimer: Disposable | undefined;
  private alarm: Disposable | undefined;

  constructor(private readonly parts: TimedParts) {}

  /** Puts the time into the chain when a processing-time timer is due; true when one was. */
  fireProcessingTime(): boolean {
    const next = this.nextProcessingTimeMs();
    const nowMs = this.parts.env.clock.wallMs();
    if (next === undefined || next > nowMs) return false;
    this.parts.chain.enterProcessingTime(nowMs);
    return true;
  }

  /** A partial batch of a writer does not wait longer than the flush time. */
  planFlush(): void {
    if (this.flushTimer !== undefined) return;
    for (const writer of this.parts.writers) {
      if (!writer.hasGathered) continue;
      this.flushTimer = this.parts.env.clock.after(flushMs, 'real', () => {
        this.flushTimer = undefined;
        this.flush();
      });
      return;
    }
  }

  /** An idle task is stepped again when its clock asks for it. */
  planAlarm(): void {
    const { env, source, listener } = this.parts;
    const timerMs = this.nextProcessingTimeMs();
    const waits = [source?.waitMs(), timerMs === undefined ? undefined : timerMs - env.clock.wallMs()];
    const wait = waits.reduce((least, each) => (each === undefined ? least : Math.min(least ?? each, each)), undefined);
    if (wait !== undefined) this.alarm = env.clock.after(Math.max(1, wait), 'real', listener.signal);
  }

  cancelAlarm(): void {
    this.alarm?.dispose();
    this.alarm = undefined;
  }

  release(): void {
    this.flushTimer?.dispose();
    this.cancelAlarm();
  }

  private nextProcessingTimeMs(): number | undefined {
    let next: number | undefined;
    for (const operator of this.parts.operators) {
      const own = operator.nextProcessingTimeMs;
      if (own !== undefined && (next === undefined || own < next)) next = own;
    }
    return next;
  }

  private flush(): void {
    try {
      for (const writer of this.parts.writers) writer.flush();
    } catch (error) {
      this.parts.listener.failed(error);
    }
  }
}
