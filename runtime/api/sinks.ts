import { userError } from '../base/errors';
import { check, oneOf, text, type Check } from '../graph/checks';
import { csvLine, delimiterCheck } from './csvLine';
import { exactJson } from './exactJson';

/** Writes rows into part files, exactly once: what is visible belongs to completed checkpoints. */
export interface FileSinkSpec {
  readonly connector: 'file';
  /** The directory of the part files. Relative paths are relative to the directory of the job's file. */
  readonly path: string;
  /** The text of a row, without the line end that follows it. */
  readonly format: (value: unknown) => string;
  /** The first line of every part. */
  readonly header?: string;
  /** The directory of a row below `path`, as `day=2001-01-05/origin=ATL`; absent: all rows go into `path` itself. */
  readonly bucket?: (value: unknown) => string;
  /** How the names of the parts end: `.csv`. */
  readonly suffix: string;
  /** A job that starts without a snapshot removes the parts that are there. */
  readonly startsEmpty: boolean;
}

/** Prints each row to the output of the TaskManager; at least once. */
export interface PrintSinkSpec {
  readonly connector: 'print';
  /** Stands before each line, with the subtask. */
  readonly prefix: string;
}

export type SinkSpec = FileSinkSpec | PrintSinkSpec;

declare const acceptedType: unique symbol;

/** A sink that takes rows of type `T`. */
export type Sink<T> = SinkSpec & { readonly [acceptedType]?: (value: T) => void };

interface FileSinkOptions<T> {
  /** The directory of the part files. Relative paths are relative to the directory of the job's file. */
  path: string;
  /**
   * Partitions the rows: the directory of a row below `path`, with `/` between its names, as `day=2001-01-05/origin=ATL`; the empty text is
   * `path` itself. Flink's bucket assigner. It cannot leave `path`. Each directory gets a part at each checkpoint in which rows came to it.
   */
  bucket?: (value: T) => string;
}

const suffixCheck: Check = {
  expected: 'a dot and letters or digits, as .csv',
  holds: (value) => typeof value === 'string' && /^(\.[A-Za-z0-9]+)+$/.test(value),
};

/** What all sinks into part files have in common. */
abstract class PartFileSink<T> implements FileSinkSpec {
  declare readonly [acceptedType]?: (value: T) => void;
  readonly connector = 'file';
  readonly path: string;
  abstract readonly format: (value: unknown) => string;
  declare readonly bucket?: (value: unknown) => string;
  abstract readonly suffix: string;
  readonly startsEmpty: boolean = false;

  constructor({ path, bucket }: FileSinkOptions<T>) {
    check('path', path, text);
    this.path = path;
    if (bucket !== undefined) this.bucket = bucket as (value: unknown) => string;
  }
}

/** One line a row, JSON when nothing else is said. Exactly once. */
export class FileSink<T> extends PartFileSink<T> {
  readonly format: (value: unknown) => string;
  readonly suffix: string;

  /** `format` gives the one line of a row and defaults to JSON; `suffix` ends the names of the files: `.ndjson`. */
  constructor(options: FileSinkOptions<T> & { format?: (value: T) => string; suffix?: string }) {
    super(options);
    check('suffix', options.suffix, suffixCheck);
    const format = options.format as FileSinkSpec['format'] | undefined;
    this.format = format === undefined ? (value) => JSON.stringify(value) : (value) => oneLine(format(value));
    this.suffix = options.suffix ?? '';
  }
}

function oneLine(line: string): string {
  if (!line.includes('\n')) return line;
  throw userError('sink.line-break', 'A formatted row holds a line break.', 'Let format() return one line.');
}

/**
 * CSV files after RFC 4180 in UTF-8, as `CsvSource` reads them: null and undefined are empty, the empty text is `""`, what is neither text,
 * number nor boolean is JSON, but a Date in ISO form. Exactly once.
 */
export class CsvFileSink<T> extends PartFileSink<T> {
  readonly format: (value: unknown) => string;
  readonly suffix = '.csv';
  declare readonly header?: string;

  /** `header` (default true) begins each file with the names of the columns; `delimiter` defaults to `,`. */
  constructor(
    options: FileSinkOptions<T> & {
      /** The properties of a row that are written, in this order. */
      columns: readonly (keyof T & string)[];
      header?: boolean;
      delimiter?: string;
    },
  ) {
    super(options);
    const { columns, delimiter = ',' } = options;
    check('header', options.header, oneOf(true, false));
    check('delimiter', options.delimiter, delimiterCheck);
    check('columns', columns.length, { expected: 'at least one column', holds: (count) => count !== 0 });
    const fieldsOf = (row: Readonly<Record<string, unknown>>): unknown[] => columns.map((column) => row[column]);
    this.format = (row) => csvLine(fieldsOf(row as Readonly<Record<string, unknown>>), delimiter);
    if (options.header ?? true) this.header = csvLine(columns, delimiter);
  }
}

/**
 * Collects rows for a test: run the job, then read them with `collected(path)` of `job-state/testing`. Each row is there exactly once when the
 * job has ended, in no particular order; before, those of completed checkpoints are. A job that starts without a snapshot starts with an
 * empty collection, one that continues from a snapshot adds to it. Rows come back as they were, so they must be JSON data; others are an
 * error.
 */
export class CollectSink<T> extends PartFileSink<T> {
  readonly format = exactJson;
  readonly suffix = '.collected';
  override readonly startsEmpty = true;

  /** `path` is a directory for this sink alone. */
  constructor({ path }: { path: string }) {
    super({ path });
  }
}

export class PrintSink<T = unknown> implements PrintSinkSpec {
  declare readonly [acceptedType]?: (value: T) => void;
  readonly connector = 'print';

  constructor(readonly prefix = '') {}
}
