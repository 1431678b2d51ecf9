/** Values of any kind as msgpackr records: the structure of the records once. */
import { Packr } from 'msgpackr/pack';
import { errorData, userError } from '../base/errors';
import { malformedBatch } from './batchErrors';

const packr = new Packr({ useRecords: true, copyBuffers: true, int64AsType: 'bigint', moreTypes: true });

/** Fails with the user error `job.row-not-sendable` for what is no data. */
export function packValues(values: readonly unknown[]): Uint8Array {
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

/** So many values; `what` they are is for the error, `wire.batch-malformed`. */
export function unpackValues(bytes: Uint8Array, length: number, what: string): unknown[] {
  let value: unknown;
  try {
    value = packr.unpack(bytes);
  } catch (cause) {
    throw malformedBatch(`its ${what} cannot be decoded: ${errorData(cause).message}`, cause);
  }
  if (!Array.isArray(value) || value.length !== length) {
    throw malformedBatch(`its ${what} are not ${length}`);
  }
  return value as unknown[];
}
