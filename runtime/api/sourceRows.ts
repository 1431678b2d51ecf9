/** Marks a source with the type of its rows; it exists for the compiler only. */
export declare const rowType: unique symbol;

/** The type of a source's rows: `type Flight = RowOf<typeof flights>`. */
export type RowOf<From> = From extends { readonly [rowType]?: infer T } ? T : never;

/** What can be said of every source. */
export interface Rated {
  /** Over all subtasks of the source; absent: as fast as the job can. */
  readonly rowsPerSecond?: number;
}
