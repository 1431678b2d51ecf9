/**
 * What a snapshot consists of: Flink's state handles as plain data. They are read from and written to `_metadata` (metadata/), travel in
 * control messages and can be turned into JSON except for inlined bytes. Sizes, offsets and ids are JS numbers; a value beyond 2^53 in a
 * file is refused with a clear error. A field that the format has only in newer versions is optional.
 */
import type { OperatorId } from '../base/ids';
import type { KeyGroupRange } from '../base/keyGroupRange';

/** Where bytes of state lie; Flink's `StreamStateHandle`. */
export type StreamHandle =
  | BytesHandle
  /** A file by absolute URI: shared and task-owned files, entropy paths. */
  | { readonly t: 'file'; readonly uri: string; readonly sizeBytes: number }
  /** A file beside the `_metadata` that names it. */
  | { readonly t: 'relative'; readonly path: string; readonly sizeBytes: number }
  /** A piece of a file that several handles share (file merging, Flink ≥ 1.20). */
  | {
      readonly t: 'segment';
      readonly uri: string;
      readonly position: number;
      readonly sizeBytes: number;
      readonly scope: 'exclusive' | 'shared';
      readonly logicalFileId: string;
    }
  /** Placeholder of file merging for state without content. */
  | { readonly t: 'emptySegment' };

/** State inside the `_metadata` itself; Flink's `ByteStreamStateHandle`. */
export interface BytesHandle {
  readonly t: 'bytes';
  /** A would-be path, or the operator id for coordinator state. */
  readonly name: string;
  readonly data: Uint8Array;
}

/** A file of a RocksDB checkpoint: the name it has in the database directory, and where its bytes lie. */
export interface NamedFile {
  readonly name: string;
  readonly data: StreamHandle;
}

/** State of the keys of a range of key groups; Flink's `KeyedStateHandle`. */
export type KeyedHandle = KeyGroupsHandle | IncrementalHandle | ChangelogHandle | ChangelogDelta;

/** One file with an offset per key group; `KeyGroupsStateHandle` (checkpoints) and `KeyGroupsSavepointStateHandle` (canonical savepoints). */
export interface KeyGroupsHandle {
  readonly t: 'keyGroups' | 'savepoint';
  readonly range: KeyGroupRange;
  /** Offset of key group `range.start + i` in `data`; 0 where a canonical file has nothing for it. */
  readonly offsets: readonly number[];
  readonly data: StreamHandle;
  /** `StateHandleID`; absent before Flink 1.15 and in savepoints. */
  readonly id?: string;
}

/** Files of a RocksDB database; `IncrementalRemoteKeyedStateHandle`. */
export interface IncrementalHandle {
  readonly t: 'incremental';
  readonly checkpoint: number;
  /** UUID of the backend that wrote it; only that backend may build upon it. */
  readonly backend: string;
  readonly range: KeyGroupRange;
  /** The state descriptions (keyed/header.ts) and nothing else. */
  readonly meta: StreamHandle;
  /** `*.sst`, shared between checkpoints. */
  readonly shared: readonly NamedFile[];
  /** CURRENT, MANIFEST, OPTIONS; all files where nothing is shared. */
  readonly private: readonly NamedFile[];
  /** Bytes that this checkpoint uploaded; absent before Flink 1.15. */
  readonly checkpointedSizeBytes?: number;
  readonly id?: string;
}

/** A materialized base and the changes since; `ChangelogStateBackendHandle`. */
export interface ChangelogHandle {
  readonly t: 'changelog';
  readonly range: KeyGroupRange;
  readonly checkpointedSizeBytes: number;
  readonly materialized: readonly KeyedHandle[];
  readonly delta: readonly KeyedHandle[];
  readonly materialization: number;
  readonly checkpoint: number;
  readonly id: string;
}

/** Changes of a changelog; `InMemoryChangelogStateHandle` and `ChangelogStateHandleStreamImpl`. */
export type ChangelogDelta =
  | {
      readonly t: 'changes';
      readonly range: KeyGroupRange;
      readonly from: number;
      readonly to: number;
      /** Key group -1: a change of the state descriptions. */
      readonly changes: readonly { readonly keyGroup: number; readonly data: Uint8Array }[];
      readonly id: string;
    }
  | {
      readonly t: 'changeFiles';
      readonly range: KeyGroupRange;
      readonly parts: readonly { readonly offset: number; readonly data: StreamHandle }[];
      readonly sizeBytes: number;
      readonly checkpointedSizeBytes: number;
      readonly id: string;
      readonly storage: string;
    };

