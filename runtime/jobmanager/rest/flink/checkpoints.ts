import { restError } from '../../../rest/errorBody';
import { fileUri } from '../../../base/fileUri';
import type { CheckpointId } from '../../../base/ids';
import type {
  CheckpointConfigInfo,
  CheckpointingStatistics,
  CheckpointStatistics,
  CompletedCheckpointStatistics,
  FailedCheckpointStatistics,
  TaskCheckpointStatistics,
} from '../../../rest/answers/checkpoints';
import type { CheckpointRecord, VertexCheckpointRecord } from '../../../checkpoint/checkpointRecords';
import type { JobRecord } from '../../records';
import type { HandlerContext, Handlers } from '../handlers';
import { findJob } from './jobs';
import { noStats, statsSummary } from './statistics';
import { ackedSubtasks, subtaskStateSize, taskCheckpointDetails } from './taskCheckpoints';

/** Flink's `web.checkpoints.history`; the debug endpoints show all that is remembered. */
const historyLength = 10;

/** What Flink says for "never": the largest LONG, rounded to what JSON numbers of JavaScript hold. */
const never = 2 ** 63;

export function checkpointHandlers({
  gateway,
}: HandlerContext): Handlers<'checkpoints' | 'checkpointConfig' | 'checkpoint' | 'checkpointSubtasks'> {
  return {
    checkpoints: ({ path }) => checkpointingStatistics(findJob(gateway.jobs(), path.jobid)),
    checkpointConfig: ({ path }) => checkpointConfig(findJob(gateway.jobs(), path.jobid)),
    checkpoint: ({ path }) => {
      const checkpoint = findCheckpoint(findJob(gateway.jobs(), path.jobid), path.checkpointid);
      return { ...checkpointStatistics(checkpoint), tasks: taskStatistics(checkpoint) };
    },
    checkpointSubtasks: ({ path }) => {
      const checkpoint = findCheckpoint(findJob(gateway.jobs(), path.jobid), path.checkpointid);
      const vertex = checkpoint.vertices.find((candidate) => candidate.vertex === path.vertexid);
      if (vertex === undefined) {
        throw restError(404, `There is no checkpoint statistics for task ${path.vertexid}.`);
      }
      return taskCheckpointDetails(checkpoint, vertex, taskCheckpoint(checkpoint, vertex));
    },
  };
}

function findCheckpoint(job: JobRecord, id: CheckpointId): CheckpointRecord {
  const checkpoint = job.checkpoints.history.find((candidate) => candidate.id === id);
  if (checkpoint === undefined) throw restError(404, `Could not find checkpointing statistics for checkpoint ${id}.`);
  return checkpoint;
}

function checkpointingStatistics({ checkpoints }: JobRecord): CheckpointingStatistics {
  const { counts, history, latestCompleted, latestSavepoint, latestFailed, latestRestored } = checkpoints;
  const completed = history.filter(({ status }) => status === 'COMPLETED');
  const sizes = statsSummary(completed.map(({ stateSizeBytes }) => stateSizeBytes));
  const zeros = statsSummary(completed.map(() => 0));
  return {
    counts: {
      restored: counts.restored,
      total: counts.completed + counts.failed + counts.inProgress,
      in_progress: counts.inProgress,
      completed: counts.completed,
      failed: counts.failed,
    },
    summary: {
      checkpointed_size: sizes,
      state_size: sizes,
      end_to_end_duration: statsSummary(completed.map(durationOf)),
      alignment_buffered: noStats,
      processed_data: zeros,
      persisted_data: zeros,
    },
    latest: {
      completed: latestCompleted === undefined ? null : completedStatistics(latestCompleted),
      savepoint: latestSavepoint === undefined ? null : completedStatistics(latestSavepoint),
      failed: latestFailed === undefined ? null : failedStatistics(latestFailed),
      restored:
        latestRestored === undefined
          ? null
          : {
              id: latestRestored.id,
              restore_timestamp: latestRestored.restoredMs,
              is_savepoint: latestRestored.savepoint,
              external_path: fileUri(latestRestored.path),
            },
    },
    history: history.slice(0, historyLength).map(checkpointStatistics),
  };
}

function checkpointStatistics(checkpoint: CheckpointRecord): CheckpointStatistics {
  switch (checkpoint.status) {
    case 'COMPLETED':
      return completedStatistics(checkpoint);
    case 'FAILED':
      return failedStatistics(checkpoint);
    case 'IN_PROGRESS':
      return { className: 'in_progress', status: 'IN_PROGRESS', ...commonStatistics(checkpoint) };
  }
}

