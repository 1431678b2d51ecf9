import type { ConnectorContext, SplitState } from '../api/connector';
import type { NdjsonSourceSpec } from '../api/sources';
import { InputFile, type Window } from './inputFile';
import { jsonValue } from './jsonValue';
import { RecordCursor, type ParsedRecord, type RecordParser } from './recordCursor';
import type { SplitCursor, SplitFormat } from './splitReader';

/** A split is this many bytes of the file; a line belongs to the split in which it begins. */
const splitBytes = 1 << 20;
const readBytes = 1 << 18;
const newline = 0x0a;

/** One JSON value a line, read in pieces. A split's name holds its byte range, its position is a byte offset. */
export class NdjsonFormat implements SplitFormat {
  private input: InputFile | undefined;

  constructor(
    private readonly spec: NdjsonSourceSpec,
    private readonly path: string,
    private readonly context: ConnectorContext,
  ) {}

  async splits(): Promise<readonly SplitState[]> {
    const { sizeBytes } = await this.opened();
    const count = Math.max(1, Math.ceil(sizeBytes / splitBytes));
    return Array.from({ length: count }, (_, index) => {
      const start = index * splitBytes;
      return { split: `bytes-${start}-${Math.min(sizeBytes, start + splitBytes)}`, position: start };
    });
  }

  async open(split: SplitState): Promise<SplitCursor> {
    const input = await this.opened();
    const [begin = 0, end = 0] = split.split.split('-').slice(1).map(Number);
    const position = Number(split.position);
    input.checkPosition(position);
    // A line that crosses the border belongs to the split before.
    const start = position === begin && begin > 0 ? await lineFrom(input, begin) : position;
    return new RecordCursor(input, ndjson, { start, end }, this.spec.onError, this.context, () => Promise.resolve());
  }

  async close(): Promise<void> {
    await this.input?.close();
  }

  /** One open file for all splits. */
  private async opened(): Promise<InputFile> {
    return (this.input ??= await InputFile.open(this.context.disk, this.path));
  }
}

/** Where the first line begins that begins at `offset` or later. */
async function lineFrom(input: InputFile, offset: number): Promise<number> {
  for (let at = offset - 1; ; at += readBytes) {
    const { bytes, isEnd } = await input.window(at, readBytes);
    const found = bytes.indexOf(newline);
    if (found >= 0) return at + found + 1;
    if (isEnd) return at + bytes.length;
  }
}

const ndjson: RecordParser = {
  manyInALine: false,
  parse({ bytes, isEnd }: Window, start: number): ParsedRecord | undefined {
    if (start >= bytes.length) return isEnd ? { t: 'over' } : undefined;
    const found = bytes.indexOf(newline, start);
    if (found < 0 && !isEnd) return undefined;
    const end = found < 0 ? bytes.length : found + 1;
    const line = bytes.subarray(start, found < 0 ? end : found);
    if (isBlank(line)) return { t: 'blank', end };
    const value = jsonValue(line);
    return 'row' in value ? { t: 'row', row: value.row, end } : { t: 'bad', what: value.what, start, end };
  },
};

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
