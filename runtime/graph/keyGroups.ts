/**
 * Which key belongs to which key group, and which key groups to which subtask: Flink's `KeyGroupRangeAssignment` and
 * `MathUtils.murmurHash`, and Java's `hashCode` of the key types. All hashes are signed 32-bit integers.
 */
import type { KeyGroupRange } from '../base/keyGroupRange';

/** The most key groups, hence subtasks, an operator can have. */
export const maxKeyGroups = 1 << 15;
const minDefaultKeyGroups = 128;

/** `String.hashCode`. */
export function javaHashOfString(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0;
  return hash;
}

/** `Integer.hashCode`; also Short and Byte. */
export function javaHashOfInt(value: number): number {
  return value | 0;
}

/** `Long.hashCode` of a safe integer. */
export function javaHashOfLong(value: number): number {
  const low = value | 0;
  return low ^ (low === value ? low >> 31 : Math.floor(value / 0x1_0000_0000) | 0); // of 32 bits without floating point
}

/** `Long.hashCode` of a 64-bit integer. */
export function javaHashOfBigint(value: bigint): number {
  return Number(BigInt.asIntN(32, value ^ (value >> 32n)));
}

const double = new Float64Array(1);
const doubleHalves = new Int32Array(double.buffer);

/** `Double.hashCode`: every NaN is the same, 0.0 and -0.0 are not. */
export function javaHashOfDouble(value: number): number {
  if (Number.isNaN(value)) return 0x7ff80000;
  double[0] = value;
  return (doubleHalves[0] ?? 0) ^ (doubleHalves[1] ?? 0);
}

/** `Boolean.hashCode`. */
export function javaHashOfBoolean(value: boolean): number {
  return value ? 1231 : 1237;
}

/** Flink's tuples: `31 * r + h`, starting with the hash of the first field. */
export function javaHashOfTuple(fieldHashes: readonly number[]): number {
  return fieldHashes.reduce((hash, field) => (Math.imul(31, hash) + field) | 0, 0);
}

/** `java.util.List.hashCode`: as a tuple, but starting with 1. */
export function javaHashOfList(elementHashes: readonly number[]): number {
  return elementHashes.reduce((hash, element) => (Math.imul(31, hash) + element) | 0, 1);
}

/** `MathUtils.murmurHash`: spreads a hash code; never negative. */
export function murmurHash(hash: number): number {
  let code = Math.imul(hash, 0xcc9e2d51);
  code = (code << 15) | (code >>> 17);
  code = Math.imul(code, 0x1b873593);
  code = (code << 13) | (code >>> 19);
  code = (Math.imul(code, 5) + 0xe6546b64) | 0;
  code ^= 4;
  code ^= code >>> 16;
  code = Math.imul(code, 0x85ebca6b);
  code ^= code >>> 13;
  code = Math.imul(code, 0xc2b2ae35);
  code ^= code >>> 16;
  if (code >= 0) return code;
  return code === -0x8000_0000 ? 0 : -code;
}

/** Key group of a key with this hash code, from 0. */
export function keyGroupFor(hash: number, maxParallelism: number): number {
  return murmurHash(hash) % maxParallelism;
}

export function keyGroupOfString(key: string, maxParallelism: number): number {
  return murmurHash(javaHashOfString(key)) % maxParallelism;
}

/** Of a safe integer declared LONG. */
export function keyGroupOfLong(key: number, maxParallelism: number): number {
  return murmurHash(javaHashOfLong(key)) % maxParallelism;
}

/** The subtask that owns a key group. */
export function operatorIndexForKeyGroup(keyGroup: number, parallelism: number, maxParallelism: number): number {
  return Math.floor((keyGroup * parallelism) / maxParallelism);
}

/** The key groups that a subtask owns. */
export function keyGroupRangeForOperator(subtask: number, parallelism: number, maxParallelism: number): KeyGroupRange {
  return {
    start: Math.floor((subtask * maxParallelism + parallelism - 1) / parallelism),
    end: Math.floor(((subtask + 1) * maxParallelism - 1) / parallelism),
  };
}

/** The maximum parallelism of an operator that sets none. */
export function defaultMaxParallelism(parallelism: number): number {
  const roomy = parallelism + Math.floor(parallelism / 2);
  const power = 2 ** Math.ceil(Math.log2(roomy));
  return Math.min(Math.max(power, minDefaultKeyGroups), maxKeyGroups);
}
