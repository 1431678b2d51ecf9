import { uncompress } from 'snappyjs';
import { crc32c } from './crc32c';
import { DataInput } from './dataInput';

const streamIdentifier = 0xff;
const compressedData = 0x00;
const uncompressedData = 0x01;
/** Chunks from here up to the identifier may be skipped. */
const firstSkippable = 0x80;
/** No chunk holds more than this uncompressed. */
const largestChunk = 65_536;

/**
 * Decodes all chunks of a Snappy framing stream, or of several one after the other, and checks their CRC-32C. Flink flushes at every offset
 * that a handle names, so that bytes from one offset to the next are whole chunks.
 * @param base offset of the bytes in the file, for error messages
 */
export function decodeSnappyFraming(bytes: Uint8Array, file?: string, base = 0): Uint8Array {
  const input = new DataInput(bytes, file, base);
  const parts: Uint8Array[] = [];
  let length = 0;
  while (input.remaining > 0) {
    const part = readChunk(input);
    if (part === undefined) continue;
    parts.push(part);
    length += part.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function readChunk(input: DataInput): Uint8Array | undefined {
  const at = input.position;
  const type = input.readUnsignedByte();
  const length = input.readUnsignedByte() | (input.readUnsignedByte() << 8) | (input.readUnsignedByte() << 16);
  if (type !== compressedData && type !== uncompressedData) {
    if (type < firstSkippable) throw input.malformed(`Unknown kind ${type} of a Snappy chunk`, at);
    const body = input.readBytes(length);
    if (type === streamIdentifier && String.fromCharCode(...body) !== 'sNaPpY') {
      throw input.malformed('Not a Snappy stream', at);
    }
    return undefined;
  }
  if (length < 4) throw input.malformed('A Snappy chunk without a checksum', at);
  const crc = littleEndianInt(input.readBytes(4));
  const stored = input.readBytes(length - 4);
  const data = type === compressedData ? uncompressChunk(stored, input, at) : stored;
  if (maskedCrc(data) !== crc) throw input.malformed('The checksum of a Snappy chunk is wrong', at);
  return data;
}

function uncompressChunk(stored: Uint8Array, input: DataInput, at: number): Uint8Array {
  try {
    return uncompress(stored, largestChunk);
  } catch (error) {
    throw input.malformed(`A damaged Snappy chunk (${error instanceof Error ? error.message : String(error)})`, at);
  }
}

function littleEndianInt(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

function maskedCrc(data: Uint8Array): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
