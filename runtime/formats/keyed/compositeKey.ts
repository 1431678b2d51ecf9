/** Keys of the canonical layout and of RocksDB; Flink's `SerializedCompositeKeyBuilder` and `CompositeKeySerializationUtils`. */
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { TypeSerializer } from '../serializer';

/** Bytes of the key group in front of a key. */
export function keyGroupPrefixBytes(maxParallelism: number): 1 | 2 {
  return maxParallelism > 128 ? 2 : 1;
}

export function writeKeyGroupPrefix(keyGroup: number, prefixBytes: 1 | 2, out: DataOutput): void {
  if (prefixBytes === 2) out.writeShort(keyGroup);
  else out.writeByte(keyGroup);
}

export function readKeyGroupPrefix(input: DataInput, prefixBytes: 1 | 2): number {
  return prefixBytes === 2 ? input.readUnsignedShort() : input.readUnsignedByte();
}

/** Where both lengths vary, their borders would be lost; then each is followed by its length. */
export function isAmbiguous(key: TypeSerializer<unknown>, namespace: TypeSerializer<unknown>): boolean {
  return key.fixedLength < 0 && namespace.fixedLength < 0;
}

/** Key and namespace behind the prefix. A map state's user key comes after it, without a length. */
export function writeCompositeKey(
  key: unknown,
  keySerializer: TypeSerializer<unknown>,
  namespace: unknown,
  namespaceSerializer: TypeSerializer<unknown>,
  out: DataOutput,
): void {
  const ambiguous = isAmbiguous(keySerializer, namespaceSerializer);
  writePart(key, keySerializer, ambiguous, out);
  writePart(namespace, namespaceSerializer, ambiguous, out);
}

function writePart(value: unknown, serializer: TypeSerializer<unknown>, ambiguous: boolean, out: DataOutput): void {
  const start = out.position;
  serializer.serialize(value, out);
  if (ambiguous) writeLength(out.position - start, out);
}

/** Little-endian, as many bytes as needed. */
function writeLength(length: number, out: DataOutput): void {
  let rest = length;
  do {
    out.writeByte(rest & 0xff);
    rest >>>= 8;
  } while (rest !== 0);
}

/** One part of a composite key: the value, and its length where it follows. */
export function readCompositePart(input: DataInput, serializer: TypeSerializer<unknown>, ambiguous: boolean): unknown {
  const start = input.position;
  const value = serializer.deserialize(input);
  if (ambiguous) {
    let rest = input.position - start;
    do {
      input.readByte();
      rest >>>= 8;
    } while (rest !== 0);
  }
  return value;
}
