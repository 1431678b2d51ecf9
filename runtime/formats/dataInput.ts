import type { JobStateError } from '../base/errors';
import { malformed, truncated, unsupported } from './formatErrors';

const twoTo32 = 0x1_0000_0000;

/** Characters a call of `String.fromCharCode` takes at once. */
const chunk = 4096;

/**
 * Reads what `java.io.DataOutput` and Flink wrote, from bytes in memory. Every failure is a JobStateError that names the offset:
 * `format.truncated` at the end of the bytes, `format.malformed` for what cannot be.
 */
export class DataInput {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  /** The same bytes; made when the first text is read. */
  private buffer: Buffer | undefined;
  private at = 0;
  private readonly limit: number;
  readonly file: string | undefined;
  private readonly base: number;

  /**
   * @param file name for error messages
   * @param base offset of `bytes` in that file, for error messages
   */
  constructor(bytes: Uint8Array, file?: string, base = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.limit = bytes.length;
    this.file = file;
    this.base = base;
  }

  /** Offset of the next byte within the bytes given. */
  get position(): number {
    return this.at;
  }

  get remaining(): number {
    return this.limit - this.at;
  }

  /** Offset of the next byte as error messages name it. */
  get filePosition(): number {
    return this.base + this.at;
  }

  /** `format.malformed` at `position` (default: here), for the caller to throw. */
  malformed(message: string, position = this.at): JobStateError {
    return malformed(message, { file: this.file, position: this.base + position });
  }

  /** `format.unsupported` here, for the caller to throw. */
  unsupported(message: string, advice: string): JobStateError {
    return unsupported(message, advice, { file: this.file, position: this.filePosition });
  }

  /** Fails unless everything was read. */
  expectEnd(what: string): void {
    if (this.remaining > 0) throw this.malformed(`${this.remaining} bytes too many after ${what}`);
  }

  seek(position: number): void {
    if (position < 0 || position > this.limit) {
      throw truncated(`The bytes end at ${this.base + this.limit}, before the wanted position`, {
        file: this.file,
        position: this.base + position,
      });
    }
    this.at = position;
  }

  private take(count: number): number {
    const at = this.at;
    if (count > this.limit - at) this.failTruncated(count);
    this.at = at + count;
    return at;
  }

  private failTruncated(count: number): never {
    throw truncated(`Unexpected end: ${count} bytes wanted, ${this.remaining} left,`, {
      file: this.file,
      position: this.filePosition,
    });
  }

  readByte(): number {
    return this.view.getInt8(this.take(1));
  }

  readUnsignedByte(): number {
    return this.view.getUint8(this.take(1));
  }

  readBoolean(): boolean {
    const at = this.take(1);
    const value = this.bytes[at];
    if (value === 0) return false;
    if (value === 1) return true;
    throw this.malformed(`${value ?? 0} is not a boolean`, at);
  }

  readShort(): number {
    return this.view.getInt16(this.take(2));
  }

  readUnsignedShort(): number {
    return this.view.getUint16(this.take(2));
  }

  readInt(): number {
    return this.view.getInt32(this.take(4));
  }

