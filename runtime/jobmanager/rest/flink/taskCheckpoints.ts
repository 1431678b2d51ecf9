import type {
  CompletedSubtaskCheckpointStatistics,
  TaskCheckpointDetails,
  TaskCheckpointStatistics,
} from '../../../rest/answers/checkpoints';
import type {
  CheckpointRecord,
  SubtaskCheckpointRecord,
  VertexCheckpointRecord,
} from '../../../checkpoint/checkpointRecords';
import { noStats, statsWithoutPercentiles } from './statistics';

export function ackedSubtasks(vertex: VertexCheckpointRecord): readonly SubtaskCheckpointRecord[] {
  return vertex.subtasks.filter((subtask) => subtask !== undefined);
}

export function subtaskStateSize(subtask: SubtaskCheckpointRecord): number {
  return subtask.metrics.stateSizeBytes;
}

/** One vertex of a checkpoint with its subtasks; those that have not acknowledged are `pending`. */
export function taskCheckpointDetails(
  checkpoint: CheckpointRecord,
  vertex: VertexCheckpointRecord,
  task: TaskCheckpointStatistics,
): TaskCheckpointDetails {
  const acked = ackedSubtasks(vertex).map((subtask) => completedSubtask(checkpoint, subtask));
  const stats = (of: (subtask: CompletedSubtaskCheckpointStatistics) => number) =>
    statsWithoutPercentiles(acked.map(of));
  return {
    ...task,
    summary: {
      checkpointed_size: stats((subtask) => subtask.checkpointed_size),
      state_size: stats((subtask) => subtask.state_size),
      end_to_end_duration: stats((subtask) => subtask.end_to_end_duration),
      checkpoint_duration: {
        sync: stats((subtask) => subtask.checkpoint.sync),
        async: stats((subtask) => subtask.checkpoint.async),
      },
      alignment: {
        buffered: noStats,
        processed: stats((subtask) => subtask.alignment.processed),
        persisted: stats((subtask) => subtask.alignment.persisted),
        duration: stats((subtask) => subtask.alignment.duration),
      },
      start_delay: stats((subtask) => subtask.start_delay),
    },
    subtasks: vertex.subtasks.map((subtask, index) =>
      subtask === undefined
        ? { className: 'pending' as const, index, status: 'pending_or_failed' as const }
        : completedSubtask(checkpoint, subtask),
    ),
  };
}

function completedSubtask(
  checkpoint: CheckpointRecord,
  subtask: SubtaskCheckpointRecord,
): CompletedSubtaskCheckpointStatistics {
  const { metrics } = subtask;
  return {
    className: 'completed',
    index: subtask.subtask,
    status: 'completed',
    ack_timestamp: subtask.ackMs,
    end_to_end_duration: subtask.ackMs - checkpoint.triggerMs,
    checkpointed_size: subtaskStateSize(subtask),
    state_size: subtaskStateSize(subtask),
    checkpoint: { sync: Math.round(metrics.syncMs), async: Math.round(metrics.asyncMs) },
    alignment: { buffered: 0, processed: 0, persisted: 0, duration: Math.round(metrics.alignmentMs) },
    start_delay: Math.round(metrics.startDelayMs),
    unaligned_checkpoint: false,
    aborted: false,
  };
}
