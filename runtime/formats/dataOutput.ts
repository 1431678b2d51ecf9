import { unwritable } from './formatErrors';

const twoTo32 = 0x1_0000_0000;

/** From so many characters on the native encoder is faster than a loop. */
const longText = 32;

/**
 * A growing buffer with the methods of `java.io.DataOutput` (big-endian) and Flink's string encoding. One per file or per key group is
 * enough: `reset` keeps the memory. Hot: nothing is allocated per call.
 */
export class DataOutput {
  private bytes: Uint8Array<ArrayBuffer>;
  private view: DataView;
  /** The same bytes; made when the first long text is written. */
  private buffer: Buffer | undefined;
  private end = 0;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Bytes written so far. */
  get position(): number {
    return this.end;
  }

  /** What was written, as a copy of its own. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.end);
  }

  /** What was written, as a view that is valid until the next write or reset. */
  written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.end);
  }

  /** Forgets what was written after `position`. */
  reset(position = 0): void {
    this.end = position;
  }

  private reserve(count: number): number {
    const at = this.end;
    const needed = at + count;
    if (needed > this.bytes.length) this.grow(needed);
    this.end = needed;
    return at;
  }

  private grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.end));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
    this.buffer = undefined;
  }

  writeByte(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  writeBoolean(value: boolean): void {
    this.writeByte(value ? 1 : 0);
  }

  writeShort(value: number): void {
    const at = this.reserve(2);
    this.view.setInt16(at, value);
  }

  writeInt(value: number): void {
    const at = this.reserve(4);
    this.view.setInt32(at, value);
  }

  /** An i64 from a safe integer; the caller has checked it. */
  writeLong(value: number): void {
    const at = this.reserve(8);
    this.view.setInt32(at, Math.floor(value / twoTo32));
    this.view.setUint32(at + 4, value >>> 0);
  }

  writeBigLong(value: bigint): void {
    const at = this.reserve(8);
    this.view.setBigInt64(at, value);
  }

  writeFloat(value: number): void {
    const at = this.reserve(4);
    this.view.setFloat32(at, value);
  }

  writeDouble(value: number): void {
    const at = this.reserve(8);
    this.view.setFloat64(at, value);
  }

  writeBytes(value: Uint8Array): void {
    const at = this.reserve(value.length);
    this.bytes.set(value, at);
  }

  /** Overwrites an i32 written before, such as a count that was not known yet. */
  patchInt(at: number, value: number): void {
    this.view.setInt32(at, value);
  }

  /** Sets bits of a byte written before. */
  patchOr(at: number, bits: number): void {
    this.bytes[at] = (this.bytes[at] ?? 0) | bits;
  }

  /** Flips bits of a byte written before. */
  patchXor(at: number, bits: number): void {
    this.bytes[at] = (this.bytes[at] ?? 0) ^ bits;
  }

  /** `writeUTF`: u16 byte length and modified UTF-8. Fails beyond 65,535 bytes. */
  writeUtf(text: string): void {
    const start = this.reserve(2);
    const at = this.reserve(text.length * 3);
    const bytes = this.bytes;
    let end = at;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit !== 0 && unit < 0x80) {
        bytes[end++] = unit;
      } else if (unit < 0x800) {
        bytes[end++] = 0xc0 | (unit >> 6);
        bytes[end++] = 0x80 | (unit & 0x3f);
      } else {
        bytes[end++] = 0xe0 | (unit >> 12);
        bytes[end++] = 0x80 | ((unit >> 6) & 0x3f);
        bytes[end++] = 0x80 | (unit & 0x3f);
      }
    }
    if (end - at > 0xffff) {
      this.end = start;
      throw unwritable(
        `A name of ${end - at} bytes is longer than the format allows (65535).`,
        'Use a shorter state name, uid or class name.',
      );
    }
    this.view.setUint16(start, end - at);
    this.end = end;
  }

  /** Flink's `StringValue.writeString`: length + 1 and each UTF-16 unit with 7 bits a byte; null is 0. */
  writeString(text: string | null): void {
    if (text === null) {
      this.writeByte(0);
      return;
    }
    this.writeVarInt(text.length + 1);
    this.writeUnits(text);
  }

  /** The UTF-16 units of {@link writeString} without its length. */
  writeUnits(text: string): void {
    const length = text.length;
    const at = this.reserve(length * 3);
    if (length >= longText && this.writeAscii(text, at)) return;
    const bytes = this.bytes;
    let end = at;
    for (let i = 0; i < length; i++) {
      let unit = text.charCodeAt(i);
      while (unit >= 0x80) {
        bytes[end++] = unit | 0x80;
        unit >>>= 7;
      }
      bytes[end++] = unit;
    }
    this.end = end;
  }

  /** By the native encoder. False when the text is not ASCII: then the bytes mean nothing, and there are more of them than characters. */
  private writeAscii(text: string, at: number): boolean {
    this.buffer ??= Buffer.from(this.bytes.buffer);
    if (this.buffer.write(text, at) !== text.length) return false;
    this.end = at + text.length;
    return true;
  }

  /** A non-negative i32 with 7 bits a byte, low bits first. */
  writeVarInt(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.writeByte(rest);
  }
}
