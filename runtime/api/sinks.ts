import { check, text } from '../graph/checks';

/** Writes one line per row, exactly once: what is visible belongs to completed checkpoints. */
export interface FileSinkSpec {
  readonly connector: 'file';
  /** The directory of the part files. Relative paths are relative to the directory of the job's file. */
  readonly path: string;
  /** The line of a row, without its end. */
  readonly format: (value: unknown) => string;
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

export class FileSink<T> implements FileSinkSpec {
  declare readonly [acceptedType]?: (value: T) => void;
  readonly connector = 'file';
  readonly path: string;
  readonly format: (value: unknown) => string;

  /** `format` defaults to JSON. */
  constructor(options: { path: string; format?: (value: T) => string }) {
    check('path', options.path, text);
    this.path = options.path;
    this.format = (options.format as FileSinkSpec['format'] | undefined) ?? ((value) => JSON.stringify(value));
  }
}

export class PrintSink<T = unknown> implements PrintSinkSpec {
  declare readonly [acceptedType]?: (value: T) => void;
  readonly connector = 'print';

  constructor(readonly prefix = '') {}
}
