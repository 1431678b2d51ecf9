import type { CsvSourceSpec } from './csvSource';
import type { Rated, rowType } from './sourceRows';
import { check, either, integer, oneOf, positive, text } from '../graph/checks';

/** The splits are the row groups; a row is an object of these columns. */
export interface ParquetSourceSpec extends Rated {
  readonly connector: 'parquet';
  /** Relative paths are relative to the directory of the job's file. */
  readonly path: string;
  readonly columns: readonly string[];
}

/** One JSON value a line; empty lines do not count. */
export interface NdjsonSourceSpec extends Rated {
  readonly connector: 'ndjson';
  readonly path: string;
  /** A line that does not parse: fail the job naming file and line, or skip and count it. */
  readonly onError: 'fail' | 'skip';
}

/**
 * Files that hold one JSON array each; a row is an element. A file is read as a stream, however long it is, but by one reader, because only
 * reading from its beginning tells where an element begins.
 */
export interface JsonArraySourceSpec extends Rated {
  readonly connector: 'json-array';
  /** A file, or a directory whose files are all read. */
  readonly path: string;
  /** An element that does not parse: fail the job naming file, line and byte, or skip and count it. Broken brackets always fail it. */
  readonly onError: 'fail' | 'skip';
}

/** Rows 0 … count - 1, each made by `generate` from its index alone, so that a restarted job makes the same ones. */
export interface GeneratorSourceSpec extends Rated {
  readonly connector: 'generator';
  /** May be Infinity. */
  readonly count: number;
  readonly generate: (index: number) => unknown;
}

/** Lines that another program sends over TCP; one subtask reads them, the others have nothing to read. */
export interface SocketTextSourceSpec extends Rated {
  readonly connector: 'socket';
  readonly host: string;
  readonly port: number;
  /** How often in a row a connection that failed or ended is made again. */
  readonly maxRetries: number;
  readonly retryDelayMs: number;
}

export type SourceSpec =
  | SocketTextSourceSpec
  | ParquetSourceSpec
  | NdjsonSourceSpec
  | CsvSourceSpec
  | JsonArraySourceSpec
  | GeneratorSourceSpec;

/** A source of rows of type `T`. */
export type Source<T> = SourceSpec & { readonly [rowType]?: T };

export class ParquetSource<T> implements ParquetSourceSpec {
  declare readonly [rowType]?: T;
  readonly connector = 'parquet';
  readonly path: string;
  readonly columns: readonly string[];
  declare readonly rowsPerSecond?: number;

  constructor(options: { path: string; columns: readonly (keyof T & string)[]; rowsPerSecond?: number }) {
    check('path', options.path, text);
    check('rowsPerSecond', options.rowsPerSecond, positive);
    this.path = options.path;
    this.columns = options.columns;
    if (options.rowsPerSecond !== undefined) this.rowsPerSecond = options.rowsPerSecond;
  }
}

export class NdjsonSource<T> implements NdjsonSourceSpec {
  declare readonly [rowType]?: T;
  readonly connector = 'ndjson';
  readonly path: string;
  readonly onError: 'fail' | 'skip';
  declare readonly rowsPerSecond?: number;

  /** `onError` defaults to fail. */
  constructor(options: { path: string; onError?: 'fail' | 'skip'; rowsPerSecond?: number }) {
    check('path', options.path, text);
    check('onError', options.onError, oneOf('fail', 'skip'));
    check('rowsPerSecond', options.rowsPerSecond, positive);
    this.path = options.path;
    this.onError = options.onError ?? 'fail';
    if (options.rowsPerSecond !== undefined) this.rowsPerSecond = options.rowsPerSecond;
  }
}

/** Rows of type `T` from files of one JSON array each; `T` is what the author knows about them and is not checked. */
export class JsonArraySource<T> implements JsonArraySourceSpec {
  declare readonly [rowType]?: T;
  readonly connector = 'json-array';
  readonly path: string;
  readonly onError: 'fail' | 'skip';
  declare readonly rowsPerSecond?: number;

  /** `onError` defaults to fail. */
  constructor(options: { path: string; onError?: 'fail' | 'skip'; rowsPerSecond?: number }) {
    check('path', options.path, text);
    check('onError', options.onError, oneOf('fail', 'skip'));
    check('rowsPerSecond', options.rowsPerSecond, positive);
    this.path = options.path;
    this.onError = options.onError ?? 'fail';
    if (options.rowsPerSecond !== undefined) this.rowsPerSecond = options.rowsPerSecond;
  }
}

const countCheck = either(integer(0), { expected: 'Infinity', holds: (value) => value === Infinity });

export class GeneratorSource<T> implements GeneratorSourceSpec {
  declare readonly [rowType]?: T;
  readonly connector = 'generator';
  readonly count: number;
  readonly generate: (index: number) => T;
  declare readonly rowsPerSecond?: number;

  /** `generate` must depend on the index alone. `count` defaults to no end. */
  constructor(options: { generate: (index: number) => T; count?: number; rowsPerSecond?: number }) {
    check('count', options.count, countCheck);
    check('rowsPerSecond', options.rowsPerSecond, positive);
    this.count = options.count ?? Infinity;
    this.generate = options.generate;
    if (options.rowsPerSecond !== undefined) this.rowsPerSecond = options.rowsPerSecond;
  }
}

/**
 * The lines that another program sends over TCP, as `nc -lk 9999` does; Flink's `socketTextStream`. **Not replayable**: after a failure or a
 * restart the job goes on with what is sent then; what was received since the last checkpoint is lost. So a row counts at most once,
 * whatever the checkpoints say: for trying things out, not for results that must be right. A task that cannot keep up slows the sender
 * down.
 */
export class SocketTextSource implements SocketTextSourceSpec {
  declare readonly [rowType]?: string;
  readonly connector = 'socket';
  readonly host: string;
  readonly port: number;
  readonly maxRetries: number;
  readonly retryDelayMs: number;
  declare readonly rowsPerSecond?: number;

  /**
   * A row is a line of UTF-8 without its end (LF or CR LF). With `maxRetries` 0, the default, the input ends when the sender ends the
   * connection, and the job fails when it breaks or cannot be made. Else it is made again, up to that many times (Infinity: always) until
   * data come again, each `retryDelayMs` (default 500) after the last; then the same holds.
   */
  constructor(options: {
    host: string;
    port: number;
    maxRetries?: number;
    retryDelayMs?: number;
    rowsPerSecond?: number;
  }) {
    check('host', options.host, text);
    check('port', options.port, integer(1, 65_535));
    check('maxRetries', options.maxRetries, countCheck);
    check('retryDelayMs', options.retryDelayMs, positive);
    check('rowsPerSecond', options.rowsPerSecond, positive);
    this.host = options.host;
    this.port = options.port;
    this.maxRetries = options.maxRetries ?? 0;
    this.retryDelayMs = options.retryDelayMs ?? 500;
    if (options.rowsPerSecond !== undefined) this.rowsPerSecond = options.rowsPerSecond;
  }
}
