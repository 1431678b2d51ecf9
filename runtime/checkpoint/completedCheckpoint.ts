import type { ChosenCheckpoint } from '../base/events';
import { id as brand, type CheckpointId, type VertexId } from '../base/ids';
import { streamHandleSizeBytes } from '../formats/handleSize';
import type {
  CheckpointMetadata,
  OperatorHandle,
  OperatorState,
  KeyedHandle,
  StreamHandle,
  SubtaskState,
} from '../formats/handles';
import type { CheckpointKind } from './checkpointRecords';

/** A snapshot that every task acknowledged; Flink's `CompletedCheckpoint`. */
export interface CompletedCheckpoint {
  readonly id: CheckpointId;
  readonly kind: CheckpointKind;
  /** The exclusive directory: it holds the `_metadata`, and relative handles start from it. */
  readonly directory: string;
  /** Epoch ms. */
  readonly triggerMs: number;
  readonly metadata: CheckpointMetadata;
  /** Of all handles. */
  readonly stateSizeBytes: number;
}

/** As a recovery names it. */
export function chosenCheckpoint({ id, directory, kind, metadata }: CompletedCheckpoint): ChosenCheckpoint {
  const finished = metadata.operators.flatMap(finishedSubtasks);
  return { id, path: directory, savepoint: kind !== 'CHECKPOINT', ...(finished.length === 0 ? {} : { finished }) };
}

/** A vertex has the id of the operator at the head of its chain; the others of the chain have finished with it. */
function finishedSubtasks(state: OperatorState): NonNullable<ChosenCheckpoint['finished']> {
  const vertex = brand<VertexId>(state.operatorId);
  if (state.finished) return [{ vertex, subtasks: 'all' }];
  const subtasks = state.subtasks.flatMap((entry) => (entry.state === 'finished' ? [entry.index] : []));
  return subtasks.length === 0 ? [] : [{ vertex, subtasks }];
}

/** Every stream that a subtask's state consists of. */
export function* streamsOf(state: SubtaskState): Generator<StreamHandle> {
  if (state.managedOperator !== undefined) yield* operatorStreams(state.managedOperator);
  if (state.rawOperator !== undefined) yield* operatorStreams(state.rawOperator);
  if (state.managedKeyed !== undefined) yield* keyedStreams(state.managedKeyed);
  if (state.rawKeyed !== undefined) yield* keyedStreams(state.rawKeyed);
  for (const channel of state.inputChannels ?? []) yield channel.data;
  for (const channel of state.resultSubpartitions ?? []) yield channel.data;
}

function* operatorStreams(handle: OperatorHandle): Generator<StreamHandle> {
  yield handle.data;
}

function* keyedStreams(handle: KeyedHandle): Generator<StreamHandle> {
  switch (handle.t) {
    case 'keyGroups':
    case 'savepoint':
      yield handle.data;
      return;
    case 'incremental':
      yield handle.meta;
      for (const file of [...handle.shared, ...handle.private]) yield file.data;
      return;
    case 'changelog':
      for (const part of [...handle.materialized, ...handle.delta]) yield* keyedStreams(part);
      return;
    case 'changeFiles':
      for (const part of handle.parts) yield part.data;
      return;
    case 'changes':
      return;
  }
}

export function subtaskStateSizeBytes(state: SubtaskState): number {
  let total = 0;
  for (const stream of streamsOf(state)) total += streamHandleSizeBytes(stream);
  return total;
}

/** The files beside the `_metadata` that belong to the snapshot, with the sizes they must have. */
export function exclusiveFiles(metadata: CheckpointMetadata): ReadonlyMap<string, number> {
  const files = new Map<string, number>();
  for (const operator of metadata.operators) {
    for (const { state } of operator.subtasks) {
      if (state === 'finished') continue;
      for (const stream of streamsOf(state)) if (stream.t === 'relative') files.set(stream.path, stream.sizeBytes);
    }
  }
  return files;
}
