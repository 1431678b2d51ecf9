/** Which failed snapshots fail the job: the rules of Flink's `CheckpointFailureManager`, as pure functions over what it counts. */
import type { CheckpointFailureReason, CheckpointKind } from './checkpointRecords';

/** Failures that counted since the newest snapshot that completed, and the id of that. */
export interface FailureCount {
  readonly inARow: number;
  readonly lastCompleted: number;
}

export const noFailures: FailureCount = { inARow: 0, lastCompleted: 0 };

export interface FailedSnapshot {
  readonly id: number;
  readonly kind: CheckpointKind;
  readonly reason: CheckpointFailureReason;
}

/** What is counted after a failure, and whether the job has to fail because of it; then the count begins anew. */
export function afterFailure(
  before: FailureCount,
  failed: FailedSnapshot,
  tolerableFailures: number | 'unlimited',
): { readonly count: FailureCount; readonly failsJob: boolean } {
  const counts = countsAsFailure(failed) && failed.id > before.lastCompleted;
  if (tolerableFailures === 'unlimited' || !counts) return { count: before, failsJob: false };
  const inARow = before.inARow + 1;
  const failsJob = inARow > tolerableFailures;
  return { count: { ...before, inARow: failsJob ? 0 : inARow }, failsJob };
}

/** Every snapshot that completes clears the count, a savepoint, too. */
export function afterCompletion(before: FailureCount, id: number): FailureCount {
  return id > before.lastCompleted ? { inARow: 0, lastCompleted: id } : before;
}

/**
 * A snapshot that was given up because of something else does not count. A savepoint counts where a task has declined it: a restart may
 * help that task; what goes wrong with it in the JobManager is the business of whoever asked for it. Other than in Flink the savepoint of
 * a stop never fails the job: its sources read on.
 */
export function countsAsFailure({ kind, reason }: Pick<FailedSnapshot, 'kind' | 'reason'>): boolean {
  switch (reason) {
    case 'declined':
      return kind !== 'SYNC_SAVEPOINT';
    case 'expired':
    case 'trigger-failed':
    case 'store-failed':
      return kind === 'CHECKPOINT';
    case 'task-not-ready':
    case 'superseded':
    case 'not-all-tasks-running':
    case 'minimum-pause':
    case 'too-many-requests':
    case 'cancelled':
    case 'job-failed':
    case 'shutdown':
      return false;
  }
}
