import type { StreamHandle } from '../formats/handles';
import type { Closeable } from './closeableRegistry';

/**
 * Who may share what a stream writes (Flink's `CheckpointedStateScope`): exclusive files belong to one snapshot and lie beside its
 * `_metadata`; shared ones are counted by the JobManager; task-owned ones are never deleted by it.
 */
export type CheckpointScope = 'exclusive' | 'shared' | 'taskOwned';

/** A file of a local copy, as its index describes it. */
export interface LocalFile {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly crc32c: number;
}

/** Where the bytes of a stream went. */
export interface StreamResult {
  readonly handle: StreamHandle;
  /** Only where the factory writes a second, local copy and that could be written. */
  readonly local?: LocalFile;
}

/** One stream of a snapshot. `close` before `closeAndGetHandle` throws away what was written; afterwards it does nothing. */
export interface CheckpointOutputStream extends Closeable {
  /** Bytes written so far. */
  readonly position: number;
  /** The bytes must not change until the promise settles; one write at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes what was written durable. On failure the file is deleted. */
  closeAndGetHandle(): Promise<StreamResult>;
}

/**
 * Makes the streams of one snapshot; Flink's `CheckpointStreamFactory`. Content of at most the inline threshold becomes a `bytes`
 * handle and no file.
 */
export interface CheckpointStreamFactory {
  createStream(scope: CheckpointScope): CheckpointOutputStream;
}
