import type { Collector } from '../../api/functions';
import { RowBatch } from '../../wire/batch';

/** Gathers what a function emits; each row has the event time of the record or timer that is being processed. */
export class BatchCollector implements Collector<unknown> {
  private rows: unknown[] = [];
  private timestamps: number[] = [];
  private timed = false;
  /** NaN: none. */
  timestamp = NaN;

  collect(value: unknown): void {
    this.rows.push(value);
    this.timestamps.push(this.timestamp);
    if (this.timestamp === this.timestamp) this.timed = true;
  }

  get length(): number {
    return this.rows.length;
  }

  /** What was emitted since the last call; undefined when nothing was. */
  take(): RowBatch | undefined {
    const { rows, timestamps } = this;
    if (rows.length === 0) return undefined;
    const batch = new RowBatch(
      rows.length,
      rows,
      this.timed ? Float64Array.from(timestamps) : undefined,
      undefined,
      undefined,
    );
    this.rows = [];
    this.timestamps = [];
    this.timed = false;
    return batch;
  }
}
