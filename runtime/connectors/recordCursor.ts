import type { ConnectorContext } from '../api/connector';
import { userError } from '../base/errors';
import type { InputFile, Window } from './inputFile';
import type { Chunk, SplitCursor } from './splitReader';

/** Bytes parsed at once: a few ms of work for a task. */
const readBytes = 1 << 18;
const longestRecordBytes = 64 << 20;
const sampleCharacters = 80;

/** What begins at a place of a window; all numbers are indexes into its bytes. */
export type ParsedRecord =
  | { readonly t: 'row'; readonly row: unknown; readonly end: number }
  /** Does not count: an empty line. */
  | { readonly t: 'blank'; readonly end: number }
  /** It can be skipped, because it is known where the next one begins. `what` follows the place in a sentence. */
  | { readonly t: 'bad'; readonly what: string; readonly start: number; readonly end: number }
  /** Nothing behind it can be read. */
  | { readonly t: 'broken'; readonly what: string; readonly start: number }
  /** No more records. */
  | { readonly t: 'over' };

/** Cuts one kind of text into records. Pure: a record depends on the bytes of the file from its beginning on, not on the windows. */
export interface RecordParser {
  /** undefined: the record does not end in the window. Never when the window is the end of the file. */
  parse(window: Window, at: number): ParsedRecord | undefined;
  /** Several records share a line, so that messages tell the byte, too. */
  readonly manyInALine: boolean;
}

export interface RecordRange {
  /** Where the first record begins. */
  readonly start: number;
  /** Records that begin here or later belong to others. */
  readonly end: number;
}

/** Reads the records of a file, window by window; the position of a row is the byte offset behind its record. */
export class RecordCursor implements SplitCursor {
  private at: number;
  private over = false;

  constructor(
    private readonly input: InputFile,
    private readonly parser: RecordParser,
    private readonly range: RecordRange,
    private readonly onError: 'fail' | 'skip',
    private readonly context: ConnectorContext,
    private readonly closeInput: () => Promise<void>,
    private readonly windowBytes = readBytes,
  ) {
    this.at = range.start;
  }

  async next(): Promise<Chunk | undefined> {
    const before = this.at;
    for (let sizeBytes = this.windowBytes; !this.over; sizeBytes *= 2) {
      const window = await this.input.window(before, sizeBytes);
      const chunk = await this.parseWindow(window);
      if (this.at > before) return chunk;
      if (sizeBytes >= longestRecordBytes) throw await this.error(before, `is longer than ${longestRecordBytes} bytes`);
    }
    return undefined;
  }

  close(): Promise<void> {
    this.over = true;
    return this.closeInput();
  }

  private async parseWindow(window: Window): Promise<Chunk> {
    const { start } = window;
    const rows: unknown[] = [];
    /** Byte offset behind each row, so that a snapshot knows where to go on. */
    const ends: number[] = [];
    let skipped = 0;
    let at = 0;
    while (!this.over) {
      const record = start + at < this.range.end ? this.parser.parse(window, at) : over;
      if (record === undefined) break;
      if (record.t === 'over') this.over = true;
      else if (record.t === 'broken' || (record.t === 'bad' && this.onError === 'fail')) {
        if (rows.length > 0) break; // the rows before it first; then this one again, alone
        const sample = record.t === 'bad' ? window.bytes.subarray(record.start, record.end) : undefined;
        throw await this.error(start + record.start, record.what, sample, record.t === 'bad');
      } else {
        at = record.end;
        if (record.t === 'row') {
          rows.push(record.row);
          ends.push(start + at);
        } else if (record.t === 'bad') skipped++;
      }
    }
    this.at = start + at;
    if (skipped > 0) this.context.count('linesSkipped', skipped);
    return {
      length: rows.length,
      rows: (from, to) => rows.slice(from, to),
      positionAfter: (count) => ends[count - 1] ?? start,
    };
  }

  private async error(offset: number, what: string, sample?: Uint8Array, skippable = false): Promise<Error> {
    const { path } = this.input;
    const line = await this.input.lineAt(offset);
    const place = this.parser.manyInALine ? `Line ${line} (byte ${offset})` : `Line ${line}`;
    return userError(
      skippable ? 'source.bad-line' : 'source.broken-input',
      `${place} of ${path} ${what}${sampleText(sample)}`,
      skippable ? "Correct it, or read the source with onError: 'skip'." : 'Correct the file.',
      { subject: { file: path, position: line } },
    );
  }
}

const over: ParsedRecord = { t: 'over' };
const lenient = new TextDecoder();

function sampleText(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return '';
  const text = lenient.decode(bytes.subarray(0, sampleCharacters * 4)).trim();
  return `: ${text.length > sampleCharacters ? `${text.slice(0, sampleCharacters)}…` : text}`;
}
