/** Serializers of single values; Flink's `…typeutils.base` package. Each exists once. */
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import { unwritable } from '../formatErrors';
import type { SerializerSnapshot, TypeSerializer } from '../serializer';
import { base, simpleSnapshot } from './snapshots';

/** The error for a value that a type cannot hold. */
export function wrongValue(type: string, value: unknown, advice: string): Error {
  return unwritable(`A value of type ${type} cannot hold ${textOf(value)}.`, advice);
}

function textOf(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'string':
      return JSON.stringify(value.slice(0, 40));
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'undefined':
    case 'function':
    case 'symbol':
      return typeof value;
  }
}

function baseSnapshot(name: string): SerializerSnapshot {
  return simpleSnapshot(`${base}.${name}Serializer$${name}SerializerSnapshot`);
}

class StringSerializer implements TypeSerializer<string> {
  readonly fixedLength = -1;
  readonly snapshot = baseSnapshot('String');
  serialize(value: unknown, out: DataOutput): void {
    if (typeof value === 'string' || value === null) out.writeString(value);
    else throw wrongValue('STRING', value, 'Give a string.');
  }
  /** Null only where Flink wrote one; the embedded runtime does not. */
  deserialize(input: DataInput): string {
    return input.readString() as string;
  }
  copy(value: string): string {
    return value;
  }
  describe(): string {
    return 'STRING';
  }
}

class LongSerializer implements TypeSerializer<number> {
  readonly fixedLength = 8;
  readonly snapshot = baseSnapshot('Long');
  serialize(value: number, out: DataOutput): void {
    if (!Number.isSafeInteger(value)) {
      throw wrongValue('LONG', value, 'Give an integer up to 2^53, or declare LONG_BIGINT.');
    }
    out.writeLong(value);
  }
  deserialize(input: DataInput): number {
    return input.readLong();
  }
  copy(value: number): number {
    return value;
  }
  describe(): string {
    return 'LONG';
  }
}

class BigLongSerializer implements TypeSerializer<bigint> {
  readonly fixedLength = 8;
  readonly snapshot = baseSnapshot('Long');
  serialize(value: bigint, out: DataOutput): void {
    if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) {
      throw wrongValue('LONG_BIGINT', value, 'Give a bigint of at most 64 bits.');
    }
    out.writeBigLong(value);
  }
  deserialize(input: DataInput): bigint {
    return input.readBigLong();
  }
  copy(value: bigint): bigint {
    return value;
  }
  describe(): string {
    return 'LONG_BIGINT';
  }
}

/** For reading what others wrote: a number where that is exact, else a bigint. */
class AnyLongSerializer implements TypeSerializer<number | bigint> {
  readonly fixedLength = 8;
  readonly snapshot = baseSnapshot('Long');
  serialize(value: number | bigint, out: DataOutput): void {
    if (typeof value === 'bigint') LONG_BIGINT.serialize(value, out);
    else LONG.serialize(value, out);
  }
  deserialize(input: DataInput): number | bigint {
    return input.readAnyLong();
  }
  copy(value: number | bigint): number | bigint {
    return value;
  }
  describe(): string {
    return 'LONG';
  }
}

class IntSerializer implements TypeSerializer<number> {
  readonly fixedLength = 4;
  readonly snapshot = baseSnapshot('Int');
  serialize(value: number, out: DataOutput): void {
    if ((value | 0) !== value) throw wrongValue('INT', value, 'Give an integer of 32 bits, or declare LONG.');
    out.writeInt(value);
  }
  deserialize(input: DataInput): number {
    return input.readInt();
  }
  copy(value: number): number {
    return value;
  }
  describe(): string {
    return 'INT';
  }
}

class ShortSerializer implements TypeSerializer<number> {
  readonly fixedLength = 2;
  readonly snapshot = baseSnapshot('Short');
  serialize(value: number, out: DataOutput): void {
    if ((value << 16) >> 16 !== value) throw wrongValue('SHORT', value, 'Give an integer of 16 bits, or declare INT.');
    out.writeShort(value);
  }
  deserialize(input: DataInput): number {
    return input.readShort();
  }
  copy(value: number): number {
    return value;
  }
  describe(): string {
    return 'SHORT';
  }
}

class ByteSerializer implements TypeSerializer<number> {
  readonly fixedLength = 1;
  readonly snapshot = baseSnapshot('Byte');
  serialize(value: number, out: DataOutput): void {
    if ((value << 24) >> 24 !== value) throw wrongValue('BYTE', value, 'Give an integer from -128 to 127.');
    out.writeByte(value);
  }
  deserialize(input: DataInput): number {
    return input.readByte();
  }
  copy(value: number): number {
    return value;
  }
  describe(): string {
    return 'BYTE';
  }
}

