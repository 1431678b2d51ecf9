/**
 * The keys of a batch and their key groups as bytes. Numbers: a column of f64 and one of u16. Others: u32 distinct keys, a u16 key group for
 * each, a u16 index for each row, the distinct keys as msgpackr values; so a key is sent and decoded once a batch, and its decoded text is
 * one string, whose hash is computed once.
 */
import { malformedBatch } from './batchErrors';
import { packValues, unpackValues } from './packedValues';
import { aligned, bytesOf, joined } from './typedBytes';

export interface KeyColumn {
  readonly keys: readonly unknown[];
  readonly keyGroups: Uint16Array;
}

/** True when the keys can go as numbers. */
export function areNumbers(keys: readonly unknown[], length: number): boolean {
  for (let row = 0; row < length; row++) if (typeof keys[row] !== 'number') return false;
  return true;
}

export function encodeKeys({ keys, keyGroups }: KeyColumn, length: number, numbers: boolean): Uint8Array {
  if (!numbers) return encodeDictionary(keys, keyGroups, length);
  const values = new Float64Array(length);
  for (let row = 0; row < length; row++) values[row] = keys[row] as number;
  return joined([bytesOf(values), bytesOf(keyGroups.subarray(0, length))]);
}

/** Fails with `wire.batch-malformed` or a RangeError. */
export function decodeKeys(bytes: Uint8Array, length: number, numbers: boolean): KeyColumn {
  if (!numbers) return decodeDictionary(bytes, length);
  const keys = Array.from(new Float64Array(aligned(bytes, 0, 8 * length)));
  return { keys, keyGroups: new Uint16Array(aligned(bytes, 8 * length, 2 * length)) };
}

function encodeDictionary(keys: readonly unknown[], keyGroups: Uint16Array, length: number): Uint8Array {
  const known = new Map<unknown, number>();
  const groups = new Uint16Array(length);
  const indexes = new Uint16Array(length);
  for (let row = 0; row < length; row++) {
    const key = keys[row];
    let index = known.get(key);
    if (index === undefined) {
      index = known.size;
      known.set(key, index);
      groups[index] = keyGroups[row] ?? 0;
    }
    indexes[row] = index;
  }
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, known.size, true);
  return joined([count, bytesOf(groups.subarray(0, known.size)), bytesOf(indexes), packValues([...known.keys()])]);
}

function decodeDictionary(bytes: Uint8Array, length: number): KeyColumn {
  const distinct = new DataView(aligned(bytes, 0, 4)).getUint32(0, true);
  const groups = new Uint16Array(aligned(bytes, 4, 2 * distinct));
  const indexes = new Uint16Array(aligned(bytes, 4 + 2 * distinct, 2 * length));
  const words = unpackValues(bytes.subarray(4 + 2 * (distinct + length)), distinct, 'keys');
  const keys = new Array<unknown>(length);
  const keyGroups = new Uint16Array(length);
  for (let row = 0; row < length; row++) {
    const index = indexes[row] ?? 0;
    if (index >= distinct) throw malformedBatch(`row ${row} has key ${index} of ${distinct}`);
    keys[row] = words[index];
    keyGroups[row] = groups[index] ?? 0;
  }
  return { keys, keyGroups };
}
