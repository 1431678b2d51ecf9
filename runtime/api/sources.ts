import { check, either, integer, oneOf, positive, text } from '../graph/checks';
import type { CsvSourceSpec } from './csvSource';
import { RatedSource, type Rated, type rowType } from './sourceRows';

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
  /** One file. */
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

export class ParquetSource<T> extends RatedSource<T> implements ParquetSourceSpec {
  readonly connector = 'parquet';
  readonly path: string;
  readonly columns: readonly string[];

  constructor(options: { path: string; columns: readonly (keyof T & string)[]; rowsPerSecond?: number }) {
    super(options);
    check('path', options.path, text);
    this.path = options.path;
    this.columns = options.columns;
  }
}

/** Rows of type `T` from files of JSON; `T` is what the author knows about them and is not checked. */
abstract class JsonSource<T> extends RatedSource<T> {
  readonly path: string;
  readonly onError: 'fail' | 'skip';

  /** `onError` defaults to fail. */
  constructor(options: { path: string; onError?: 'fail' | 'skip'; rowsPerSecond?: number }) {
    super(options);
    check('path', options.path, text);
    check('onError', options.onError, oneOf('fail', 'skip'));
    this.path = options.path;
    this.onError = options.onError ?? 'fail';
  }
}

/** A row is a line. */
export class NdjsonSource<T> extends JsonSource<T> implements NdjsonSourceSpec {
  readonly connector = 'ndjson';
}

/** A row is an element of the one array of a file. */
export class JsonArraySource<T> extends JsonSource<T> implements JsonArraySourceSpec {
  readonly connector = 'json-array';
}

const countCheck = either(integer(0), { expected: 'Infinity', holds: (value) => value === Infinity });

export class GeneratorSource<T> extends RatedSource<T> implements GeneratorSourceSpec {
  readonly connector = 'generator';
  readonly count: number;
  readonly generate: (index: number) => T;

  /** `generate` must depend on the index alone. `count` defaults to no end. */
  constructor(options: { generate: (index: number) => T; count?: number; rowsPerSecond?: number }) {
    super(options);
    check('count', options.count, countCheck);
    this.count = options.count ?? Infinity;
    this.generate = options.generate;
  }
}

/**
 * The lines that another program sends over TCP, as `nc -lk 9999` does; Flink's `socketTextStream`. **Not replayable**: after a failure or a
 * restart the job goes on with what is sent then; what was received since the last checkpoint is lost. So a row counts at most once,
 * whatever the checkpoints say: for trying things out, not for results that must be right. A task that cannot keep up slows the sender
 * down.
 */
export class SocketTextSource extends RatedSource<string> implements SocketTextSourceSpec {
  readonly connector = 'socket';
  readonly host: string;
  readonly port: number;
  readonly maxRetries: number;
  readonly retryDelayMs: number;

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
    super(options);
    check('host', options.host, text);
    check('port', options.port, integer(1, 65_535));
    check('maxRetries', options.maxRetries, countCheck);
    check('retryDelayMs', options.retryDelayMs, positive);
    this.host = options.host;
    this.port = options.port;
    this.maxRetries = options.maxRetries ?? 0;
    this.retryDelayMs = options.retryDelayMs ?? 500;
  }
}
