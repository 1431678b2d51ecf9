/**
 * From stored serializer snapshots to serializers: the reader's side of Flink's `TypeSerializerSnapshot`. An unknown class is an error
 * that names it, because the length of its body is unknown; inside a length-prefixed frame it is kept as an {@link OpaqueSerializer}.
 */
import type { DataInput } from '../dataInput';
import type { TypeSerializer } from '../serializer';
import { kryoReader, pojoReader } from './registryPojo';
import { simpleSerializers } from './registrySimple';
import { compositeReaders } from './registryComposite';
import { readProxyVersion } from './snapshots';
import type { SnapshotReader } from './snapshots';

const readers: ReadonlyMap<string, SnapshotReader> = new Map([...compositeReaders, pojoReader, kryoReader]);

/** Snapshots nested deeper than this are taken for a damaged file. */
const deepest = 100;

/** A serializer as headers of state files hold it ("proxy form"). */
export function readProxiedSerializer(input: DataInput): TypeSerializer<unknown> {
  readProxyVersion(input);
  return readSerializer(input);
}

/** A serializer as other snapshots hold it: class name, version, body. */
function readSerializer(input: DataInput, depth = 0): TypeSerializer<unknown> {
  const at = input.position;
  if (depth > deepest) throw input.malformed('Serializer snapshots nested too deeply', at);
  const className = input.readUtf();
  const version = input.readInt();
  const simple = simpleSerializers.get(className);
  if (simple !== undefined) {
    // Flink 1.7 still wrote the serializer's class name.
    if (version === 2) input.readUtf();
    return simple;
  }
  const reader = readers.get(className);
  if (reader !== undefined) return reader(input, version, className, (from) => readSerializer(from, depth + 1));
  throw input.unsupported(
    `The serializer snapshot class "${className}" is not known,`,
    'State of types with serializers of their own cannot be shown.',
  );
}
