import { check, positive } from '../graph/checks';

/** Marks a source with the type of its rows; it exists for the compiler only. */
export declare const rowType: unique symbol;

/** The type of a source's rows: `type Flight = RowOf<typeof flights>`. */
export type RowOf<From> = From extends { readonly [rowType]?: infer T } ? T : never;

/** What can be said of every source. */
export interface Rated {
  /** Over all subtasks of the source; absent: as fast as the job can. */
  readonly rowsPerSecond?: number;
}

/** What every class of a source begins with. */
export abstract class RatedSource<T> implements Rated {
  declare readonly [rowType]?: T;
  declare readonly rowsPerSecond?: number;

  constructor({ rowsPerSecond }: Rated) {
    check('rowsPerSecond', rowsPerSecond, positive);
    if (rowsPerSecond !== undefined) this.rowsPerSecond = rowsPerSecond;
  }
}
