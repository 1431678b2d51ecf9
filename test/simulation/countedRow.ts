/** What the simulated jobs count: `value` is the number of the row, `atMs` its event time. */
export interface Row {
  readonly key: string;
  readonly value: number;
  readonly atMs: number;
}

/** Rows of one window. */
export const windowRows = 100;
/** Event time from row to row: after the last row of a window there is a millisecond left that belongs to it. */
export const rowMs = 2;
/** Length of the windows in which rows are counted. */
export const windowMs = windowRows * rowMs;

/** The number of the window of a row. */
export function windowOf({ atMs }: Pick<Row, 'atMs'>): number {
  return Math.floor(atMs / windowMs);
}
