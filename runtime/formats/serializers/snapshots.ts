/**
 * The envelopes in which Flink stores what a serializer is: class name, version, body; and for composite serializers a frame with the
 * snapshots of the nested ones. Sources: `TypeSerializerSnapshot`, `TypeSerializerSnapshotSerializationUtil`,
 * `CompositeTypeSerializerSnapshot`, `NestedSerializersSnapshotDelegate`.
 */
import type { DataInput } from '../dataInput';
import { DataOutput } from '../dataOutput';
import type { SerializerSnapshot, TypeSerializer } from '../serializer';

export const base = 'org.apache.flink.api.common.typeutils.base';
export const javaRuntime = 'org.apache.flink.api.java.typeutils.runtime';

const compositeMagic = 911108;
const nestedMagic = 1333245;
const proxyVersion = 2;
const writtenVersion = 3;

/** Reads the body of one snapshot class. `nested` reads a snapshot in versioned form. */
export type SnapshotReader = (
  input: DataInput,
  version: number,
  className: string,
  nested: (input: DataInput) => TypeSerializer<unknown>,
) => TypeSerializer<unknown>;

/** Snapshot of a serializer without parameters: its body is empty. */
export function simpleSnapshot(className: string): SerializerSnapshot {
  return { className, version: writtenVersion, writeBody: () => undefined };
}

/**
 * Snapshot of a serializer made of others.
 * @param outerVersion version of the outer body
 */
export function compositeSnapshot(
  className: string,
  outerVersion: number,
  nested: readonly { readonly snapshot: SerializerSnapshot }[],
  writeOuter?: (out: DataOutput) => void,
): SerializerSnapshot {
  return {
    className,
    version: writtenVersion,
    writeBody(out) {
      out.writeInt(compositeMagic);
      out.writeInt(outerVersion);
      writeOuter?.(out);
      out.writeInt(nestedMagic);
      out.writeInt(1);
      out.writeInt(nested.length);
      for (const serializer of nested) writeVersioned(serializer.snapshot, out);
    },
  };
}

/** Reads what precedes the outer body; the result is the outer version. */
export function readCompositeStart(input: DataInput, version: number): number {
  if (version <= 2) return version;
  const at = input.position;
  if (input.readInt() !== compositeMagic) throw input.malformed('Not a composite serializer snapshot', at);
  return input.readInt();
}

/** Reads the nested snapshots' frame; the result is their number. */
export function readNestedStart(input: DataInput): number {
  const at = input.position;
  if (input.readInt() !== nestedMagic) throw input.malformed('Not a list of nested serializer snapshots', at);
  const version = input.readInt();
  if (version !== 1) throw input.malformed(`Unknown version ${version} of nested serializer snapshots`, at);
  return input.readCount('nested serializers', 6);
}

/** Class name, version and body: the form of nested snapshots. */
export function writeVersioned(snapshot: SerializerSnapshot, out: DataOutput): void {
  out.writeUtf(snapshot.className);
  out.writeInt(snapshot.version);
  snapshot.writeBody(out);
}

/** The form in headers of state files. */
export function writeProxied(snapshot: SerializerSnapshot, out: DataOutput): void {
  out.writeInt(proxyVersion);
  writeVersioned(snapshot, out);
}

/** Reads what precedes the snapshot in headers of state files. */
export function readProxyVersion(input: DataInput): void {
  const at = input.position;
  const version = input.readInt();
  if (version === proxyVersion) return;
  if (version === 1) {
    throw input.unsupported(
      'A serializer stored by Flink 1.6 or older as a Java object, which cannot be read without Java,',
      'Restore the snapshot in Flink 1.8 or newer and take a new savepoint.',
    );
  }
  throw input.malformed(`Unknown version ${version} of a serializer snapshot`, at);
}

/** True when both would be stored with the same bytes: then each reads what the other wrote. */
export function sameSnapshot(a: SerializerSnapshot, b: SerializerSnapshot): boolean {
  const [first, second] = [new DataOutput(), new DataOutput()];
  writeVersioned(a, first);
  writeVersioned(b, second);
  if (first.position !== second.position) return false;
  const other = second.written();
  return first.written().every((byte, index) => byte === other[index]);
}
