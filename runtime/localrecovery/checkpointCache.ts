import type { Env } from '../base/env';
import { errorData } from '../base/errors';
import { joinPath } from '../base/files';
import { id, type CheckpointId, type OperatorId } from '../base/ids';
import type { CheckpointStreamFactory } from '../state/checkpointStreamFactory';
import type { LocalLookup } from '../state/prioritizedState';
import type { LocalCopy } from '../state/snapshotResult';
import { CachedCheckpointStreamFactory } from './cachedCheckpointStreamFactory';
import { CachedStreamStateHandle } from './cachedStreamStateHandle';
import { readIndex, writeIndex, type LocalCopies } from './localCopyIndex';

export type CacheEnv = Pick<Env, 'disk' | 'random' | 'clock' | 'log'>;

/** Checkpoints that are not confirmed yet and still keep a copy; more can only be there when their outcome was never told. */
const maxUnconfirmed = 3;

/** Reasons that are remembered, the newest. */
const maxReasons = 20;

const aborted = 'the checkpoint was aborted';

/**
 * The local copies of one task (job, allocation, vertex, subtask) by checkpoint, in the design of FLINK-7873; Flink's
 * `TaskLocalStateStore`. It keeps what may still be restored: the newest confirmed checkpoint and what came after it. What goes wrong here
 * costs the copy and is remembered as the reason; it never fails a checkpoint or a restore.
 */
export class CheckpointCache {
  private readonly entries = new Map<CheckpointId, LocalCopies>();
  /** Why there is no copy of a checkpoint, as the end of a sentence. */
  private readonly gone = new Map<CheckpointId, string>();
  private confirmed = 0;
  /** The work on the disk, one after the other. */
  private work: Promise<void> = Promise.resolve();

  /** Finds what an earlier process left in `directory`; what was not finished is removed. */
  static async open(env: CacheEnv, directory: string, hasRoom: () => boolean): Promise<CheckpointCache> {
    const cache = new CheckpointCache(env, directory, hasRoom);
    for (const name of await env.disk.list(directory)) {
      const checkpoint = checkpointOf(name);
      if (checkpoint === undefined) await env.disk.remove(joinPath(directory, name));
      else await cache.scan(checkpoint);
    }
    return cache;
  }

  private constructor(
    private readonly env: CacheEnv,
    /** `vtx_…_sti_…` */
    readonly directory: string,
    private readonly hasRoom: () => boolean,
  ) {}

  /** Checkpoints with a copy, oldest first. */
  get checkpoints(): readonly CheckpointId[] {
    return [...this.entries.keys()].sort((a, b) => a - b);
  }

  get sizeBytes(): number {
    let size = 0;
    for (const copies of this.entries.values()) for (const copy of copies.values()) size += copy.file.sizeBytes;
    return size;
  }

  /** Streams that write a local copy, too; just `remote` where there is no room. */
  streamFactory(checkpoint: CheckpointId, remote: CheckpointStreamFactory): CheckpointStreamFactory {
    if (!this.hasRoom()) {
      this.lose(checkpoint, 'the local copies take all the room that they may have');
      return remote;
    }
    return new CachedCheckpointStreamFactory(this.env, remote, this.directoryOf(checkpoint), (reason) =>
      this.lose(checkpoint, `it could not be written: ${reason}`),
    );
  }

  /** Remembers what the snapshot wrote, before the task acknowledges it. Does not reject. */
  store(checkpoint: CheckpointId, copies: ReadonlyMap<OperatorId, LocalCopy>): Promise<void> {
    if (copies.size === 0) return this.work;
    return this.enqueue(async () => {
      if (checkpoint < this.confirmed || this.gone.get(checkpoint) === aborted) {
        await this.removeDirectory(checkpoint);
        return;
      }
      try {
        await writeIndex(this.env.disk, this.directoryOf(checkpoint), checkpoint, copies);
        this.entries.set(checkpoint, copies);
      } catch (error) {
        this.lose(checkpoint, `its index could not be written: ${errorData(error).message}`);
        await this.removeDirectory(checkpoint);
      }
      await this.dropSurplus();
    });
  }

  /** The checkpoint is complete: older ones are not restored any more. */
  confirm(checkpoint: CheckpointId): Promise<void> {
    this.confirmed = Math.max(this.confirmed, checkpoint);
    return this.removeWhere((other) => other < checkpoint, 'a newer checkpoint was completed');
  }

  abort(checkpoint: CheckpointId): Promise<void> {
    this.remember(checkpoint, aborted);
    return this.removeWhere((other) => other === checkpoint, aborted);
  }

