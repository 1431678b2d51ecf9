import type { ConnectorContext, SplitState } from '../api/connector';
import type { NdjsonSourceSpec } from '../api/sources';
import type { File } from '../base/env';
import { userError } from '../base/errors';
import type { Chunk, SplitCursor, SplitFormat } from './splitReader';

/** A split is this many bytes of the file; a line belongs to the split in which it begins. */
const splitBytes = 1 << 20;
const readBytes = 1 << 18;
const longestLineBytes = 64 << 20;
const newline = 0x0a;

/** One JSON value a line, read in pieces. A split's name holds its byte range, its position is a byte offset. */
export class NdjsonFormat implements SplitFormat {
  private file: File | undefined;

  constructor(
    private readonly spec: NdjsonSourceSpec,
    private readonly path: string,
    private readonly context: ConnectorContext,
  ) {}

  async splits(): Promise<readonly SplitState[]> {
    const info = await this.context.disk.stat(this.path);
    if (info === undefined || info.isDirectory) throw missingInput(this.path);
    const count = Math.max(1, Math.ceil(info.sizeBytes / splitBytes));
    return Array.from({ length: count }, (_, index) => {
      const start = index * splitBytes;
      return { split: `bytes-${start}-${Math.min(info.sizeBytes, start + splitBytes)}`, position: start };
    });
  }

  async open(split: SplitState): Promise<SplitCursor> {
    try {
      this.file ??= await this.context.disk.open(this.path, 'read');
    } catch (error) {
      throw missingInput(this.path, error);
    }
    const [start = 0, end = 0] = split.split.split('-').slice(1).map(Number);
    const cursor = new NdjsonCursor(this.file, this.path, this.spec, this.context, Number(split.position), end);
    // A line that crosses the border belongs to the split before.
    if (split.position === start && start > 0) await cursor.skipPartialLine();
    return cursor;
  }

  async close(): Promise<void> {
    await this.file?.close();
  }
}

function missingInput(path: string, cause?: unknown): Error {
  return userError(
    'source.input-missing',
    `The input ${path} cannot be opened.`,
    'Check the path; it is relative to the job file.',
    {
      subject: { file: path },
      cause,
    },
  );
}

class NdjsonCursor implements SplitCursor {
  private done = false;

  constructor(
    private readonly file: File,
    private readonly path: string,
    private readonly spec: NdjsonSourceSpec,
    private readonly context: ConnectorContext,
    /** Where the next line begins. */
    private at: number,
    private readonly end: number,
  ) {}

  async skipPartialLine(): Promise<void> {
    const before = new Uint8Array(1);
    await this.file.read(this.at - 1, before);
    if (before[0] === newline) return;
    const bytes = await this.readLines();
    const first = bytes.indexOf(newline);
    this.at += first < 0 ? bytes.length : first + 1;
  }

  async next(): Promise<Chunk | undefined> {
    if (this.done || this.at >= this.end) return undefined;
    const start = this.at;
    const bytes = await this.readLines();
    if (bytes.length === 0) return undefined;
    const rows: unknown[] = [];
    /** Byte offset behind each row, so that a snapshot knows where to go on. */
    const ends: number[] = [];
    let lineStart = 0;
    while (lineStart < bytes.length && start + lineStart < this.end) {
      const found = bytes.indexOf(newline, lineStart);
      const lineEnd = found < 0 ? bytes.length : found;
      const next = found < 0 ? bytes.length : found + 1;
      const text = decoder.decode(bytes.subarray(lineStart, lineEnd)).trim();
      if (text !== '') {
        const parsed = parseLine(text);
        if (parsed === undefined) {
          if (rows.length > 0 && this.spec.onError === 'fail') break; // the rows before it first; then this line again, alone
          await this.badLine(start + lineStart, text);
        } else {
          rows.push(parsed.value);
          ends.push(start + next);
        }
      }
      lineStart = next;
    }
    this.at = start + lineStart;
    return {
      length: rows.length,
      rows: (from, to) => rows.slice(from, to),
      positionAfter: (count) => ends[count - 1] ?? start,
    };
  }

  close(): Promise<void> {
    this.done = true;
    return Promise.resolve();
  }

  /** Whole lines from `at` on: at least one, unless the file ends; the last one of the file may lack its end. */
  private async readLines(): Promise<Uint8Array> {
    for (let size = readBytes; ; size *= 2) {
      const bytes = new Uint8Array(size);
      const length = await this.file.read(this.at, bytes);
      if (length < size) return bytes.subarray(0, length);
      const last = bytes.lastIndexOf(newline);
      if (last >= 0) return bytes.subarray(0, last + 1);
      if (size >= longestLineBytes)
        throw await this.error(this.at, `is longer than ${longestLineBytes} bytes`, undefined);
    }
  }

  private async badLine(offset: number, text: string): Promise<void> {
    if (this.spec.onError === 'skip') {
      this.context.count('linesSkipped', 1);
      return;
    }
    throw await this.error(offset, 'is not JSON', text);
  }

  private async error(offset: number, what: string, text: string | undefined): Promise<Error> {
    const line = await this.lineNumber(offset);
    const sample = text === undefined ? '' : `: ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`;
    return userError(
      'source.bad-line',
      `Line ${line} of ${this.path} ${what}${sample}`,
      "Correct the line, or read the source with onError: 'skip'.",
      { subject: { file: this.path, position: line } },
    );
  }

  /** Counts the lines before a byte offset; only for messages. */
  private async lineNumber(offset: number): Promise<number> {
    let line = 1;
    const bytes = new Uint8Array(readBytes);
    for (let at = 0; at < offset; at += bytes.length) {
      const length = await this.file.read(at, bytes);
      const until = Math.min(length, offset - at);
      for (let index = 0; index < until; index++) if (bytes[index] === newline) line++;
      if (length < bytes.length) break;
    }
    return line;
  }
}

const decoder = new TextDecoder();

function parseLine(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined; // the caller decides whether a bad line is skipped or an error
  }
}
