import type { ConnectorContext, SplitState } from '../api/connector';
import type { ParquetSourceSpec } from '../api/sources';
import { userError } from '../base/errors';
import { InputFile } from './inputFile';
import type { Chunk, SplitCursor, SplitFormat } from './splitReader';

/** One decoded column of a row group: typed arrays, so that it can be handed over between threads without a copy. */
export type ParquetColumn =
  | { readonly t: 'numbers'; readonly values: Float64Array; readonly nulls?: Uint8Array }
  /** Code 0 is null, code i is `dictionary[i - 1]`. */
  | { readonly t: 'texts'; readonly dictionary: readonly string[]; readonly codes: Uint32Array }
  | { readonly t: 'others'; readonly values: readonly unknown[] };

export interface ParquetInfo {
  readonly columns: readonly string[];
  readonly rowGroups: readonly { readonly rows: number }[];
}

/**
 * Decodes Parquet away from the task's thread (a row group takes some 100 ms). Timestamps become epoch milliseconds, 64-bit integers
 * numbers; one that is not a safe integer is an error. Rejects when the file is missing or broken.
 */
export interface ParquetDecoder {
  info(path: string): Promise<ParquetInfo>;
  /** The columns in the order asked for. */
  rowGroup(path: string, index: number, columns: readonly string[]): Promise<readonly ParquetColumn[]>;
}

/** Splits are row groups; a position is a row of the group. */
export class ParquetFormat implements SplitFormat {
  constructor(
    private readonly spec: ParquetSourceSpec,
    private readonly path: string,
    private readonly decoder: ParquetDecoder,
    private readonly context: ConnectorContext,
  ) {}

  async splits(): Promise<readonly SplitState[]> {
    const info = await this.asked(this.decoder.info(this.path));
    for (const column of this.spec.columns) {
      if (info.columns.includes(column)) continue;
      throw userError(
        'source.no-such-column',
        `${this.path} has no column ${column}.`,
        `Its columns are ${info.columns.join(', ')}.`,
        { subject: { file: this.path, field: column } },
      );
    }
    return info.rowGroups.map((_, index) => ({ split: `rowgroup-${index}`, position: 0 }));
  }

  open(split: SplitState): Promise<SplitCursor> {
    const index = Number(split.split.slice('rowgroup-'.length));
    const columns = (): Promise<readonly ParquetColumn[]> =>
      this.asked(this.decoder.rowGroup(this.path, index, this.spec.columns));
    return Promise.resolve(new RowGroupCursor(this.spec.columns, columns, Number(split.position)));
  }

  /** What is wrong with the file itself is said in the words of all sources. */
  private async asked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      await (await InputFile.open(this.context.disk, this.path)).close();
      throw error;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class RowGroupCursor implements SplitCursor {
  private done = false;

  constructor(
    private readonly names: readonly string[],
    private readonly read: () => Promise<readonly ParquetColumn[]>,
    private readonly start: number,
  ) {}

  async next(): Promise<Chunk | undefined> {
    if (this.done) return undefined;
    this.done = true;
    const columns = await this.read();
    const rows = columns[0] === undefined ? 0 : columnLength(columns[0]);
    const { names } = this;
    return {
      length: Math.max(0, rows - this.start),
      rows: (from, to) => makeRows(names, columns, this.start + from, this.start + to),
      positionAfter: (count) => this.start + count,
    };
  }

  close(): Promise<void> {
    this.done = true;
    return Promise.resolve();
  }
}

function columnLength(column: ParquetColumn): number {
  return column.t === 'texts' ? column.codes.length : column.values.length;
}

function makeRows(names: readonly string[], columns: readonly ParquetColumn[], from: number, to: number): unknown[] {
  const rows: Record<string, unknown>[] = Array.from({ length: to - from }, () => ({}));
  // Column by column, and in the same order for every row, so that all rows share one shape.
  columns.forEach((column, index) => fillColumn(rows, names[index] ?? '', column, from));
  return rows;
}

function fillColumn(rows: Record<string, unknown>[], name: string, column: ParquetColumn, from: number): void {
  let at = from;
  switch (column.t) {
    case 'numbers':
      for (const row of rows) {
        row[name] = column.nulls?.[at] === 1 ? null : column.values[at];
        at++;
      }
      return;
    case 'texts':
      for (const row of rows) {
        const code = column.codes[at++] ?? 0;
        row[name] = code === 0 ? null : column.dictionary[code - 1];
      }
      return;
    case 'others':
      for (const row of rows) row[name] = column.values[at++];
  }
}
