import type { Env } from '../base/env';
import { errorData } from '../base/errors';
import { joinPath } from '../base/files';
import { crc32c } from '../formats/crc32c';
import type {
  CheckpointOutputStream,
  CheckpointScope,
  CheckpointStreamFactory,
  LocalFile,
  StreamResult,
} from '../state/checkpointStreamFactory';
import { FileOutputStream } from '../state/fileStreams';

/**
 * Makes streams that write to remote storage and to the local disk at once, after FLINK-7873 (Flink's `DuplicatingCheckpointOutputStream`).
 * What goes wrong locally is told to `localFailed` and costs the local copy only; the primary stream alone can fail the snapshot.
 */
export class CachedCheckpointStreamFactory implements CheckpointStreamFactory {
  constructor(
    private readonly env: Pick<Env, 'disk' | 'random'>,
    private readonly primary: CheckpointStreamFactory,
    /** `chk_<n>` of the task; made when it is first needed. */
    private readonly localDirectory: string,
    private readonly localFailed: (reason: string) => void,
  ) {}

  createStream(scope: CheckpointScope): CheckpointOutputStream {
    const local = new LocalStream(this.env, this.localDirectory, this.localFailed);
    return new DuplicatingStream(this.primary.createStream(scope), local);
  }
}

class DuplicatingStream implements CheckpointOutputStream {
  private finished = false;

  constructor(
    private readonly primary: CheckpointOutputStream,
    private readonly local: LocalStream,
  ) {}

  get position(): number {
    return this.primary.position;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const [primary] = await Promise.allSettled([this.primary.write(bytes), this.local.write(bytes)]);
    if (primary.status === 'rejected') throw primary.reason;
  }

  async closeAndGetHandle(): Promise<StreamResult> {
    const [primary, local] = await Promise.allSettled([this.primary.closeAndGetHandle(), this.local.finish()]);
    if (primary.status === 'rejected') {
      await this.local.close();
      throw primary.reason;
    }
    this.finished = true;
    const file = local.status === 'fulfilled' ? local.value : undefined;
    return file === undefined ? primary.value : { ...primary.value, local: file };
  }

  async close(): Promise<void> {
    if (this.finished) return;
    await Promise.all([this.primary.close(), this.local.close()]);
  }
}

/** The second copy; it never rejects. */
class LocalStream {
  private readonly file: FileOutputStream;
  private crc = 0;
  private made: Promise<void> | undefined;
  private finished = false;
  private failed = false;
  private closed = false;

  constructor(
    private readonly env: Pick<Env, 'disk' | 'random'>,
    private readonly directory: string,
    private readonly localFailed: (reason: string) => void,
  ) {
    this.file = new FileOutputStream(env.disk, joinPath(directory, env.random.uuid()), -1);
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.guarded(async () => {
      await this.directoryMade();
      const written = this.file.write(bytes);
      this.crc = crc32c(bytes, this.crc); // while the disk writes
      await written;
    });
  }

  async finish(): Promise<LocalFile | undefined> {
    return this.guarded(async () => {
      await this.directoryMade();
      await this.file.finish();
      this.finished = true;
      return { path: this.file.path, sizeBytes: this.file.position, crc32c: this.crc };
    });
  }

  /** Also removes a finished file: the primary copy may have failed after it. */
  async close(): Promise<void> {
    this.closed = true;
    await this.discard();
  }

  private directoryMade(): Promise<void> {
    this.made ??= this.env.disk.makeDirectory(this.directory);
    return this.made;
  }

  private async discard(): Promise<void> {
    try {
      await this.file.close();
      if (this.finished) await this.env.disk.remove(this.file.path);
    } catch (error) {
      this.tell(error);
    }
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.failed) return undefined;
    try {
      return await work();
    } catch (error) {
      this.failed = true;
      if (!this.closed) this.tell(error);
      await this.discard();
      return undefined;
    }
  }

  private tell(error: unknown): void {
    this.localFailed(errorData(error).message);
  }
}
