import { link, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Disk, File, FileInfo } from '../base/env';
import { externalError, type JobStateError } from '../base/errors';

/** The file system through Node. Every rejection is a JobStateError of the codes that `Disk` names. */
export class NodeDisk implements Disk {
  async open(path: string, mode: 'read' | 'create' | 'append'): Promise<File> {
    const flags = { read: 'r', create: 'wx', append: 'a' }[mode];
    return new NodeFile(path, await guarded(path, open(path, flags)));
  }

  rename(from: string, to: string): Promise<void> {
    return guarded(from, rename(from, to));
  }

  link(existing: string, created: string): Promise<void> {
    return guarded(created, link(existing, created));
  }

  async list(directory: string): Promise<string[]> {
    try {
      return (await readdir(directory)).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw diskError(directory, error);
    }
  }

  async stat(path: string): Promise<FileInfo | undefined> {
    try {
      const info = await stat(path);
      return { sizeBytes: info.size, isDirectory: info.isDirectory(), modifiedMs: info.mtimeMs };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw diskError(path, error);
    }
  }

  async makeDirectory(path: string): Promise<void> {
    try {
      await mkdir(path, { recursive: true });
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw diskError(path, error);
      // Node says ENOENT, too, when the disk is full or read-only; the plain call says which.
      await this.makeDirectory(dirname(path));
      await mkdir(path).catch((plain: unknown) => {
        if (errorCode(plain) !== 'EEXIST') throw diskError(path, plain);
      });
    }
  }

  remove(path: string): Promise<void> {
    return guarded(path, rm(path, { recursive: true, force: true }));
  }

  async syncDirectory(path: string): Promise<void> {
    // Windows cannot open a directory for this; there the rename itself is durable with the journal.
    if (process.platform === 'win32') return;
    const handle = await guarded(path, open(path, 'r'));
    try {
      await guarded(path, handle.sync());
    } finally {
      await handle.close();
    }
  }
}

class NodeFile implements File {
  constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  async read(at: number, into: Uint8Array): Promise<number> {
    let done = 0;
    while (done < into.length) {
      const { bytesRead } = await guarded(this.path, this.handle.read(into, done, into.length - done, at + done));
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  append(bytes: Uint8Array): Promise<void> {
    return guarded(this.path, this.handle.writeFile(bytes));
  }

  sync(): Promise<void> {
    return guarded(this.path, this.handle.sync());
  }

  close(): Promise<void> {
    return guarded(this.path, this.handle.close());
  }
}

function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

async function guarded<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw diskError(path, error);
  }
}

function diskError(path: string, error: unknown): JobStateError {
  const options = { cause: error, subject: { file: path } };
  switch (errorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return externalError('disk.not-found', `${path} does not exist.`, 'Check the path.', options);
    case 'EEXIST':
      return externalError('disk.exists', `${path} exists already.`, 'Choose another path or remove it.', options);
    case 'ENOSPC':
    case 'EDQUOT':
      return externalError(
        'disk.full',
        `The disk is full: ${path} cannot be written.`,
        'Free some space; the work goes on by itself.',
        options,
      );
    case 'EROFS':
      return externalError(
        'disk.read-only',
        `${path} lies on a read-only file system.`,
        'Choose a folder that can be written.',
        options,
      );
    case 'EACCES':
    case 'EPERM':
      return externalError(
        'disk.denied',
        `No permission for ${path}.`,
        'Change its permissions or choose another folder.',
        options,
      );
    default:
      return externalError(
        'disk.failed',
        `${path}: ${error instanceof Error ? error.message : String(error)}`,
        'See the log.',
        options,
      );
  }
}
