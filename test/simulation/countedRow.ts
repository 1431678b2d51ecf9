/** What the simulated jobs count: `value` and `atMs` are the number of the row, and its event time. */
export interface Row {
  readonly key: string;
  readonly value: number;
  readonly atMs: number;
}

/** Length of the windows in which rows are counted. */
export const windowMs = 100;

/** The number of the window of a row. */
export function windowOf({ atMs }: Pick<Row, 'atMs'>): number {
  return Math.floor(atMs / windowMs);
}
