import type { Disk, Logger } from '../base/env';
import { errorData, externalError, JobStateError, sentence, userError } from '../base/errors';
import { joinPath, parentDirectory, readFile, writeFileAtomically } from '../base/files';
import { id as brand, type CheckpointId } from '../base/ids';
import type { CheckpointMetadata } from '../formats/handles';
import { readJobState, withNames, writeJobState, type JobStateNames } from '../formats/jobState';
import { readMetadata, writeMetadata } from '../formats/metadata/metadata';
import { jobStateFile, metadataFile } from './checkpointDirectories';
import type { CheckpointKind } from './checkpointRecords';
import { exclusiveFiles, subtaskStateSizeBytes, type CompletedCheckpoint } from './completedCheckpoint';
import type { StateStore } from './stateStore';

const uuidName = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Checkpoints and savepoints as directories in Flink's format. The `_metadata` makes a directory a snapshot, so it is written last. */
export class FileSystemStateStore implements StateStore<CompletedCheckpoint> {
  constructor(
    private readonly disk: Disk,
    private readonly log: Logger,
    /** Stands in what is written, for people. */
    private readonly jobName?: string,
  ) {}

  /**
   * Writes `_job-state.json` and then `_metadata` into the directory, which holds the tasks' files already. Fails with `disk.…`, or
   * `checkpoint.files-missing` when a file that a task wrote is not there any more.
   */
  async putState(checkpoint: CompletedCheckpoint): Promise<string> {
    const { directory, metadata } = checkpoint;
    await this.checkFiles(directory, metadata);
    await writeFileAtomically(this.disk, joinPath(directory, jobStateFile), writeJobState(metadata, this.jobName));
    await writeFileAtomically(this.disk, joinPath(directory, metadataFile), writeMetadata(metadata));
    return directory;
  }

  /**
   * @param path a directory with a `_metadata`, or that file
   * @throws JobStateError of domain user, naming the file and, where it is damaged, the offset: `snapshot.not-found`, `snapshot.unreadable`
   */
  async getState(path: string): Promise<CompletedCheckpoint> {
    const file = await this.metadataPath(path);
    const directory = parentDirectory(file);
    const metadata = withNames(await this.readMetadata(file), await this.readNames(directory));
    return {
      id: brand<CheckpointId>(metadata.checkpointId),
      kind: kindOf(metadata, directory),
      directory,
      triggerMs: (await this.disk.stat(file))?.modifiedMs ?? 0,
      metadata,
      stateSizeBytes: stateSizeBytes(metadata),
    };
  }

  /**
   * Like {@link getState}, for a job that starts from it: the state files must be there and whole, too.
   * @throws JobStateError also `snapshot.files-missing`, naming the file
   */
  async getRestorableState(path: string): Promise<CompletedCheckpoint> {
    const checkpoint = await this.getState(path);
    const damaged = await this.damagedFile(checkpoint.directory, checkpoint.metadata);
    if (damaged === undefined) return checkpoint;
    throw userError(
      'snapshot.files-missing',
      `${checkpoint.directory} is not complete: its state file ${damaged.file} ${damaged.found === undefined ? 'is missing' : `has ${damaged.what}`}.`,
      'Copy the whole directory of the snapshot again, or start from another one.',
      { subject: { file: damaged.file } },
    );
  }

  /** Of a savepoint: deletes its directory. Refuses a checkpoint, and a directory with files that are no part of a savepoint. */
  async disposeState(path: string): Promise<void> {
    const savepoint = await this.getState(path);
    const { directory } = savepoint;
    if (savepoint.kind === 'CHECKPOINT') {
      throw userError(
        'savepoint.is-checkpoint',
        `${directory} is a checkpoint, not a savepoint: it belongs to its job.`,
        'Dispose savepoints only.',
        { subject: { file: directory } },
      );
    }
    const known = exclusiveFiles(savepoint.metadata);
    const strange = (await this.disk.list(directory)).filter(
      (name) => name !== metadataFile && name !== jobStateFile && !known.has(name) && !uuidName.test(name),
    );
    if (strange.length > 0) {
      throw userError(
        'savepoint.foreign-files',
        `${directory} holds ${strange.slice(0, 3).join(', ')}, which no savepoint holds.`,
        'Move these files elsewhere, then dispose the savepoint again.',
        { subject: { file: joinPath(directory, strange[0] ?? '') } },
      );
    }
    await removeSnapshot(this.disk, directory);
  }

