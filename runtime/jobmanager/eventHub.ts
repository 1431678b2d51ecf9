import type { JobEvent } from '../base/jobEvents';
import type { Clock } from '../base/env';

/** A JobEvent before it has its number and time. */
export type NewEvent = JobEvent extends infer E ? (E extends JobEvent ? Omit<E, 'seq' | 'atMs'> : never) : never;

interface Reader {
  next: number;
  wake: (() => void) | undefined;
}

/** Events kept for readers that were away. */
const keptEvents = 20_000;

/** The stream of all that changes, numbered from 1 within this run. A slow reader loses the oldest events, never the order. */
export class EventHub {
  private readonly kept: JobEvent[] = [];
  private firstSeq = 1;
  private readonly readers = new Set<Reader>();
  private closed = false;

  constructor(private readonly clock: Clock) {}

  get nextSeq(): number {
    return this.firstSeq + this.kept.length;
  }

  publish(event: NewEvent): void {
    if (this.closed) return;
    this.kept.push({ seq: this.nextSeq, atMs: this.clock.wallMs(), ...event });
    if (this.kept.length > 2 * keptEvents) this.firstSeq += this.kept.splice(0, keptEvents).length;
    for (const reader of this.readers) reader.wake?.();
  }

  /** Those after `seq` that are kept, then those to come. */
  after(seq: number): AsyncIterableIterator<JobEvent> {
    const reader: Reader = { next: seq + 1, wake: undefined };
    this.readers.add(reader);
    const end = (): Promise<IteratorResult<JobEvent>> => {
      this.readers.delete(reader);
      reader.wake?.();
      return Promise.resolve({ done: true, value: undefined });
    };
    const next = async (): Promise<IteratorResult<JobEvent>> => {
      for (;;) {
        reader.next = Math.max(reader.next, this.firstSeq);
        const event = this.kept[reader.next - this.firstSeq];
        if (event !== undefined) {
          reader.next += 1;
          return { done: false, value: event };
        }
        if (this.closed || !this.readers.has(reader)) return end();
        await new Promise<void>((resolve) => (reader.wake = resolve));
        reader.wake = undefined;
      }
    };
    return {
      next,
      return: end,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  close(): void {
    this.closed = true;
    for (const reader of this.readers) reader.wake?.();
  }
}
