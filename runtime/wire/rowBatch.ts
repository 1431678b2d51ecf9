/**
 * A RowBatch as the payload of a DATA frame: header, timestamps (f64), the key column as a dictionary, the rows as msgpackr records (the
 * structure of the rows once per batch). Typed columns are little-endian, as every platform of Node is. Each payload stands for itself.
 */
import { Packr } from 'msgpackr/pack';
import { errorData, externalError, userError } from '../base/errors';
import { RowBatch } from './batch';

const hasTimestamps = 1;
const hasKeys = 2;
/** u32 rows · u8 flags · 3 bytes 0 · u32 distinct keys · u32 bytes of the dictionary */
const headerBytes = 16;
/** Key indexes are u16. */
export const maxBatchRows = 0xffff;

const packr = new Packr({ useRecords: true, copyBuffers: true, int64AsType: 'bigint', moreTypes: true });

/** Fails with `wire.batch-too-long` beyond 65,535 rows, with the user error `job.row-not-sendable` for rows that are no data. */
export function encodeBatch(batch: RowBatch): Uint8Array {
  const { length, timestamps, keys, keyGroups } = batch;
  if (length > maxBatchRows) throw malformed('wire.batch-too-long', `A batch of ${length} rows`);
  const dictionary = keys === undefined || keyGroups === undefined ? undefined : toDictionary(keys, keyGroups, length);
  const dictionaryBytes = dictionary === undefined ? undefined : pack(dictionary.keys);
  const rowBytes = pack(batch.rows.length === length ? batch.rows : batch.rows.slice(0, length));
  const distinct = dictionary?.keys.length ?? 0;
  const columns =
    (timestamps === undefined ? 0 : 8 * length) + (dictionary === undefined ? 0 : 2 * (length + distinct));
  const bytes = new Uint8Array(headerBytes + columns + (dictionaryBytes?.length ?? 0) + rowBytes.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  bytes[4] = (timestamps === undefined ? 0 : hasTimestamps) | (dictionary === undefined ? 0 : hasKeys);
  view.setUint32(8, distinct, true);
  view.setUint32(12, dictionaryBytes?.length ?? 0, true);
  let at = headerBytes;
  if (timestamps !== undefined) at = put(bytes, at, timestamps.subarray(0, length));
  if (dictionary !== undefined && dictionaryBytes !== undefined) {
    at = put(bytes, at, dictionary.groups);
    at = put(bytes, at, dictionary.indexes);
    at = put(bytes, at, dictionaryBytes);
  }
  put(bytes, at, rowBytes);
  return bytes;
}

/** Fails with `wire.batch-malformed`, naming what does not fit. */
export function decodeBatch(bytes: Uint8Array): RowBatch {
  if (bytes.length < headerBytes) throw malformed('wire.batch-malformed', `A batch of ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const flags = bytes[4] ?? 0;
  const distinct = view.getUint32(8, true);
  const dictionaryLength = view.getUint32(12, true);
  const timestampsAt = headerBytes;
  const groupsAt = timestampsAt + ((flags & hasTimestamps) === 0 ? 0 : 8 * length);
  const indexesAt = groupsAt + 2 * distinct;
  const dictionaryAt = indexesAt + ((flags & hasKeys) === 0 ? 0 : 2 * length);
  const rowsAt = dictionaryAt + dictionaryLength;
  if (length > maxBatchRows || rowsAt > bytes.length) {
    throw malformed('wire.batch-malformed', `A batch of ${length} rows in ${bytes.length} bytes`);
  }
  const rows = unpackArray(bytes.subarray(rowsAt), length, 'rows');
  const timestamps =
    (flags & hasTimestamps) === 0 ? undefined : new Float64Array(copyOf(bytes, timestampsAt, 8 * length));
  if ((flags & hasKeys) === 0) return new RowBatch(length, rows, timestamps, undefined, undefined);
  const dictionary = unpackArray(bytes.subarray(dictionaryAt, rowsAt), distinct, 'keys');
  const groups = new Uint16Array(copyOf(bytes, groupsAt, 2 * distinct));
  const indexes = new Uint16Array(copyOf(bytes, indexesAt, 2 * length));
  const keys = new Array<unknown>(length);
  const keyGroups = new Uint16Array(length);
  for (let i = 0; i < length; i++) {
    const index = indexes[i] ?? 0;
    if (index >= distinct) throw malformed('wire.batch-malformed', `Key ${index} of ${distinct}`);
    keys[i] = dictionary[index];
    keyGroups[i] = groups[index] ?? 0;
  }
  return new RowBatch(length, rows, timestamps, keys, keyGroups);
}

interface KeyDictionary {
  readonly keys: unknown[];
  readonly groups: Uint16Array;
  readonly indexes: Uint16Array;
}

/** The same key is sent and decoded once a batch; its decoded text is then one string, whose hash is computed once. */
function toDictionary(keys: readonly unknown[], keyGroups: Uint16Array, length: number): KeyDictionary {
  const known = new Map<unknown, number>();
  const distinct: unknown[] = [];
  const groups = new Uint16Array(length);
  const indexes = new Uint16Array(length);
  for (let i = 0; i < length; i++) {
    const key = keys[i];
    let index = known.get(key);
    if (index === undefined) {
      index = distinct.length;
      known.set(key, index);
      groups[index] = keyGroups[i] ?? 0;
      distinct.push(key);
    }
    indexes[i] = index;
  }
  return { keys: distinct, groups: groups.subarray(0, distinct.length), indexes };
}

function pack(values: readonly unknown[]): Uint8Array {
  try {
    return packr.pack(values);
  } catch (cause) {
    throw userError(
      'job.row-not-sendable',
      `A row cannot be sent to another process: ${errorData(cause).message}.`,
      'Emit plain data: objects, arrays, texts, numbers, dates, maps and sets, without cycles.',
      { cause },
    );
  }
}

function put(into: Uint8Array, at: number, column: Uint8Array | Uint16Array | Float64Array): number {
  into.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
  return at + column.byteLength;
}

/** Aligned memory of their own for the bytes of a typed column. */
function copyOf(bytes: Uint8Array, at: number, length: number): ArrayBuffer {
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(at, at + length));
  return copy.buffer;
}

function unpackArray(bytes: Uint8Array, length: number, what: string): unknown[] {
  let value: unknown;
  try {
    value = packr.unpack(bytes);
  } catch (cause) {
    throw malformed('wire.batch-malformed', `The ${what} of a batch cannot be decoded`, cause);
  }
  if (!Array.isArray(value) || value.length !== length) {
    throw malformed('wire.batch-malformed', `The ${what} of a batch are not ${length}`);
  }
  return value as unknown[];
}

function malformed(code: string, message: string, cause?: unknown): Error {
  return externalError(
    code,
    `${message} cannot be sent between tasks.`,
    'Start the job again from its last checkpoint.',
    {
      retry: 'never',
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
