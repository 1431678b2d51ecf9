import { RowBatch } from '../../wire/batch';

/** Collects rows and their columns until they are worth sending. The columns of the first row decide which ones there are. */
export class BatchBuilder {
  private rows: unknown[] = [];
  private timestamps: Float64Array | undefined;
  private keys: unknown[] | undefined;
  private keyGroups: Uint16Array | undefined;
  length = 0;

  constructor(private readonly capacity: number) {}

  get isFull(): boolean {
    return this.length >= this.capacity;
  }

  /** One row of `from`, with the key and key group given where the stream is keyed. */
  add(from: RowBatch, row: number, keys: readonly unknown[] | undefined, keyGroups: Uint16Array | undefined): void {
    const at = this.length;
    if (at === 0) this.begin(from.timestamps !== undefined, keys !== undefined);
    this.rows.push(from.rows[row]);
    if (this.timestamps !== undefined) this.timestamps[at] = from.timestamps?.[row] ?? NaN;
    if (this.keys !== undefined && keys !== undefined) this.keys.push(keys[row]);
    if (this.keyGroups !== undefined && keyGroups !== undefined) this.keyGroups[at] = keyGroups[row] ?? 0;
    this.length = at + 1;
  }

  /** What was collected; the builder is empty again. */
  take(): RowBatch {
    const { length } = this;
    const batch = new RowBatch(
      length,
      this.rows,
      this.timestamps?.subarray(0, length),
      this.keys,
      this.keyGroups?.subarray(0, length),
    );
    this.length = 0;
    return batch;
  }

  private begin(timed: boolean, keyed: boolean): void {
    this.rows = [];
    this.timestamps = timed ? new Float64Array(this.capacity) : undefined;
    this.keys = keyed ? [] : undefined;
    this.keyGroups = keyed ? new Uint16Array(this.capacity) : undefined;
  }
}
