import type { Collector } from '../../api/functions';
import { RowBatch } from '../../wire/batch';

/** Gathers what a function emits; each row has the event time of the record or timer that is being processed. */
export class BatchCollector implements Collector<unknown> {
  private rows: unknown[] = [];
  /** As long as `rows` or longer; undefined while no row has a time. */
  private timestamps: Float64Array | undefined;
  private count = 0;
  /** Rows of the batch before: the next one will be about as long. */
  private expected = 0;
  /** NaN: none. */
  timestamp = NaN;

  collect(value: unknown): void {
    this.rows[this.count] = value;
    if (this.timestamps !== undefined || this.timestamp === this.timestamp) this.stamp();
    this.count += 1;
  }

  get length(): number {
    return this.count;
  }

  /** What was emitted since the last call; undefined when nothing was. */
  take(): RowBatch | undefined {
    const { rows, timestamps, count } = this;
    if (count === 0) return undefined;
    if (rows.length > count) rows.length = count;
    this.expected = count;
    this.rows = new Array<unknown>(count);
    this.timestamps = undefined;
    this.count = 0;
    return new RowBatch(count, rows, timestamps?.subarray(0, count), undefined, undefined);
  }

  private stamp(): void {
    let { timestamps } = this;
    if (timestamps === undefined || this.count === timestamps.length) {
      const longer = new Float64Array(Math.max(16, this.expected, 2 * this.count)).fill(NaN);
      if (timestamps !== undefined) longer.set(timestamps);
      this.timestamps = timestamps = longer;
    }
    timestamps[this.count] = this.timestamp;
  }
}