  /** An i64 as a JS number; fails beyond 2^53. */
  readLong(): number {
    const at = this.take(8);
    const value = this.view.getInt32(at) * twoTo32 + this.view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) {
      throw this.malformed(`The number ${this.view.getBigInt64(at)} is beyond the safe integers`, at);
    }
    return value;
  }

  readBigLong(): bigint {
    return this.view.getBigInt64(this.take(8));
  }

  /** An i64: a number where it is a safe integer, else a bigint. */
  readAnyLong(): number | bigint {
    const at = this.take(8);
    const value = this.view.getInt32(at) * twoTo32 + this.view.getUint32(at + 4);
    return Number.isSafeInteger(value) ? value : this.view.getBigInt64(at);
  }

  readFloat(): number {
    return this.view.getFloat32(this.take(4));
  }

  readDouble(): number {
    return this.view.getFloat64(this.take(8));
  }

  /** The next bytes as a view on the input. */
  readBytes(count: number): Uint8Array {
    if (count < 0) throw this.malformed(`Negative length ${count}`);
    const at = this.take(count);
    return this.bytes.subarray(at, at + count);
  }

  /** An i32 count of things of at least `minBytes` each; fails when the input cannot hold so many. */
  readCount(what: string, minBytes = 1): number {
    const at = this.at;
    const count = this.readInt();
    if (count < 0) throw this.malformed(`Negative number of ${what} (${count})`, at);
    if (count * minBytes > this.remaining) {
      throw truncated(`${count} ${what} do not fit in the ${this.remaining} bytes left`, {
        file: this.file,
        position: this.base + at,
      });
    }
    return count;
  }

  /** `readUTF`: u16 byte length and modified UTF-8. */
  readUtf(): string {
    const length = this.readUnsignedShort();
    return this.readModifiedUtf8(length);
  }

  /** `length` bytes of modified UTF-8. */
  readModifiedUtf8(length: number): string {
    const start = this.take(length);
    const end = start + length;
    const bytes = this.bytes;
    let text = '';
    let units: number[] = [];
    let i = start;
    while (i < end) {
      const first = bytes[i] ?? 0;
      if (first < 0x80) {
        units.push(first);
        i += 1;
      } else if (first >> 5 === 6 && i + 1 < end) {
        units.push(((first & 0x1f) << 6) | this.continuation(i + 1));
        i += 2;
      } else if (first >> 4 === 14 && i + 2 < end) {
        units.push(((first & 0x0f) << 12) | (this.continuation(i + 1) << 6) | this.continuation(i + 2));
        i += 3;
      } else {
        throw this.malformed('Not modified UTF-8', i);
      }
      if (units.length === chunk) {
        text += String.fromCharCode(...units);
        units = [];
      }
    }
    return text + String.fromCharCode(...units);
  }

  private continuation(at: number): number {
    const byte = this.bytes[at] ?? 0;
    if ((byte & 0xc0) !== 0x80) throw this.malformed('Not modified UTF-8', at);
    return byte & 0x3f;
  }

  /** Flink's `StringValue.readString`; null where it was written. */
  readString(): string | null {
    const lengthPlusOne = this.readVarInt();
    return lengthPlusOne === 0 ? null : this.readUnits(lengthPlusOne - 1);
  }

  /** `length` UTF-16 units of {@link readString}. */
  readUnits(length: number): string {
    if (length > this.remaining) this.failTruncated(length);
    const ascii = this.asciiUnits(length);
    let text = this.latin1(ascii);
    let units: number[] = [];
    for (let i = ascii; i < length; i++) {
      const byte = this.bytes[this.take(1)] ?? 0;
      units.push(byte < 0x80 ? byte : this.restOfUnit(byte));
      if (units.length === chunk) {
        text += String.fromCharCode(...units);
        units = [];
      }
    }
    return units.length === 0 ? text : text + String.fromCharCode(...units);
  }

  /** How many of the next units take one byte each. */
  private asciiUnits(length: number): number {
    const { bytes, at } = this;
    for (let units = 0; units < length; units++) if ((bytes[at + units] ?? 0) >= 0x80) return units;
    return length;
  }

  /** The next bytes as units, by the native decoder. */
  private latin1(length: number): string {
    this.buffer ??= Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    const start = this.take(length);
    return this.buffer.toString('latin1', start, start + length);
  }

  private restOfUnit(first: number): number {
    let value = first & 0x7f;
    for (let shift = 7; shift <= 14; shift += 7) {
      const byte = this.readUnsignedByte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value & 0xffff;
    }
    throw this.malformed('A character longer than 3 bytes');
  }

  /** A non-negative i32 with 7 bits a byte, low bits first. */
  readVarInt(): number {
    const start = this.at;
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.readUnsignedByte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0x7fffffff) throw this.malformed('A length beyond 2^31', start);
        return value;
      }
    }
    throw this.malformed('A length of more than 5 bytes', start);
  }
}