  /** The task is restored from this checkpoint, or from none: all others are not needed any more. */
  pruneOnRestore(checkpoint: CheckpointId | undefined): Promise<void> {
    return this.removeWhere((other) => other !== checkpoint, 'the job was restored from another checkpoint');
  }

  /** The copy of exactly this checkpoint, if there is one. Nothing is read: whoever opens it sees whether it is still there. */
  lookup(checkpoint: CheckpointId, operator: OperatorId): LocalLookup {
    const copy = this.entries.get(checkpoint)?.get(operator);
    if (copy === undefined) return { found: false, why: this.whyNone(checkpoint) };
    return {
      found: true,
      handle: copy.handle,
      pairWith: (remote) => new CachedStreamStateHandle(this.env, checkpoint, copy.file, remote),
    };
  }

  /** File of the newest copy of this operator's keyed state, with its checkpoint. */
  newestCopy(operator: OperatorId): { readonly checkpoint: CheckpointId; readonly path: string } | undefined {
    for (const checkpoint of this.checkpoints.toReversed()) {
      const path = this.entries.get(checkpoint)?.get(operator)?.file.path;
      if (path !== undefined) return { checkpoint, path };
    }
    return undefined;
  }

  /** Settles when all that was asked for is done on the disk. */
  settled(): Promise<void> {
    return this.work;
  }

  /** Removes everything. */
  dispose(): Promise<void> {
    this.entries.clear();
    return this.enqueue(() => this.env.disk.remove(this.directory));
  }

  private whyNone(checkpoint: CheckpointId): string {
    const reason = this.gone.get(checkpoint);
    if (reason !== undefined) return `The local copy of checkpoint ${checkpoint} is gone: ${reason}.`;
    const held = this.checkpoints;
    const others = held.length === 0 ? 'no local copies' : `local copies of ${held.join(', ')} only`;
    return `There is no local copy of checkpoint ${checkpoint}: this slot has ${others}.`;
  }

  private async scan(checkpoint: CheckpointId): Promise<void> {
    try {
      this.entries.set(checkpoint, await readIndex(this.env.disk, this.directoryOf(checkpoint), checkpoint));
    } catch (error) {
      const { code, message } = errorData(error);
      this.lose(checkpoint, code === 'disk.not-found' ? 'it was not finished' : message);
      await this.removeDirectory(checkpoint);
    }
  }

  private lose(checkpoint: CheckpointId, reason: string): void {
    const trimmed = reason.replace(/\.$/, '');
    this.remember(checkpoint, trimmed);
    this.env.log.warn(`There is no local copy of checkpoint ${checkpoint}: ${trimmed}.`, { directory: this.directory });
  }

  /** Copies of checkpoints whose outcome was never told, beyond what can be running. */
  private async dropSurplus(): Promise<void> {
    const unconfirmed = this.checkpoints.filter((checkpoint) => checkpoint > this.confirmed);
    for (const checkpoint of unconfirmed.slice(0, -maxUnconfirmed)) {
      await this.remove(checkpoint, 'too many newer ones followed without being completed');
    }
  }

  /** Also removes directories without an entry: what a snapshot left that failed or that could not be written here. */
  private removeWhere(obsolete: (checkpoint: CheckpointId) => boolean, reason: string): Promise<void> {
    return this.enqueue(async () => {
      for (const name of await this.env.disk.list(this.directory)) {
        const checkpoint = checkpointOf(name);
        if (checkpoint !== undefined && obsolete(checkpoint)) await this.remove(checkpoint, reason);
      }
    });
  }

  private async remove(checkpoint: CheckpointId, reason: string): Promise<void> {
    if (this.entries.delete(checkpoint)) this.remember(checkpoint, reason);
    await this.removeDirectory(checkpoint);
  }

  private remember(checkpoint: CheckpointId, reason: string): void {
    this.gone.set(checkpoint, reason);
    for (const oldest of this.gone.keys()) {
      if (this.gone.size <= maxReasons) return;
      this.gone.delete(oldest);
    }
  }

  private removeDirectory(checkpoint: CheckpointId): Promise<void> {
    return this.env.disk.remove(this.directoryOf(checkpoint));
  }

  private directoryOf(checkpoint: CheckpointId): string {
    return joinPath(this.directory, `chk_${checkpoint}`);
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    this.work = this.work.then(task).catch((error: unknown) => {
      this.env.log.warn(`Local copies: ${errorData(error).message}`, { directory: this.directory });
    });
    return this.work;
  }
}

function checkpointOf(directoryName: string): CheckpointId | undefined {
  const number = /^chk_(\d{1,15})$/.exec(directoryName)?.[1];
  return number === undefined ? undefined : id<CheckpointId>(Number(number));
}
