import type { Disk, Logger } from '../base/env';
import { FileSystemStateStore } from '../checkpoint/fileSystemStateStore';
import { handleInfos } from '../checkpoint/handleInfos';
import type { CompletedCheckpoint } from '../checkpoint/completedCheckpoint';
import { userError } from '../base/errors';
import type { CheckpointProperties, OperatorState } from '../formats/handles';
import { operatorIdOfUid } from '../graph/operatorIds';
import type { CheckpointOperator } from '../rest/debug/model';

/** A checkpoint or savepoint on disk, opened: its `_metadata` is read, its state files are not. */
export type Snapshot = CompletedCheckpoint;

/** What a snapshot says of itself. Sizes in bytes. */
export interface SnapshotInfo {
  readonly checkpoint: number;
  readonly savepoint: boolean;
  /** `CANONICAL` or `NATIVE` of a savepoint. */
  readonly format?: string;
  readonly directory: string;
  readonly metadataVersion: number;
  readonly sizeBytes: number;
  readonly operators: readonly SnapshotOperator[];
}

export interface SnapshotOperator extends CheckpointOperator {
  readonly parallelism: number;
  readonly maxParallelism: number;
  /** Every subtask had read all its input. */
  readonly finished: boolean;
}

/**
 * Opens a snapshot: a directory with a `_metadata`, or that file. Works in a worker, with the Env parts of the host.
 * @throws JobStateError `snapshot.not-found` or `snapshot.unreadable`, naming file and offset
 */
export function openSnapshot(disk: Disk, log: Logger, path: string): Promise<Snapshot> {
  return new FileSystemStateStore(disk, log).getState(path);
}

/**
 * Deletes the directory of a savepoint.
 * @throws JobStateError `savepoint.is-checkpoint`, `savepoint.foreign-files` or what opening it says; nothing is deleted then
 */
export function disposeSavepoint(disk: Disk, log: Logger, path: string): Promise<void> {
  return new FileSystemStateStore(disk, log).disposeState(path);
}

export function showSnapshot(snapshot: Snapshot): SnapshotInfo {
  const { metadata, directory } = snapshot;
  const format = formatOf(metadata.properties);
  return {
    checkpoint: snapshot.id,
    savepoint: snapshot.kind !== 'CHECKPOINT',
    ...(format === undefined ? {} : { format }),
    directory,
    metadataVersion: metadata.version,
    sizeBytes: snapshot.stateSizeBytes,
    operators: metadata.operators.map((operator) => snapshotOperator(operator, directory)),
  };
}

function formatOf(properties: CheckpointProperties | undefined): string | undefined {
  return properties?.type.t === 'savepoint' ? properties.type.format : undefined;
}

function snapshotOperator(operator: OperatorState, directory: string): SnapshotOperator {
  const subtasks = operator.subtasks
    .map(({ index, state }) => {
      const handles = state === 'finished' ? [] : handleInfos(state, directory);
      return { subtask: index, handles, sizeBytes: handles.reduce((sum, handle) => sum + handle.sizeBytes, 0) };
    })
    .sort((a, b) => a.subtask - b.subtask);
  return {
    id: operator.operatorId,
    ...(operator.uid === undefined ? {} : { uid: operator.uid }),
    name: operator.name ?? operator.uid ?? operator.operatorId,
    parallelism: operator.parallelism,
    maxParallelism: operator.maxParallelism,
    finished: operator.finished,
    sizeBytes: subtasks.reduce((sum, subtask) => sum + subtask.sizeBytes, 0),
    subtasks,
  };
}

/** An operator by its uid, its name or its id. A snapshot of Flink has no uids, but ids that are made of them. */
export function findOperator(snapshot: Snapshot, text: string): OperatorState {
  const { operators } = snapshot.metadata;
  const found =
    operators.find(({ uid }) => uid === text) ??
    operators.find(({ operatorId }) => operatorId === text) ??
    operators.find(({ name }) => name === text) ??
    operators.find(({ operatorId }) => operatorId === operatorIdOfUid(text));
  if (found === undefined) {
    const known = operators.map(({ uid, operatorId }) => uid ?? operatorId).join(', ');
    throw userError('operator.not-found', `${snapshot.directory} has no operator ${text}.`, `It has ${known}.`, {
      subject: { operator: text, file: snapshot.directory },
    });
  }
  return found;
}
