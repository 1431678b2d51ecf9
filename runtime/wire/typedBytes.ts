/** Typed columns as bytes, and bytes as typed columns. */

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
