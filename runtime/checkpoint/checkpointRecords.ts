/**
 * What is remembered of a job's checkpoints, for people and for Flink's `/jobs/:id/checkpoints`. Flink's `CheckpointStatsSnapshot` and
 * its parts. Times are epoch ms, sizes bytes. Everything here is read-only for the reader and grows under its owner.
 */
import type { CheckpointId, OperatorId, VertexId } from '../base/ids';
import type { SubtaskState } from '../formats/handles';
import type { LocalCopyInfo, SnapshotMetrics } from '../wire/messages';

/** As in `checkpoint_type`; SYNC_SAVEPOINT is that of a stop with savepoint. */
export type CheckpointKind = 'CHECKPOINT' | 'SAVEPOINT' | 'SYNC_SAVEPOINT';

/** One line of a list of checkpoints. */
export interface CheckpointSummary {
  readonly id: CheckpointId;
  readonly kind: CheckpointKind;
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly triggerMs: number;
  /** Of the newest acknowledgement. */
  readonly latestAckMs?: number;
  /** When it completed or failed. */
  readonly endMs?: number;
  /** Of all handles that were acknowledged. */
  readonly stateSizeBytes: number;
  readonly acknowledged: number;
  /** Subtasks that must acknowledge. */
  readonly subtasks: number;
  /** Directory of the completed snapshot. */
  readonly path?: string;
  /** A newer one has taken its place, or the savepoint was disposed: its files are gone. */
  readonly discarded: boolean;
  readonly failure?: { readonly atMs: number; readonly reason: CheckpointFailureReason; readonly message: string };
}

export interface CheckpointRecord extends CheckpointSummary {
  readonly vertices: readonly VertexCheckpointRecord[];
}

export interface VertexCheckpointRecord {
  readonly vertex: VertexId;
  readonly parallelism: number;
  /** By subtask index; `undefined` as long as it did not acknowledge. */
  readonly subtasks: readonly (SubtaskCheckpointRecord | undefined)[];
}

export interface SubtaskCheckpointRecord {
  readonly subtask: number;
  readonly ackMs: number;
  readonly metrics: SnapshotMetrics;
  /** Remote handles by operator; empty once the checkpoint is discarded or has failed. */
  readonly states: Readonly<Record<OperatorId, SubtaskState>>;
  /** What the task wrote locally beside it; it lives until a newer checkpoint completes. */
  readonly local: Readonly<Record<OperatorId, LocalCopyInfo>>;
}

export interface RestoredCheckpointRecord {
  readonly id: CheckpointId;
  readonly restoredMs: number;
  readonly savepoint: boolean;
  readonly path: string;
}

export interface CheckpointStatsRecord {
  /** Of all the job's checkpoints, also those no longer in `history`. */
  readonly counts: {
    readonly completed: number;
    readonly failed: number;
    readonly inProgress: number;
    readonly restored: number;
  };
  /** Newest first, at most {@link checkpointHistoryLength} and those in progress. */
  readonly history: readonly CheckpointRecord[];
  /** Those before them, oldest first, at most {@link checkpointSummariesLength}; of them nothing more is remembered. */
  readonly older: readonly CheckpointSummary[];
  readonly latestCompleted?: CheckpointRecord;
  readonly latestSavepoint?: CheckpointRecord;
  readonly latestFailed?: CheckpointRecord;
  readonly latestRestored?: RestoredCheckpointRecord;
}

/** More than Flink's 10 (`web.checkpoints.history`): the debugger's tree shows them. */
export const checkpointHistoryLength = 50;

/** A summary is some hundred bytes, so a job remembers a night of one checkpoint every two seconds. */
export const checkpointSummariesLength = 20_000;

/** Why a snapshot did not complete; the words of Flink's `CheckpointFailureReason`, shortened. */
export type CheckpointFailureReason =
  | 'not-all-tasks-running'
  | 'minimum-pause'
  | 'too-many-requests'
  | 'trigger-failed'
  | 'declined'
  | 'task-not-ready'
  | 'superseded'
  | 'expired'
  | 'cancelled'
  | 'job-failed'
  | 'store-failed'
  | 'shutdown';
