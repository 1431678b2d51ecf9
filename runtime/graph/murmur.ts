/** MurmurHash3 x64 128 bit (Austin Appleby, public domain algorithm) with seed 0, as Guava's `murmur3_128(0)` gives it. */

const mask = (1n << 64n) - 1n;
const c1 = 0x87c37b91114253d5n;
const c2 = 0x4cf5ad432745937fn;

/** The 16 bytes of the hash: h1, then h2, each little-endian. For short inputs: it calculates with bigints. */
export function murmur3x64of128(data: Uint8Array): Uint8Array {
  const blocks = data.length >> 4;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let h1 = 0n;
  let h2 = 0n;
  for (let block = 0; block < blocks; block++) {
    h1 ^= mixFirst(view.getBigUint64(block * 16, true));
    h1 = multiply(rotateLeft(h1, 27n) + h2, 5n, 0x52dce729n);
    h2 ^= mixSecond(view.getBigUint64(block * 16 + 8, true));
    h2 = multiply(rotateLeft(h2, 31n) + h1, 5n, 0x38495ab5n);
  }
  const tail = data.subarray(blocks * 16);
  if (tail.length > 8) h2 ^= mixSecond(littleEndian(tail.subarray(8)));
  if (tail.length > 0) h1 ^= mixFirst(littleEndian(tail.subarray(0, 8)));
  return finish(h1 ^ BigInt(data.length), h2 ^ BigInt(data.length));
}

function finish(first: bigint, second: bigint): Uint8Array {
  let h1 = (first + second) & mask;
  let h2 = (second + h1) & mask;
  h1 = avalanche(h1);
  h2 = avalanche(h2);
  h1 = (h1 + h2) & mask;
  h2 = (h2 + h1) & mask;
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, h1, true);
  view.setBigUint64(8, h2, true);
  return bytes;
}

function mixFirst(k1: bigint): bigint {
  return multiply(rotateLeft(multiply(k1, c1), 31n), c2);
}

function mixSecond(k2: bigint): bigint {
  return multiply(rotateLeft(multiply(k2, c2), 33n), c1);
}

function multiply(value: bigint, factor: bigint, plus = 0n): bigint {
  return (value * factor + plus) & mask;
}

function rotateLeft(value: bigint, bits: bigint): bigint {
  return ((value << bits) | ((value & mask) >> (64n - bits))) & mask;
}

function avalanche(value: bigint): bigint {
  let mixed = value ^ (value >> 33n);
  mixed = multiply(mixed, 0xff51afd7ed558ccdn);
  mixed ^= mixed >> 33n;
  mixed = multiply(mixed, 0xc4ceb9fe1a85ec53n);
  return mixed ^ (mixed >> 33n);
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
