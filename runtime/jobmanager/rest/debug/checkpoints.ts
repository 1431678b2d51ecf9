import type { CheckpointDetails, CheckpointInfo, CheckpointOperator, HandleInfo } from '../../../rest/debug/model';
import type { OperatorId } from '../../../base/ids';
import { joinPath } from '../../../base/files';
import type { KeyedHandle, StreamHandle } from '../../../formats/handles';
import { locate, locationText } from '../../../state/stateLocation';
import type { ChainedOperator } from '../../../graph/jobGraph';
import { streamSizeBytes, streamsOf, subtaskStateSizeBytes } from '../../../checkpoint/completedCheckpoint';
import type {
  CheckpointRecord,
  SubtaskCheckpointRecord,
  VertexCheckpointRecord,
} from '../../../checkpoint/checkpointRecords';
import type { JobRecord } from '../../records';

export function checkpointInfo(checkpoint: CheckpointRecord, nowMs: number): CheckpointInfo {
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
    const handles = handlesOf(subtask, operator.operatorId, copies);
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

function handlesOf(subtask: SubtaskCheckpointRecord, operator: OperatorId, copies: Copies): readonly HandleInfo[] {
  const state = subtask.states[operator];
  if (state === undefined) return [];
  const local = copies.localKept ? subtask.local[operator]?.directory : undefined;
  const keyed = [state.managedKeyed, state.rawKeyed].flatMap((handle): HandleInfo[] =>
    handle === undefined
      ? []
      : [
          {
            state: 'keyed',
            kind: handle.t,
            sizeBytes: subtaskStateSizeBytes({ managedKeyed: handle }),
            keyGroups: { start: handle.range.start, end: handle.range.end },
            remote: keyedLocation(handle, copies.directory),
            ...(local === undefined ? {} : { local }),
          },
        ],
  );
  const plain = [state.managedOperator, state.rawOperator].flatMap((handle): HandleInfo[] =>
    handle === undefined
      ? []
      : [
          {
            state: 'operator',
            kind: handle.states.map(({ name, mode }) => `${name} (${mode})`).join(', '),
            sizeBytes: streamSizeBytes(handle.data),
            remote: locationOf(handle.data, copies.directory),
          },
        ],
  );
  return [...keyed, ...plain];
}

/** Where its first file lies; a handle of many files keeps them beside it. */
function keyedLocation(handle: KeyedHandle, directory: string): string {
  const [first] = streamsOf({ managedKeyed: handle });
  return first === undefined ? directory : locationOf(first, directory);
}

function locationOf(handle: StreamHandle, directory: string): string {
  return locationText(locate(directory, handle));
}
