import type { Disk, File } from '../base/env';
import { externalError } from '../base/errors';
import { directoriesOf, type PartName, type PartNames } from './partNames';
import { directoryError } from './sinkErrors';

/** Files that a sink of many buckets keeps open; others are opened again when rows come. */
const mostOpenFiles = 64;

/** A part that is being written; it gets its name with its file. */
export interface Part {
  readonly bucket: string;
  name: PartName | undefined;
  file: File | undefined;
  sizeBytes: number;
}

/** The parts of a sink on disk, from their first byte until they are pending. One call at a time. */
export class PartWriter {
  /** Begun and not prepared. */
  private readonly begun = new Set<Part>();
  /** Those with an open file; the one written last is the last. */
  private readonly open = new Set<Part>();

  constructor(
    private readonly directory: string,
    private readonly names: PartNames,
    private readonly disk: Disk,
  ) {}

  async append(part: Part, bytes: Uint8Array): Promise<void> {
    const file = await this.fileOf(part);
    await file.append(bytes);
    part.sizeBytes += bytes.length;
  }

  /** Makes parts durable, and only a rename away from being visible. */
  async prepare(parts: readonly Part[], checkpointId: number): Promise<void> {
    for (const part of parts) {
      const file = await this.fileOf(part);
      await file.sync();
      await this.closeFile(part);
      if (part.name === undefined) continue;
      await this.disk.rename(this.names.inProgress(part.name), this.names.pending(part.name, checkpointId));
      this.begun.delete(part);
    }
    const directories = new Set(parts.flatMap(({ bucket }) => directoriesOf(this.directory, bucket)));
    for (const directory of directories) await this.disk.syncDirectory(directory);
  }

  /** Removes what is not prepared. */
  async close(): Promise<void> {
    for (const part of [...this.open]) await this.closeFile(part);
    for (const { name } of this.begun) {
      if (name !== undefined) await this.disk.remove(this.names.inProgress(name));
    }
    this.begun.clear();
  }

  private async fileOf(part: Part): Promise<File> {
    const file = part.file ?? (await this.openFile(part));
    part.file = file;
    this.open.delete(part);
    this.open.add(part);
    const [oldest] = this.open;
    if (this.open.size > mostOpenFiles && oldest !== undefined) await this.closeFile(oldest);
    return file;
  }

  private async openFile(part: Part): Promise<File> {
    if (part.name !== undefined) return this.openAgain(part, this.names.inProgress(part.name));
    const directory = this.names.directoryOf(part.bucket);
    try {
      await this.disk.makeDirectory(directory);
    } catch (error) {
      throw directoryError(directory, error);
    }
    part.name = await this.names.next(part.bucket);
    this.begun.add(part);
    return this.disk.open(this.names.inProgress(part.name), 'create');
  }

  private async openAgain(part: Part, path: string): Promise<File> {
    const info = await this.disk.stat(path);
    if (info?.sizeBytes === part.sizeBytes) return this.disk.open(path, 'append');
    throw externalError(
      'sink.vanished',
      `${path}, a file of the sink, ${info === undefined ? 'has vanished' : 'was changed by somebody else'}.`,
      'Leave what a sink writes alone while its job runs; the job writes the rows again from its last checkpoint.',
      { subject: { file: path } },
    );
  }

  private async closeFile(part: Part): Promise<void> {
    const { file } = part;
    part.file = undefined;
    this.open.delete(part);
    await file?.close();
  }
}
