import type { Committable, Committer, ConnectorContext } from '../api/connector';
import type { FileSinkSpec } from '../api/sinks';
import { JobStateError } from '../base/errors';
import { joinPath } from '../base/files';
import { checkBucket, deepestBucket } from './bucketId';
import { PartNames, type PartName } from './partNames';
import { sinkError } from './sinkErrors';

/** A part that another job began and did not touch for so long has no writer any more. */
const forgottenMs = 24 * 3_600_000;

/** The second phase of every sink into files. */
export class FileSinkCommitter implements Committer {
  private readonly names: PartNames;

  constructor(
    private readonly spec: FileSinkSpec,
    private readonly directory: string,
    private readonly context: ConnectorContext,
  ) {
    this.names = new PartNames(directory, spec.suffix, context);
  }

  async commit(committables: readonly Committable[]): Promise<void> {
    const directories = new Set<string>();
    for (const committable of committables) {
      const { checkpoint, ...name } = parseCommittable(committable);
      await this.finish(name, checkpoint);
      directories.add(this.names.directoryOf(name.bucket));
    }
    for (const directory of directories) await this.guarded(this.context.disk.syncDirectory(directory));
  }

  /**
   * Of other jobs it removes only what they began and have not touched for a day. Such a file belongs to no snapshot, because a checkpoint
   * renames what it takes; and should its writer live after all, its next checkpoint fails and it writes the rows again from the one before,
   * so nothing is lost or doubled. What other jobs have prepared stays: a retained checkpoint or a savepoint may hold it, and a job that
   * starts from that one makes it visible.
   */
  async abandonNewer(checkpointId: number | undefined): Promise<void> {
    const isFirst = this.context.subtask === 0;
    for (const directory of await this.directories()) {
      for (const name of await this.guarded(this.context.disk.list(directory))) {
        const path = joinPath(directory, name);
        const isOurs =
          this.names.isAbandoned(name, checkpointId) ||
          (isFirst && this.names.isBegunByOtherJob(name) && (await this.isForgotten(path))) ||
          (isFirst && this.spec.startsEmpty && checkpointId === undefined && this.names.isFinished(name));
        if (isOurs) await this.guarded(this.context.disk.remove(path));
      }
    }
  }

  private async finish(name: PartName, checkpoint: number): Promise<void> {
    const { disk } = this.context;
    const finished = this.names.finished(name);
    try {
      await disk.rename(this.names.pending(name, checkpoint), finished);
    } catch (error) {
      const isMissing = error instanceof JobStateError && error.code === 'disk.not-found';
      if (!isMissing) throw sinkError(this.directory, error);
      // Committed before, or by an older attempt at this moment.
      if ((await this.guarded(disk.stat(finished))) === undefined) throw lost(finished);
    }
  }

  /** The directory of the sink and, where it has buckets, those below it. */
  private async directories(): Promise<readonly string[]> {
    const found = [this.directory];
    let level = this.spec.bucket === undefined ? [] : found;
    for (let depth = 0; depth < deepestBucket && level.length > 0; depth++) {
      const below: string[] = [];
      for (const directory of level) {
        for (const name of await this.guarded(this.context.disk.list(directory))) {
          if (name.startsWith('.') || name.startsWith('part-')) continue;
          const path = joinPath(directory, name);
          if ((await this.guarded(this.context.disk.stat(path)))?.isDirectory === true) below.push(path);
        }
      }
      found.push(...below);
      level = below;
    }
    return found;
  }

  /** False where the disk does not say when the file was written. */
  private async isForgotten(path: string): Promise<boolean> {
    const writtenMs = (await this.guarded(this.context.disk.stat(path)))?.modifiedMs ?? 0;
    return writtenMs > 0 && this.context.clock.wallMs() - writtenMs > forgottenMs;
  }

  private async guarded<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw sinkError(this.directory, error);
    }
  }
}

function parseCommittable(value: Committable): PartName & { readonly checkpoint: number } {
  if (typeof value === 'object' && value !== null && 'part' in value && 'checkpoint' in value) {
    const { part, checkpoint } = value;
    const bucket = 'bucket' in value ? value['bucket'] : '';
    if (typeof part === 'string' && /^part-[\w-]+(\.\w+)*$/.test(part) && typeof checkpoint === 'number') {
      checkBucket(bucket);
      return { bucket, part, checkpoint };
    }
  }
  throw new JobStateError(
    'sink.bad-committable',
    `The state of the file sink holds ${JSON.stringify(value)}, which names no part file.`,
    {
      domain: 'external',
      advice: 'Restore from another checkpoint.',
    },
  );
}

function lost(path: string): Error {
  return new JobStateError(
    'sink.committable-lost',
    `${path} was prepared by a checkpoint and is gone; its rows are lost.`,
    {
      domain: 'external',
      subject: { file: path },
      advice: 'Leave the files of a sink alone while its job runs; start again from an earlier savepoint.',
    },
  );
}
