import type { CheckpointDetails, CheckpointInfo, CheckpointOperator } from '../../../rest/debug/model';
import { joinPath } from '../../../base/files';
import type { ChainedOperator } from '../../../graph/jobGraph';
import { handleInfos } from '../../../checkpoint/handleInfos';
import type {
  CheckpointRecord,
  CheckpointSummary,
  VertexCheckpointRecord,
} from '../../../checkpoint/checkpointRecords';
import type { JobRecord } from '../../records';

export function checkpointInfo(checkpoint: CheckpointSummary, nowMs: number): CheckpointInfo {
  const { path, failure } = checkpoint;
  return {
    id: checkpoint.id,
    status: checkpoint.status,
    savepoint: checkpoint.kind !== 'CHECKPOINT',
    triggerMs: checkpoint.triggerMs,
    durationMs: (checkpoint.endMs ?? nowMs) - checkpoint.triggerMs,
    sizeBytes: checkpoint.stateSizeBytes,
    acknowledged: checkpoint.acknowledged,
    subtasks: checkpoint.subtasks,
    ...(path === undefined ? {} : { path }),
    discarded: checkpoint.discarded,
    ...(failure === undefined ? {} : { failure: failure.message }),
  };
}

/** With the state of every operator by subtask, and where each handle has its copies. */
export function checkpointDetails(job: JobRecord, checkpoint: CheckpointRecord, nowMs: number): CheckpointDetails {
  const localKept = job.checkpoints.latestCompleted?.id === checkpoint.id;
  const directory = checkpoint.path ?? joinPath(job.checkpointDirectory, `chk-${checkpoint.id}`);
  const operators = checkpoint.vertices.flatMap((vertex) =>
    operatorsOf(job, vertex).map((operator) => checkpointOperator(operator, vertex, { directory, localKept })),
  );
  return { ...checkpointInfo(checkpoint, nowMs), operators };
}

interface Copies {
  /** Base of relative handles. */
  readonly directory: string;
  /** Local copies live until a newer checkpoint completes. */
  readonly localKept: boolean;
}

function operatorsOf(job: JobRecord, { vertex }: VertexCheckpointRecord): readonly ChainedOperator[] {
  return job.graph.vertices.find(({ id }) => id === vertex)?.operators ?? [];
}

function checkpointOperator(
  operator: ChainedOperator,
  vertex: VertexCheckpointRecord,
  copies: Copies,
): CheckpointOperator {
  const subtasks = vertex.subtasks.flatMap((subtask, index) => {
    if (subtask === undefined) return [];
    const state = subtask.states[operator.operatorId];
    const local = copies.localKept ? subtask.local[operator.operatorId]?.directory : undefined;
    const handles = state === undefined ? [] : handleInfos(state, copies.directory, local);
    return [{ subtask: index, sizeBytes: sizeOf(handles), handles }];
  });
  return {
    id: operator.operatorId,
    ...(operator.uid === undefined ? {} : { uid: operator.uid }),
    name: operator.name,
    sizeBytes: sizeOf(subtasks),
    subtasks,
  };
}

function sizeOf(parts: readonly { readonly sizeBytes: number }[]): number {
  return parts.reduce((sum, part) => sum + part.sizeBytes, 0);
}