function completedStatistics(checkpoint: CheckpointRecord): CompletedCheckpointStatistics {
  return {
    className: 'completed',
    status: 'COMPLETED',
    ...commonStatistics(checkpoint),
    external_path: checkpoint.path === undefined ? null : fileUri(checkpoint.path),
    discarded: checkpoint.discarded,
  };
}

function failedStatistics(checkpoint: CheckpointRecord): FailedCheckpointStatistics {
  return {
    className: 'failed',
    status: 'FAILED',
    ...commonStatistics(checkpoint),
    failure_timestamp: checkpoint.failure?.atMs ?? checkpoint.endMs ?? -1,
    failure_message: checkpoint.failure?.message ?? null,
  };
}

/** Fields that all three kinds have. State is written in full each time and nothing in flight belongs to it. */
function commonStatistics(checkpoint: CheckpointRecord) {
  const savepoint = checkpoint.kind !== 'CHECKPOINT';
  return {
    id: checkpoint.id,
    is_savepoint: savepoint,
    savepointFormat: savepoint ? 'CANONICAL' : null,
    trigger_timestamp: checkpoint.triggerMs,
    latest_ack_timestamp: checkpoint.latestAckMs ?? -1,
    checkpointed_size: checkpoint.stateSizeBytes,
    state_size: checkpoint.stateSizeBytes,
    end_to_end_duration: durationOf(checkpoint),
    alignment_buffered: 0,
    processed_data: 0,
    persisted_data: 0,
    num_subtasks: checkpoint.subtasks,
    num_acknowledged_subtasks: checkpoint.acknowledged,
    checkpoint_type: checkpoint.kind,
    tasks: {},
  };
}

/** To the last acknowledgement; of a failed one to its failure. */
function durationOf(checkpoint: CheckpointRecord): number {
  const end = checkpoint.status === 'FAILED' ? checkpoint.failure?.atMs : checkpoint.latestAckMs;
  return end === undefined ? -1 : end - checkpoint.triggerMs;
}

function taskStatistics(checkpoint: CheckpointRecord): Record<string, TaskCheckpointStatistics> {
  return Object.fromEntries(checkpoint.vertices.map((vertex) => [vertex.vertex, taskCheckpoint(checkpoint, vertex)]));
}

function taskCheckpoint(checkpoint: CheckpointRecord, vertex: VertexCheckpointRecord): TaskCheckpointStatistics {
  const acked = ackedSubtasks(vertex);
  const latestAckMs = acked.length === 0 ? undefined : Math.max(...acked.map(({ ackMs }) => ackMs));
  const sizeBytes = acked.reduce((sum, subtask) => sum + subtaskStateSize(subtask), 0);
  return {
    id: checkpoint.id,
    status: checkpoint.status,
    latest_ack_timestamp: latestAckMs ?? -1,
    checkpointed_size: sizeBytes,
    state_size: sizeBytes,
    end_to_end_duration: latestAckMs === undefined ? -1 : latestAckMs - checkpoint.triggerMs,
    alignment_buffered: 0,
    processed_data: 0,
    persisted_data: 0,
    num_subtasks: vertex.parallelism,
    num_acknowledged_subtasks: acked.length,
  };
}

function checkpointConfig({ config }: JobRecord): CheckpointConfigInfo {
  const { checkpointing } = config;
  return {
    mode: checkpointing.mode,
    interval: checkpointing.intervalMs ?? never,
    timeout: checkpointing.timeoutMs,
    min_pause: checkpointing.minPauseMs,
    max_concurrent: checkpointing.maxConcurrent,
    externalization: { enabled: true, delete_on_cancellation: !checkpointing.retainOnCancellation },
    state_backend: 'HashMapStateBackend',
    checkpoint_storage: 'FileSystemCheckpointStorage',
    unaligned_checkpoints: false,
    tolerable_failed_checkpoints:
      checkpointing.tolerableFailures === 'unlimited' ? 2_147_483_647 : checkpointing.tolerableFailures,
    aligned_checkpoint_timeout: 0,
    checkpoints_after_tasks_finish: true,
    state_changelog_enabled: false,
    changelog_periodic_materialization_interval: 600_000,
    changelog_storage: 'memory',
  };
}
