import type { CsvColumn, CsvSourceSpec } from '../api/csvSource';
import { unreachable, userError } from '../base/errors';
import { CsvRecord } from './csvRecords';
import type { InputFile, Window } from './inputFile';
import type { ParsedRecord, RecordParser } from './recordCursor';
import type { FileParser } from './wholeFiles';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const headerBytes = 1 << 20;

/** A declared column and the number of its field in a record. */
interface PlacedColumn extends CsvColumn {
  readonly field: number;
}

/** The parser for one file, and where its first row begins: behind the header if there is one. */
export async function csvOf(spec: CsvSourceSpec, input: InputFile): Promise<FileParser> {
  const window = await input.window(0, headerBytes);
  const { bytes } = window;
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  if (!spec.header) {
    const columns = spec.columns.map((column, field) => ({ ...column, field }));
    return { parser: new CsvParser(spec.delimiter, columns, columns.length), start };
  }
  const record = new CsvRecord(spec.delimiter);
  const scan = start < bytes.length ? record.scan(bytes, start, window.isEnd) : undefined;
  if (scan?.t !== 'record') throw noHeader(input.path);
  const names = Array.from({ length: record.count }, (_, field) => headerText(record, field, input.path));
  const columns = spec.columns.map((column) => placed(column, names, input.path));
  return { parser: new CsvParser(spec.delimiter, columns, names.length), start: scan.end };
}

function headerText(record: CsvRecord, field: number, path: string): string {
  try {
    return record.text(field).trim();
  } catch {
    throw noHeader(path);
  }
}

function noHeader(path: string): Error {
  return userError(
    'source.no-header',
    `${path} does not begin with a header, one line of the names of its columns.`,
    'Put one there, or read the source with header: false and its columns in their order.',
    { subject: { file: path, position: 1 } },
  );
}

function placed(column: CsvColumn, names: readonly string[], path: string): PlacedColumn {
  const field = names.indexOf(column.name);
  if (field >= 0) return { ...column, field };
  throw userError(
    'source.no-such-column',
    `${path} has no column ${column.name}.`,
    `Its columns are ${names.join(', ')}.`,
    { subject: { file: path, field: column.name } },
  );
}

class CsvParser implements RecordParser {
  readonly manyInALine = false;
  private readonly record: CsvRecord;

  constructor(
    delimiter: string,
    private readonly columns: readonly PlacedColumn[],
    private readonly fields: number,
  ) {
    this.record = new CsvRecord(delimiter);
  }

  parse({ bytes, isEnd }: Window, start: number): ParsedRecord | undefined {
    if (start >= bytes.length) return isEnd ? { t: 'over' } : undefined;
    if (bytes[start] === lineFeed) return { t: 'blank', end: start + 1 };
    if (bytes[start] === carriageReturn && bytes[start + 1] === lineFeed) return { t: 'blank', end: start + 2 };
    const scan = this.record.scan(bytes, start, isEnd);
    switch (scan.t) {
      case 'record':
        return this.row(start, scan.end);
      case 'open':
        return undefined;
      case 'not-closed':
        return badLine('has a field in quotes without its closing quote', bytes, start);
      case 'text-after-quote':
        return badLine('has text between a closing quote and the next delimiter', bytes, start);
      default:
        return unreachable(scan);
    }
  }

  private row(start: number, end: number): ParsedRecord {
    const { record, fields } = this;
    if (record.count !== fields) {
      return { t: 'bad', what: `has ${record.count} fields instead of ${fields}`, start, end };
    }
    const row: Record<string, unknown> = {};
    for (const column of this.columns) {
      const value = this.value(column);
      if (value === undefined) {
        return {
          t: 'bad',
          what: `holds something else than ${expected(column)} in its column ${column.name}`,
          start,
          end,
        };
      }
      row[column.name] = value;
    }
    return { t: 'row', row, end };
  }

  /** undefined when the field does not hold what is declared. */
  private value({ field, type, nullable }: PlacedColumn): unknown {
    const { record } = this;
    const isText = type.kind === 'STRING';
    if (nullable && record.isEmpty(field) && !(isText && record.isQuoted(field))) return null;
    let text: string;
    try {
      text = record.text(field);
    } catch {
      return undefined;
    }
    return isText ? text : parsed(type.kind, text.trim());
  }
}

/** Where the quotes are wrong, nobody knows where the record ends: its first line is taken for it. */
function badLine(what: string, bytes: Uint8Array, start: number): ParsedRecord {
  const found = bytes.indexOf(lineFeed, start);
  return { t: 'bad', what, start, end: found < 0 ? bytes.length : found + 1 };
}

const integer = /^[+-]?\d+$/;
const decimal = /^([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|NaN|[+-]?Infinity)$/;

/** What is added to integers makes 0 of -0. */
function parsed(kind: CsvColumn['type']['kind'], text: string): unknown {
  switch (kind) {
    case 'STRING':
      return text;
    case 'LONG':
      return integer.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) + 0 : undefined;
    case 'INT':
      return integer.test(text) && (Number(text) | 0) === Number(text) ? Number(text) + 0 : undefined;
    case 'LONG_BIGINT':
      return integer.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text) ? BigInt(text) : undefined;
    case 'DOUBLE':
      return decimal.test(text) ? Number(text) : undefined;
    case 'BOOLEAN':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined;
    default:
      return unreachable(kind);
  }
}

function expected({ type, nullable }: PlacedColumn): string {
  const what = {
    STRING: 'UTF-8',
    LONG: 'an integer up to 2^53',
    LONG_BIGINT: 'an integer of 64 bits',
    INT: 'an integer of 32 bits',
    DOUBLE: 'a number',
    BOOLEAN: 'true or false',
  }[type.kind];
  return nullable ? `${what} or empty` : what;
}
