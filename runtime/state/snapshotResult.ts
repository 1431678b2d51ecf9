import type { LocalFile } from './checkpointStreamFactory';

/** The local copy of one keyed handle: the same handle, its data in files of this TaskManager. */
export interface LocalCopy<H> {
  readonly handle: H;
  readonly files: readonly LocalFile[];
}

/** What a snapshot gave; Flink's `SnapshotResult`. Both are absent where there is no state. */
export interface SnapshotResult<H> {
  readonly jobManagerOwned?: H;
  readonly taskLocal?: LocalCopy<H>;
}

/** A snapshot whose synchronous part is done. */
export interface RunningSnapshot<H> {
  /** Settles when records may be processed again; absent: at once. */
  readonly synced?: Promise<void>;
  readonly result: Promise<SnapshotResult<H>>;
}
