import type { Committable, Committer, ConnectorContext, SinkWriter } from '../api/connector';
import type { FileSinkSpec } from '../api/sinks';
import type { File } from '../base/env';
import { JobStateError, userError } from '../base/errors';
import { joinPath } from '../base/files';

/** Text that waits for the disk; beyond it the writer is full. */
const fullBytes = 4 << 20;
const flushBytes = 1 << 16;

/**
 * Part files in three stages, told by their names: `.part-J-S-A-N.inprogress` is being written, `.part-J-S-A-N.prepared-C` is durable and
 * waits for checkpoint C, `part-J-S-A-N` is committed (J: 8 digits of the job id, S subtask, A attempt, N counter of the attempt).
 */
class PartNames {
  private readonly mine: string;
  private counter: number | undefined;

  constructor(
    private readonly directory: string,
    private readonly context: ConnectorContext,
  ) {
    this.mine = `part-${context.job.slice(0, 8)}-${context.subtask}-`;
  }

  /** A name that no part has, also when an earlier life of the job under the same id left parts of an equal attempt. */
  async next(): Promise<string> {
    this.counter ??= await this.highestCounter();
    return `${this.mine}${this.context.attempt}-${++this.counter}`;
  }

  private async highestCounter(): Promise<number> {
    const counters = (await this.context.disk.list(this.directory))
      .filter((name) => name.includes(this.mine))
      .map((name) => Number(/-(\d+)(\.inprogress|\.prepared-\d+)?$/.exec(name)?.[1] ?? 0));
    return Math.max(0, ...counters);
  }

  inProgress(part: string): string {
    return joinPath(this.directory, `.${part}.inprogress`);
  }

  prepared(part: string, checkpointId: number): string {
    return joinPath(this.directory, `.${part}.prepared-${checkpointId}`);
  }

  committed(part: string): string {
    return joinPath(this.directory, part);
  }

  /** What of this subtask a restart from `checkpointId` leaves without an owner. */
  isAbandoned(fileName: string, checkpointId: number | undefined): boolean {
    if (!fileName.startsWith(`.${this.mine}`)) return false;
    const prepared = /\.prepared-(\d+)$/.exec(fileName);
    return prepared === null || checkpointId === undefined || Number(prepared[1]) > checkpointId;
  }
}

export class FileSinkWriter implements SinkWriter<unknown> {
  private readonly names: PartNames;
  /** The part that takes the rows; it gets its name with its file. */
  private part: { name?: string; file?: File } | undefined;
  private text = '';
  /** All disk work of this writer, one after the other. */
  private work: Promise<void> = Promise.resolve();
  private queuedBytes = 0;
  private failure: Error | undefined;
  private listener: (() => void) | undefined;

  constructor(
    private readonly spec: FileSinkSpec,
    private readonly directory: string,
    private readonly context: ConnectorContext,
  ) {
    this.names = new PartNames(directory, context);
  }

  write(rows: readonly unknown[]): void {
    if (this.failure !== undefined) throw this.failure;
    for (const row of rows) this.text += `${this.line(row)}\n`;
    if (this.text.length >= flushBytes) this.flush();
  }

  isFull(): boolean {
    return this.queuedBytes >= fullBytes;
  }

  onAvailable(available: () => void): void {
    this.listener = available;
  }

  async prepareCommit(checkpointId: number): Promise<readonly Committable[]> {
    this.flush();
    const part = this.part;
    this.part = undefined;
    if (part !== undefined) this.enqueue(() => this.finishPart(part, checkpointId));
    await this.work;
    if (this.failure !== undefined) throw this.failure;
    return part?.name === undefined ? [] : [{ part: part.name, checkpoint: checkpointId }];
  }

  async close(): Promise<void> {
    this.listener = undefined;
    await this.work;
    await this.part?.file?.close();
    if (this.part?.name !== undefined) await this.context.disk.remove(this.names.inProgress(this.part.name));
  }

  private line(row: unknown): string {
    const line = this.spec.format(row);
    if (!line.includes('\n')) return line;
    throw userError('sink.line-break', 'A formatted row holds a line break.', 'Let format() return one line.');
  }

  private flush(): void {
    if (this.text === '') return;
    const part = (this.part ??= {});
    const bytes = encoder.encode(this.text);
    this.text = '';
    this.queuedBytes += bytes.length;
    this.enqueue(async () => {
      const file = (part.file ??= await this.begin(part));
      await file.append(bytes);
      const wasFull = this.isFull();
      this.queuedBytes -= bytes.length;
      if (wasFull && !this.isFull()) this.listener?.();
    });
  }

  private async begin(part: { name?: string }): Promise<File> {
    await this.context.disk.makeDirectory(this.directory);
    part.name = await this.names.next();
    return this.context.disk.open(this.names.inProgress(part.name), 'create');
  }

  private async finishPart(
    part: { readonly name?: string; readonly file?: File },
    checkpointId: number,
  ): Promise<void> {
    if (part.name === undefined || part.file === undefined) return;
    await part.file.sync();
    await part.file.close();
    await this.context.disk.rename(this.names.inProgress(part.name), this.names.prepared(part.name, checkpointId));
    await this.context.disk.syncDirectory(this.directory);
  }

  private enqueue(run: () => Promise<void>): void {
    this.work = this.work.then(async () => {
      if (this.failure === undefined) await run();
    });
    this.work = this.work.catch((error: unknown) => {
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.listener?.();
    });
  }
}

export class FileSinkCommitter implements Committer {
  private readonly names: PartNames;

  constructor(
    private readonly directory: string,
    private readonly context: ConnectorContext,
  ) {
    this.names = new PartNames(directory, context);
  }

  async commit(committables: readonly Committable[]): Promise<void> {
    for (const committable of committables) {
      const { part, checkpoint } = parseCommittable(committable);
      const committed = this.names.committed(part);
      const prepared = this.names.prepared(part, checkpoint);
      if ((await this.context.disk.stat(prepared)) !== undefined) await this.context.disk.rename(prepared, committed);
      else if ((await this.context.disk.stat(committed)) === undefined) throw lost(committed);
    }
    if (committables.length > 0) await this.context.disk.syncDirectory(this.directory);
  }

  async abandonNewer(checkpointId: number | undefined): Promise<void> {
    for (const name of await this.context.disk.list(this.directory)) {
      if (this.names.isAbandoned(name, checkpointId)) await this.context.disk.remove(joinPath(this.directory, name));
    }
  }
}

const encoder = new TextEncoder();

function parseCommittable(value: Committable): { readonly part: string; readonly checkpoint: number } {
  if (typeof value === 'object' && value !== null && 'part' in value && 'checkpoint' in value) {
    const { part, checkpoint } = value;
    if (typeof part === 'string' && /^part-[\w-]+$/.test(part) && typeof checkpoint === 'number')
      return { part, checkpoint };
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
