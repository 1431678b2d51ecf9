/**
 * Keeps states by logical path, whatever the medium; the `StateStore` of the first savepoints (Flink 1.0). What a store has accepted it
 * returns as it was; what it cannot read it refuses.
 */
export interface StateStore<T> {
  /** Durable when the promise resolves; on failure nothing is left that could be taken for a state. Returns the path. */
  putState(state: T): Promise<string>;
  getState(path: string): Promise<T>;
  /** Refuses, deleting nothing, what this store would not have written. */
  disposeState(path: string): Promise<void>;
}
