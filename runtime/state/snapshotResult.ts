import type { KeyGroupsHandle } from '../formats/handles';
import type { LocalFile } from './checkpointStreamFactory';

/** The local copy of one keyed handle: the same handle, its data in a file of this TaskManager. Only heap state has any so far. */
export interface LocalCopy {
  readonly handle: KeyGroupsHandle;
  readonly file: LocalFile;
}

/** What a snapshot gave; Flink's `SnapshotResult`. Both are absent where there is no state. */
export interface SnapshotResult<H> {
  readonly jobManagerOwned?: H;
  readonly taskLocal?: LocalCopy;
}

/** A snapshot whose synchronous part is done. */
export interface RunningSnapshot<H> {
  /** Settles when records may be processed again; absent: at once. */
  readonly synced?: Promise<void>;
  readonly result: Promise<SnapshotResult<H>>;
}
