/**
 * Flink's `LinkedOptionalMapSerializer`: named entries whose key and value are length-prefixed frames, so that a reader can skip what it
 * does not know. POJO and Kryo serializer snapshots use it.
 */
import { DataInput } from '../dataInput';
import { DataOutput } from '../dataOutput';
import type { SerializerSnapshot } from '../serializer';
import { writeVersioned } from './snapshots';

const magic = 0x4f2c69a3d70;

export interface OptionalMapEntry {
  readonly name: string;
  readonly key?: Uint8Array;
  readonly value?: Uint8Array;
  /** Offset of the value's frame in the file, for error messages. */
  readonly valuePosition?: number;
}

export function readOptionalMap(input: DataInput): OptionalMapEntry[] {
  const at = input.position;
  if (input.readLong() !== magic) throw input.malformed('Not a map of optional entries', at);
  const entries: OptionalMapEntry[] = [];
  for (let count = input.readCount('entries', 4); count > 0; count--) {
    const name = input.readUtf();
    const key = readFrame(input);
    const value = readFrame(input);
    entries.push({
      name,
      ...(key === undefined ? {} : { key }),
      ...(value === undefined ? {} : { value, valuePosition: input.filePosition - value.length }),
    });
  }
  return entries;
}

function readFrame(input: DataInput): Uint8Array | undefined {
  return input.readBoolean() ? input.readBytes(input.readCount('bytes of a frame')) : undefined;
}

export function writeOptionalMap(entries: readonly OptionalMapEntry[], out: DataOutput): void {
  out.writeLong(magic);
  out.writeInt(entries.length);
  for (const entry of entries) {
    out.writeUtf(entry.name);
    for (const frame of [entry.key, entry.value]) {
      out.writeBoolean(frame !== undefined);
      if (frame === undefined) continue;
      out.writeInt(frame.length);
      out.writeBytes(frame);
    }
  }
}

/** Key frame of a POJO field. */
export function fieldFrame(declaringClass: string, name: string): Uint8Array {
  const out = new DataOutput();
  out.writeUtf(declaringClass);
  out.writeUtf(name);
  return out.toBytes();
}

export function readDeclaringClass(frame: Uint8Array): string {
  return new DataInput(frame).readUtf();
}

/** Value frame of a POJO field. */
export function snapshotFrame(snapshot: SerializerSnapshot): Uint8Array {
  const out = new DataOutput();
  writeVersioned(snapshot, out);
  return out.toBytes();
}
