import type { Committable, ConnectorContext, SinkWriter } from '../api/connector';
import { RowFailure } from '../api/rowFailure';
import type { FileSinkSpec } from '../api/sinks';
import { checkBucket } from './bucketId';
import { PartNames } from './partNames';
import { PartWriter, type Part } from './partWriter';
import { sinkError } from './sinkErrors';

/** Text that waits for the disk; beyond it the writer is full. */
const fullBytes = 4 << 20;
/** Text of one part, and of all parts, that is gathered before it is handed to the disk. */
const flushCharacters = 1 << 16;
const heldCharacters = 1 << 20;

/** Rows of one bucket since the last checkpoint. */
interface OpenPart extends Part {
  text: string;
}

/** The first phase of every sink into files: rows become text, text becomes parts, one per bucket and checkpoint. */
export class FileSinkWriter implements SinkWriter<unknown> {
  private readonly writer: PartWriter;
  /** By bucket. */
  private parts = new Map<string, OpenPart>();
  private heldCharacters = 0;
  /** All disk work of this writer, one after the other. */
  private work: Promise<void> = Promise.resolve();
  private queuedBytes = 0;
  private failure: Error | undefined;
  private listener: (() => void) | undefined;

  constructor(
    private readonly spec: FileSinkSpec,
    private readonly directory: string,
    context: ConnectorContext,
  ) {
    this.writer = new PartWriter(directory, new PartNames(directory, spec.suffix, context), context.disk);
  }

  write(rows: readonly unknown[]): void {
    if (this.failure !== undefined) throw this.failure;
    const { format, bucket } = this.spec;
    let doing = 'bucket';
    let at = 0;
    try {
      for (; at < rows.length; at++) {
        const row = rows[at];
        const part = this.partOf(bucket === undefined ? '' : bucket(row));
        doing = 'format';
        const line = format(row);
        doing = 'bucket';
        part.text += `${line}\n`;
        this.heldCharacters += line.length;
        if (part.text.length >= flushCharacters) this.flush(part);
      }
    } catch (thrown) {
      throw new RowFailure(thrown, doing, rows[at]);
    }
    if (this.heldCharacters >= heldCharacters) this.flushAll();
  }

  /** A writer that failed takes rows, so that the next ones bring its failure to light. */
  isFull(): boolean {
    return this.queuedBytes >= fullBytes && this.failure === undefined;
  }

  onAvailable(available: () => void): void {
    this.listener = available;
  }

  async prepareCommit(checkpointId: number): Promise<readonly Committable[]> {
    this.flushAll();
    const parts = [...this.parts.values()];
    this.parts = new Map();
    this.enqueue(() => this.writer.prepare(parts, checkpointId));
    await this.work;
    if (this.failure !== undefined) throw this.failure;
    return parts.map(({ bucket, name }) => ({
      part: name?.part ?? '',
      checkpoint: checkpointId,
      ...(bucket === '' ? {} : { bucket }),
    }));
  }

  async close(): Promise<void> {
    this.listener = undefined;
    await this.work;
    await this.writer.close();
  }

  private partOf(bucket: string): OpenPart {
    const found = this.parts.get(bucket);
    if (found !== undefined) return found;
    checkBucket(bucket);
    const { header } = this.spec;
    const text = header === undefined ? '' : `${header}\n`;
    const part: OpenPart = { bucket, name: undefined, file: undefined, sizeBytes: 0, text };
    this.parts.set(bucket, part);
    return part;
  }

  private flushAll(): void {
    for (const part of this.parts.values()) this.flush(part);
    this.heldCharacters = 0;
  }

  private flush(part: OpenPart): void {
    if (part.text === '') return;
    const bytes = encoder.encode(part.text);
    part.text = '';
    this.queuedBytes += bytes.length;
    this.enqueue(async () => {
      await this.writer.append(part, bytes);
      const wasFull = this.isFull();
      this.queuedBytes -= bytes.length;
      if (wasFull && !this.isFull()) this.listener?.();
    });
  }

  private enqueue(run: () => Promise<void>): void {
    this.work = this.work.then(async () => {
      if (this.failure === undefined) await run();
    });
    this.work = this.work.catch((error: unknown) => {
      this.failure = sinkError(this.directory, error);
      this.listener?.();
    });
  }
}

const encoder = new TextEncoder();
