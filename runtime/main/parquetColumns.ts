import { JobStateError } from '../base/errors';
import type { ParquetColumn } from '../connectors/parquetSource';

/**
 * A decoded column in the compact form that crosses threads. Timestamps (Date) become epoch ms; 64-bit integers numbers, which must be
 * safe. The kind is that of the first value that is not null.
 */
export function compactColumn(path: string, name: string, values: ArrayLike<unknown>): ParquetColumn {
  let first: unknown = null;
  for (let index = 0; index < values.length && (first === null || first === undefined); index++) first = values[index];
  if (typeof first === 'string') return texts(values);
  if (typeof first === 'number' || typeof first === 'bigint' || first instanceof Date)
    return numbers(path, name, values);
  return { t: 'others', values: Array.from(values) };
}

function texts(values: ArrayLike<unknown>): ParquetColumn {
  const codeOf = new Map<string, number>();
  const codes = new Uint32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== 'string') continue; // null: code 0
    let code = codeOf.get(value);
    if (code === undefined) {
      code = codeOf.size + 1;
      codeOf.set(value, code);
    }
    codes[index] = code;
  }
  return { t: 'texts', dictionary: [...codeOf.keys()], codes };
}

function numbers(path: string, name: string, values: ArrayLike<unknown>): ParquetColumn {
  const plain = new Float64Array(values.length);
  let nulls: Uint8Array | undefined;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value === 'number') plain[index] = value;
    else if (typeof value === 'bigint') plain[index] = safeNumber(path, name, index, value);
    else if (value instanceof Date) plain[index] = value.getTime();
    else (nulls ??= new Uint8Array(values.length))[index] = 1;
  }
  return nulls === undefined ? { t: 'numbers', values: plain } : { t: 'numbers', values: plain, nulls };
}

function safeNumber(path: string, name: string, row: number, value: bigint): number {
  const plain = Number(value);
  if (Number.isSafeInteger(plain)) return plain;
  throw new JobStateError(
    'source.unsafe-integer',
    `Column ${name} of ${path} holds ${value} in row ${row}, which is not a safe integer.`,
    {
      domain: 'user',
      subject: { file: path, field: name, position: row },
      advice: 'Leave the column out, or store it as text.',
    },
  );
}

/** The buffers that can be moved to another thread instead of copied. */
export function movable(columns: readonly ParquetColumn[]): ArrayBuffer[] {
  return columns.flatMap((column) => {
    switch (column.t) {
      case 'numbers':
        return [column.values, column.nulls].flatMap((array) =>
          array === undefined ? [] : [array.buffer as ArrayBuffer],
        );
      case 'texts':
        return [column.codes.buffer as ArrayBuffer];
      case 'others':
        return [];
    }
  });
}