/** split: elements are dealt out on restore · union: every subtask gets all · broadcast: every subtask has the same copy. */
export type OperatorStateMode = 'split' | 'union' | 'broadcast';

/** Operator (non-keyed) state: one file, per state the offsets of its elements; `OperatorStreamStateHandle`. */
export interface OperatorHandle {
  readonly states: readonly {
    readonly name: string;
    readonly mode: OperatorStateMode;
    readonly offsets: readonly number[];
  }[];
  readonly data: StreamHandle;
  /** Directories of file merging (Flink ≥ 1.20). */
  readonly fileMerging?: { readonly taskOwned: string; readonly shared: string; readonly empty: boolean };
}

/** Buffers in flight of one input channel (gate, channel) or result subpartition (partition, subpartition). */
export interface ChannelPart {
  /** Gate or partition. */
  readonly a: number;
  /** Channel or subpartition. */
  readonly b: number;
  readonly offsets: readonly number[];
  readonly sizeBytes: number;
}

/** Channel state of an unaligned checkpoint; several parts when Flink ≥ 2.1 merged them. */
export interface ChannelStateHandle {
  readonly subtask: number;
  readonly merged: boolean;
  readonly parts: readonly ChannelPart[];
  readonly sizeBytes: number;
  readonly data: StreamHandle;
}

/** All state of one operator in one subtask; Flink's `OperatorSubtaskState`. What is absent does not exist. */
export interface SubtaskState {
  readonly managedOperator?: OperatorHandle;
  readonly rawOperator?: OperatorHandle;
  readonly managedKeyed?: KeyedHandle;
  readonly rawKeyed?: KeyedHandle;
  readonly inputChannels?: readonly ChannelStateHandle[];
  readonly resultSubpartitions?: readonly ChannelStateHandle[];
}

export interface SubtaskEntry {
  readonly index: number;
  /** `finished`: the subtask had read all its input (Flink ≥ 1.14). */
  readonly state: SubtaskState | 'finished';
}

/** State of one operator over all its subtasks. */
export interface OperatorState {
  readonly operatorId: OperatorId;
  /** Only in version 5 and newer; the embedded runtime keeps them in `_job-state.json` (jobState.ts). */
  readonly name?: string;
  readonly uid?: string;
  readonly parallelism: number;
  readonly maxParallelism: number;
  readonly coordinatorState?: BytesHandle;
  /** In the order of the file, which says nothing; a subtask without state is absent. */
  readonly subtasks: readonly SubtaskEntry[];
  /** True when all subtasks have finished; then there are no entries. */
  readonly finished: boolean;
}

/** State of a hook of the JobManager; Flink's `MasterState`. */
export interface MasterState {
  readonly name: string;
  readonly version: number;
  readonly data: Uint8Array;
}

/** Kind of snapshot as stored; Flink's `CheckpointType` and `SavepointType`. */
export type StoredSnapshotType =
  | {
      readonly t: 'checkpoint';
      readonly name: string;
      readonly sharing: 'FORWARD_BACKWARD' | 'FORWARD' | 'NO_SHARING';
    }
  | {
      readonly t: 'savepoint';
      readonly name: string;
      readonly format: 'CANONICAL' | 'NATIVE';
      readonly postAction: 'NONE' | 'SUSPEND' | 'TERMINATE';
    };

/** When a snapshot may be deleted, and its kind; Flink's `CheckpointProperties`. */
export interface CheckpointProperties {
  /** Triggered by a user, whatever else is going on. */
  readonly forced: boolean;
  readonly type: StoredSnapshotType;
  readonly discardSubsumed: boolean;
  readonly discardFinished: boolean;
  readonly discardCancelled: boolean;
  readonly discardFailed: boolean;
  readonly discardSuspended: boolean;
  /** The job was started from it in NO_CLAIM mode. */
  readonly unclaimed: boolean;
}

export type MetadataVersion = 2 | 3 | 4 | 5 | 6;

/** The content of a `_metadata` file; Flink's `CheckpointMetadata`. */
export interface CheckpointMetadata {
  readonly version: MetadataVersion;
  readonly checkpointId: number;
  readonly masterStates: readonly MasterState[];
  readonly operators: readonly OperatorState[];
  /** Absent before version 4 and where the State Processor API wrote the snapshot. */
  readonly properties?: CheckpointProperties;
}
