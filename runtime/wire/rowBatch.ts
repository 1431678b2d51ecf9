/**
 * A RowBatch as the payload of a DATA frame: header, timestamps (f64), the key column, the rows as columns, or as msgpackr records where
 * columns cannot hold them. Typed columns are little-endian, as every platform of Node is. Each payload stands for itself.
 */
import { errorData, JobStateError } from '../base/errors';
import { RowBatch } from './batch';
import { batchTooLong, malformedBatch } from './batchErrors';
import { decodeColumns, encodeColumns } from './columns';
import { areNumbers, decodeKeys, encodeKeys, type KeyColumn } from './keyColumn';
import { packValues, unpackValues } from './packedValues';
import { aligned, bytesOf, joined } from './typedBytes';

const hasTimestamps = 1;
const hasKeys = 2;
const numberKeys = 4;
/** The rows are columns (columns.ts). */
const columnar = 8;
/** u32 rows · u8 flags · 3 bytes 0 · u32 bytes of the key column */
const headerBytes = 12;
/** Indexes into dictionaries are u16. */
export const maxBatchRows = 0xffff;

/** Fails with `wire.batch-too-long` beyond 65,535 rows, with the user error `job.row-not-sendable` for rows that are no data. */
export function encodeBatch({ length, rows, timestamps, keys, keyGroups }: RowBatch): Uint8Array {
  if (length > maxBatchRows) throw batchTooLong(length, maxBatchRows);
  const parts: Uint8Array[] = [];
  let flags = 0;
  let keyBytes = 0;
  if (timestamps !== undefined) {
    flags |= hasTimestamps;
    parts.push(bytesOf(timestamps.subarray(0, length)));
  }
  if (keys !== undefined && keyGroups !== undefined) {
    const numbers = areNumbers(keys, length);
    const column = encodeKeys({ keys, keyGroups }, length, numbers);
    flags |= hasKeys | (numbers ? numberKeys : 0);
    keyBytes = column.length;
    parts.push(column);
  }
  const columns = encodeColumns(rows, length);
  if (columns !== undefined) flags |= columnar;
  parts.push(columns ?? packValues(rows.length === length ? rows : rows.slice(0, length)));
  return joined([header(length, flags, keyBytes), ...parts]);
}

function header(length: number, flags: number, keyBytes: number): Uint8Array {
  const bytes = new Uint8Array(headerBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint8(4, flags);
  view.setUint32(8, keyBytes, true);
  return bytes;
}

/** Fails with `wire.batch-malformed`, naming what does not fit. */
export function decodeBatch(bytes: Uint8Array): RowBatch {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof JobStateError) throw error;
    throw malformedBatch(`${bytes.length} bytes are none, ${errorData(error).message}`, error);
  }
}

function decode(bytes: Uint8Array): RowBatch {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const flags = view.getUint8(4);
  const keysAt = headerBytes + ((flags & hasTimestamps) === 0 ? 0 : 8 * length);
  const rowsAt = keysAt + view.getUint32(8, true);
  if (length > maxBatchRows || rowsAt > bytes.length) {
    throw malformedBatch(`it has ${length} rows in ${bytes.length} bytes`);
  }
  const timestamps =
    (flags & hasTimestamps) === 0 ? undefined : new Float64Array(aligned(bytes, headerBytes, 8 * length));
  const column: Partial<KeyColumn> =
    (flags & hasKeys) === 0 ? {} : decodeKeys(bytes.subarray(keysAt, rowsAt), length, (flags & numberKeys) !== 0);
  const rowBytes = bytes.subarray(rowsAt);
  const rows = (flags & columnar) === 0 ? unpackValues(rowBytes, length, 'rows') : decodeColumns(rowBytes, length);
  return new RowBatch(length, rows, timestamps, column.keys, column.keyGroups);
}
