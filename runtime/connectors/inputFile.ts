import type { Disk, File } from '../base/env';
import { JobStateError, userError } from '../base/errors';
import { joinPath } from '../base/files';

const countBytes = 1 << 18;
const newline = 0x0a;

/** A piece of a file. */
export interface Window {
  readonly bytes: Uint8Array;
  /** Where it begins in the file. */
  readonly start: number;
  /** Nothing follows. */
  readonly isEnd: boolean;
}

/** A file that a source reads. Errors name it and say what to do about it. */
export class InputFile {
  private constructor(
    readonly path: string,
    private readonly file: File,
    readonly sizeBytes: number,
  ) {}

  /** Rejects with user errors `source.input-missing`, `source.input-denied` and `source.not-a-file`. */
  static async open(disk: Disk, path: string): Promise<InputFile> {
    try {
      const info = await disk.stat(path);
      if (info === undefined) throw missing(path);
      if (info.isDirectory) throw notAFile(path);
      return new InputFile(path, await disk.open(path, 'read'), info.sizeBytes);
    } catch (error) {
      throw inputError(path, error);
    }
  }

  /** At most `sizeBytes` bytes; a later part of the file than its end is empty. */
  async window(start: number, sizeBytes: number): Promise<Window> {
    const bytes = new Uint8Array(sizeBytes);
    const length = await this.file.read(start, bytes);
    return { bytes: length === sizeBytes ? bytes : bytes.subarray(0, length), start, isEnd: length < sizeBytes };
  }

  /** Throws when a restored position lies behind the end: then the file is not the one that was read. */
  checkPosition(position: number): void {
    if (position <= this.sizeBytes) return;
    throw userError(
      'source.input-changed',
      `${this.path} was read up to byte ${position} before, but has only ${this.sizeBytes} bytes now.`,
      'Bring the old file back, or start the job without this snapshot.',
      { subject: { file: this.path, position } },
    );
  }

  /** The number of the line, from 1, that holds a byte; only for messages, because it reads all that lies before. */
  async lineAt(offset: number): Promise<number> {
    let line = 1;
    for (let at = 0; at < offset; at += countBytes) {
      const { bytes, isEnd } = await this.window(at, countBytes);
      const until = Math.min(bytes.length, offset - at);
      for (let index = 0; index < until; index++) if (bytes[index] === newline) line++;
      if (isEnd) break;
    }
    return line;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/**
 * The files behind the path of a source: that file, or the visible files of that directory by name, without those of its directories.
 * The names are relative to the path; that of the path itself is empty.
 */
export async function inputFiles(disk: Disk, path: string): Promise<readonly string[]> {
  try {
    const info = await disk.stat(path);
    if (info === undefined) throw missing(path);
    if (!info.isDirectory) return [''];
    const names: string[] = [];
    for (const name of await disk.list(path)) {
      const entry = name.startsWith('.') ? undefined : await disk.stat(joinPath(path, name));
      if (entry?.isDirectory === false) names.push(name);
    }
    if (names.length > 0) return names;
  } catch (error) {
    throw inputError(path, error);
  }
  throw userError(
    'source.input-missing',
    `The directory ${path} holds no files.`,
    'Put the input there, or correct the path; it is relative to the job file.',
    { subject: { file: path } },
  );
}

function missing(path: string, cause?: unknown): Error {
  return userError(
    'source.input-missing',
    `The input ${path} does not exist.`,
    'Check the path; it is relative to the job file.',
    { subject: { file: path }, cause },
  );
}

function notAFile(path: string): Error {
  return userError('source.not-a-file', `The input ${path} is a directory.`, 'Give the path of a file in it.', {
    subject: { file: path },
  });
}

/** What the disk says, in words about the input; what has nothing to do with the path goes on as it is. */
function inputError(path: string, error: unknown): unknown {
  if (!(error instanceof JobStateError)) return error;
  switch (error.code) {
    case 'disk.not-found':
      return missing(path, error);
    case 'disk.denied':
      return userError(
        'source.input-denied',
        `There is no permission to read the input ${path}.`,
        'Change its permissions, or give the path of another file.',
        { subject: { file: path }, cause: error },
      );
    default:
      return error;
  }
}
