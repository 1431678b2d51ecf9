import type { Disk, File } from '../base/env';
import { JobStateError } from '../base/errors';
import type { CheckpointOutputStream } from './checkpointStreamFactory';

/** Small writes are gathered up to this size. */
const bufferBytes = 64 * 1024;

/** Where a stream ended: in memory, because it stayed below the limit, or in a file. */
export type FileStreamEnd =
  { readonly inline: true; readonly data: Uint8Array } | { readonly inline: false; readonly sizeBytes: number };

/**
 * A new file, written from its beginning to its end; it is made only when more than `inlineUpToBytes` have come (-1: always). What is not
 * finished is deleted on close, also when it is still being opened.
 */
export class FileOutputStream implements Pick<CheckpointOutputStream, 'write' | 'position' | 'close'> {
  private buffer: Uint8Array<ArrayBuffer>;
  private buffered = 0;
  private total = 0;
  private file: Promise<File> | undefined;
  private state: 'open' | 'finished' | 'closed' = 'open';
  private closing: Promise<void> | undefined;

  constructor(
    private readonly disk: Disk,
    readonly path: string,
    private readonly inlineUpToBytes: number,
  ) {
    this.buffer = new Uint8Array(Math.max(bufferBytes, inlineUpToBytes));
  }

  get position(): number {
    return this.total;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.check();
    this.total += bytes.length;
    if (this.buffered + bytes.length <= this.buffer.length) {
      this.buffer.set(bytes, this.buffered);
      this.buffered += bytes.length;
      return;
    }
    await this.flush();
    if (bytes.length >= this.buffer.length) {
      await this.append(bytes);
    } else {
      this.buffer.set(bytes);
      this.buffered = bytes.length;
    }
  }

  /** Flushes, makes durable and closes. On failure nothing stays. */
  async finish(): Promise<FileStreamEnd> {
    this.check();
    if (this.file === undefined && this.total <= this.inlineUpToBytes) {
      this.state = 'finished';
      return { inline: true, data: this.buffer.slice(0, this.buffered) };
    }
    try {
      await this.flush();
      const file = await this.opened();
      await file.sync();
      this.check();
      this.state = 'finished';
      await file.close();
    } catch (error) {
      this.state = this.state === 'finished' ? 'open' : this.state;
      await this.close().catch(() => undefined);
      throw error;
    }
    return { inline: false, sizeBytes: this.total };
  }

  close(): Promise<void> {
    if (this.state === 'finished') return Promise.resolve();
    this.state = 'closed';
    this.closing ??= this.discard();
    return this.closing;
  }

  private async discard(): Promise<void> {
    this.buffer = new Uint8Array();
    this.buffered = 0;
    if (this.file === undefined) return;
    const file = await this.file.catch(() => undefined);
    if (file === undefined) return;
    await file.close().catch(() => undefined);
    await this.disk.remove(this.path);
  }

  private async flush(): Promise<void> {
    if (this.buffered === 0) return;
    const bytes = this.buffer.subarray(0, this.buffered);
    await this.append(bytes);
    this.buffered = 0;
  }

  private async append(bytes: Uint8Array): Promise<void> {
    const file = await this.opened();
    this.check();
    await file.append(bytes);
    this.check();
  }

  private opened(): Promise<File> {
    this.file ??= this.disk.open(this.path, 'create');
    return this.file;
  }

  private check(): void {
    if (this.state === 'open') return;
    throw new JobStateError('state.stream-closed', `${this.path} was closed while it was being written.`, {
      domain: 'external',
      retry: 'backoff',
      subject: { file: this.path },
    });
  }
}
