import type { Closeable } from './closeableRegistry';

/** An opened copy of state, read at any position. */
export interface StateSource extends Closeable {
  /** For messages: the path, or `in _metadata`. */
  readonly location: string;
  readonly sizeBytes: number;
  /** Exactly `length` bytes from `at`. Fails with `format.truncated` when the source ends before. */
  read(at: number, length: number): Promise<Uint8Array>;
}
