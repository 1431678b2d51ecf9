import { userError } from '../base/errors';
import { check, oneOf, text } from '../graph/checks';
import { delimiterCheck } from './csvLine';
import { RatedSource, type Rated } from './sourceRows';
import type { TypeInformation, TypeOf, TypeSpec } from './types';

/** What a field of a CSV file can be. */
const columnKinds = ['STRING', 'LONG', 'LONG_BIGINT', 'INT', 'DOUBLE', 'BOOLEAN'] as const;

type ColumnKind = (typeof columnKinds)[number];
type ColumnType =
  TypeInformation<string> | TypeInformation<number> | TypeInformation<bigint> | TypeInformation<boolean>;

/**
 * The columns to read, by name: `{ origin: Types.STRING, delay: { type: Types.LONG, nullable: true } }`. Of `Types` these can be declared:
 * STRING, LONG, LONG_BIGINT, INT, DOUBLE, BOOLEAN. An empty field of a nullable column is null (of a STRING: unless it is `""`); of another
 * one it is the empty string, or a bad line.
 */
export type CsvColumns = Readonly<
  Record<string, ColumnType | { readonly type: ColumnType; readonly nullable: boolean }>
>;

/** The rows that declared columns make. */
export type CsvRow<Columns> = {
  -readonly [Name in keyof Columns]: Columns[Name] extends {
    readonly type: infer Type;
    readonly nullable: infer Nullable;
  }
    ? TypeOf<Type> | (Nullable extends false ? never : null)
    : TypeOf<Columns[Name]>;
};

export interface CsvColumn {
  readonly name: string;
  readonly type: TypeSpec & { readonly kind: ColumnKind };
  readonly nullable: boolean;
}

/** Files of lines after RFC 4180 in UTF-8. A file is read by one reader, because a quoted field may hold line ends. */
export interface CsvSourceSpec extends Rated {
  readonly connector: 'csv';
  /** A file, or a directory whose files are all read. */
  readonly path: string;
  readonly columns: readonly CsvColumn[];
  /** Each file begins with the names of its columns; else its columns are those declared, in their order. */
  readonly header: boolean;
  /** One ASCII character. */
  readonly delimiter: string;
  /** A line that is not what it should be: fail the job naming file and line, or skip and count it. */
  readonly onError: 'fail' | 'skip';
}

export interface CsvSourceOptions<Columns> {
  /** A file, or a directory whose files are all read. Relative paths are relative to the directory of the job's file. */
  path: string;
  columns: Columns;
  /** The files begin with the names of their columns (then those not declared are not read); default true. */
  header?: boolean;
  /** Default `,`. */
  delimiter?: string;
  /** Default fail. */
  onError?: 'fail' | 'skip';
  rowsPerSecond?: number;
}

/**
 * Rows of declared columns from CSV files. Lines end with LF or CR LF, empty ones do not count; a field that begins with a quote may hold
 * delimiters, line ends and doubled quotes. A byte order mark is no part of the text.
 */
export class CsvSource<const Columns extends CsvColumns> extends RatedSource<CsvRow<Columns>> implements CsvSourceSpec {
  readonly connector = 'csv';
  readonly path: string;
  readonly columns: readonly CsvColumn[];
  readonly header: boolean;
  readonly delimiter: string;
  readonly onError: 'fail' | 'skip';

  constructor(options: CsvSourceOptions<Columns>) {
    super(options);
    check('path', options.path, text);
    check('header', options.header, oneOf(true, false));
    check('delimiter', options.delimiter, delimiterCheck);
    check('onError', options.onError, oneOf('fail', 'skip'));
    this.path = options.path;
    this.columns = Object.entries(options.columns).map(([name, declared]) => columnOf(name, declared));
    this.header = options.header ?? true;
    this.delimiter = options.delimiter ?? ',';
    this.onError = options.onError ?? 'fail';
    check('columns', this.columns.length, { expected: 'at least one column', holds: (count) => count !== 0 });
  }
}

function columnOf(name: string, declared: CsvColumns[string]): CsvColumn {
  const { type, nullable } = 'type' in declared ? declared : { type: declared, nullable: false };
  if (isColumnType(type)) return { name, type, nullable };
  throw userError(
    'job.bad-setting',
    `The column ${name} is declared as ${type.kind}, which a field of a CSV file cannot be.`,
    `Declare one of ${columnKinds.join(', ')}, and make another value of it in a map.`,
    { subject: { field: `columns.${name}` } },
  );
}

function isColumnType(type: TypeSpec): type is CsvColumn['type'] {
  return columnKinds.some((kind) => kind === type.kind);
}