  /** A file that vanished or was cut after its task wrote it would make the snapshot worthless. */
  private async checkFiles(directory: string, metadata: CheckpointMetadata): Promise<void> {
    const damaged = await this.damagedFile(directory, metadata);
    if (damaged === undefined) return;
    throw externalError(
      'checkpoint.files-missing',
      `The state file ${damaged.file} ${damaged.found === undefined ? 'has vanished' : `has ${damaged.what}`}.`,
      'Something deletes files in the directory of the checkpoints; keep it for this program alone.',
      { subject: { file: damaged.file } },
    );
  }

  /** The first file beside the `_metadata` that is not there or has another size than it must have. */
  private async damagedFile(
    directory: string,
    metadata: CheckpointMetadata,
  ): Promise<{ readonly file: string; readonly found: number | undefined; readonly what: string } | undefined> {
    for (const [name, sizeBytes] of exclusiveFiles(metadata)) {
      const file = joinPath(directory, name);
      const found = (await this.disk.stat(file))?.sizeBytes;
      if (found !== sizeBytes) return { file, found, what: `${found ?? 0} instead of ${sizeBytes} bytes` };
    }
    return undefined;
  }

  private async metadataPath(path: string): Promise<string> {
    const trimmed = path.replace(/(?<=.)[/\\]+$/, '');
    const info = await this.disk.stat(trimmed);
    if (info?.isDirectory === false) return trimmed;
    const file = joinPath(trimmed, metadataFile);
    if (info !== undefined && (await this.disk.stat(file)) !== undefined) return file;
    const message = info === undefined ? `${trimmed} does not exist.` : `${trimmed} holds no ${metadataFile} file.`;
    throw userError(
      'snapshot.not-found',
      `There is no checkpoint or savepoint to start from: ${message}`,
      'Give the directory of a completed checkpoint or savepoint, or its _metadata file.',
      { subject: { file: trimmed } },
    );
  }

  private async readMetadata(file: string): Promise<CheckpointMetadata> {
    try {
      return readMetadata(await readFile(this.disk, file), file);
    } catch (error) {
      const data = errorData(error);
      throw userError('snapshot.unreadable', `${file} cannot be read. ${sentence(data.message)}`, data.advice, {
        subject: { file, ...data.subject },
        cause: error,
      });
    }
  }

  private async readNames(directory: string): Promise<JobStateNames | undefined> {
    const file = joinPath(directory, jobStateFile);
    try {
      return readJobState(await readFile(this.disk, file), file);
    } catch (error) {
      // Without it only names are lost; a savepoint of Flink has none.
      if (!(error instanceof JobStateError && error.code === 'disk.not-found')) {
        this.log.warn('names of a snapshot could not be read', { file, error: errorData(error).message });
      }
      return undefined;
    }
  }
}

/** Deletes a snapshot so that no half of it can be taken for one: first the `_metadata`, then the rest. */
export async function removeSnapshot(disk: Disk, directory: string): Promise<void> {
  await disk.remove(joinPath(directory, metadataFile));
  await disk.remove(directory);
}

export function stateSizeBytes(metadata: CheckpointMetadata): number {
  let total = 0;
  for (const operator of metadata.operators) {
    for (const { state } of operator.subtasks) if (state !== 'finished') total += subtaskStateSizeBytes(state);
  }
  return total;
}

/** Before version 4 the file does not say it; then the name of the directory does. */
function kindOf(metadata: CheckpointMetadata, directory: string): CheckpointKind {
  const type = metadata.properties?.type;
  if (type === undefined) return /(^|[/\\])chk-[0-9]+$/.test(directory) ? 'CHECKPOINT' : 'SAVEPOINT';
  if (type.t === 'checkpoint') return 'CHECKPOINT';
  return type.postAction === 'NONE' ? 'SAVEPOINT' : 'SYNC_SAVEPOINT';
}
