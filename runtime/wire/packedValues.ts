/** Values of any kind as msgpackr records (the structure of the records once), and what goes wrong with batches on their way. */
import { Packr } from 'msgpackr/pack';
import { errorData, externalError, userError, type JobStateError } from '../base/errors';

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
    throw notABatch('wire.batch-malformed', `The ${what} of a batch cannot be decoded`, cause);
  }
  if (!Array.isArray(value) || value.length !== length) {
    throw notABatch('wire.batch-malformed', `The ${what} of a batch are not ${length}`);
  }
  return value as unknown[];
}

/** The bytes of a typed column in memory, little-endian as every platform of Node is. */
export function bytesOf(column: Int32Array | Uint16Array | Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

/** Memory of their own: a typed array begins at a multiple of its element. Fails with a RangeError when there are not so many. */
export function aligned(bytes: Uint8Array, at: number, length: number): ArrayBuffer {
  if (at + length > bytes.length) throw new RangeError(`${length} bytes at ${at} of ${bytes.length}`);
  // Not `slice`: what comes from a socket is a Buffer, whose slice is a view.
  return new Uint8Array(bytes.subarray(at, at + length)).buffer;
}

/** One piece of memory. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function notABatch(code: string, message: string, cause?: unknown): JobStateError {
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
