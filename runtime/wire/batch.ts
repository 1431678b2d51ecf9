/**
 * Rows in memory between operators, with columns for what the runtime itself needs of every row. The unit of processing, of credits and
 * of network transfer. Rows are shared, not copied: a function must not change a row it has received or emitted.
 */
export class RowBatch {
  /**
   * @param rows at least `length` rows
   * @param timestamps event time of each row in epoch ms, NaN for a row without; undefined before timestamps are assigned
   * @param keys,keyGroups the key of each row and its key group, behind a `keyBy` only
   */
  constructor(
    readonly length: number,
    readonly rows: readonly unknown[],
    readonly timestamps: Float64Array | undefined,
    readonly keys: readonly unknown[] | undefined,
    readonly keyGroups: Uint16Array | undefined,
  ) {}

  /** Rows `from` (inclusive) to `to` (exclusive); the columns are views where they can be. */
  slice(from: number, to = this.length): RowBatch {
    if (from === 0 && to === this.length) return this;
    return new RowBatch(
      to - from,
      this.rows.slice(from, to),
      this.timestamps?.subarray(from, to),
      this.keys?.slice(from, to),
      this.keyGroups?.subarray(from, to),
    );
  }
}