class DoubleSerializer implements TypeSerializer<number> {
  readonly fixedLength = 8;
  readonly snapshot = baseSnapshot('Double');
  serialize(value: number, out: DataOutput): void {
    if (typeof value !== 'number') throw wrongValue('DOUBLE', value, 'Give a number.');
    out.writeDouble(value);
  }
  deserialize(input: DataInput): number {
    return input.readDouble();
  }
  copy(value: number): number {
    return value;
  }
  describe(): string {
    return 'DOUBLE';
  }
}

class FloatSerializer implements TypeSerializer<number> {
  readonly fixedLength = 4;
  readonly snapshot = baseSnapshot('Float');
  serialize(value: number, out: DataOutput): void {
    if (typeof value !== 'number') throw wrongValue('FLOAT', value, 'Give a number.');
    out.writeFloat(value);
  }
  deserialize(input: DataInput): number {
    return input.readFloat();
  }
  copy(value: number): number {
    return value;
  }
  describe(): string {
    return 'FLOAT';
  }
}

class BooleanSerializer implements TypeSerializer<boolean> {
  readonly fixedLength = 1;
  readonly snapshot = baseSnapshot('Boolean');
  serialize(value: boolean, out: DataOutput): void {
    if (typeof value !== 'boolean') throw wrongValue('BOOLEAN', value, 'Give true or false.');
    out.writeBoolean(value);
  }
  deserialize(input: DataInput): boolean {
    return input.readBoolean();
  }
  copy(value: boolean): boolean {
    return value;
  }
  describe(): string {
    return 'BOOLEAN';
  }
}

/** One UTF-16 unit, as a string of length 1. */
class CharSerializer implements TypeSerializer<string> {
  readonly fixedLength = 2;
  readonly snapshot = baseSnapshot('Char');
  serialize(value: string, out: DataOutput): void {
    if (typeof value !== 'string' || value.length !== 1) throw wrongValue('CHAR', value, 'Give one character.');
    out.writeShort(value.charCodeAt(0));
  }
  deserialize(input: DataInput): string {
    return String.fromCharCode(input.readUnsignedShort());
  }
  copy(value: string): string {
    return value;
  }
  describe(): string {
    return 'CHAR';
  }
}

/** `byte[]`. */
class BytesSerializer implements TypeSerializer<Uint8Array> {
  readonly fixedLength = -1;
  readonly snapshot = simpleSnapshot(`${base}.array.BytePrimitiveArraySerializer$BytePrimitiveArraySerializerSnapshot`);
  serialize(value: Uint8Array, out: DataOutput): void {
    if (!(value instanceof Uint8Array)) throw wrongValue('BYTES', value, 'Give a Uint8Array.');
    out.writeInt(value.length);
    out.writeBytes(value);
  }
  deserialize(input: DataInput): Uint8Array {
    return input.readBytes(input.readCount('bytes')).slice();
  }
  copy(value: Uint8Array): Uint8Array {
    return value.slice();
  }
  describe(): string {
    return 'BYTES';
  }
}

/** A value that carries nothing: always null, stored as one byte or none. */
export class ConstantSerializer implements TypeSerializer<null> {
  readonly fixedLength: number;
  readonly snapshot: SerializerSnapshot;
  private readonly name: string;
  private readonly stored: readonly number[];

  /** @param fixedLength what Flink's class declares, which is not always what it writes */
  constructor(name: string, className: string, stored: readonly number[], fixedLength = stored.length) {
    this.name = name;
    this.stored = stored;
    this.fixedLength = fixedLength;
    this.snapshot = simpleSnapshot(className);
  }
  serialize(_value: null, out: DataOutput): void {
    for (const byte of this.stored) out.writeByte(byte);
  }
  deserialize(input: DataInput): null {
    input.readBytes(this.stored.length);
    return null;
  }
  copy(): null {
    return null;
  }
  describe(): string {
    return this.name;
  }
}

/** Flink's `String`. */
export const STRING: TypeSerializer<string> = new StringSerializer();
/** Flink's `Long` as a safe integer; anything else is an error. */
export const LONG: TypeSerializer<number> = new LongSerializer();
/** Flink's `Long`, all 64 bits. */
export const LONG_BIGINT: TypeSerializer<bigint> = new BigLongSerializer();
export const ANY_LONG: TypeSerializer<number | bigint> = new AnyLongSerializer();
export const INT: TypeSerializer<number> = new IntSerializer();
export const SHORT: TypeSerializer<number> = new ShortSerializer();
export const BYTE: TypeSerializer<number> = new ByteSerializer();
export const DOUBLE: TypeSerializer<number> = new DoubleSerializer();
export const FLOAT: TypeSerializer<number> = new FloatSerializer();
export const BOOLEAN: TypeSerializer<boolean> = new BooleanSerializer();
export const CHAR: TypeSerializer<string> = new CharSerializer();
/** Flink's `byte[]`. */
export const BYTES: TypeSerializer<Uint8Array> = new BytesSerializer();
