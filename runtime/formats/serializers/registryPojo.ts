import { JobStateError } from '../../base/errors';
import { DataInput } from '../dataInput';
import type { TypeSerializer } from '../serializer';
import { readDeclaringClass, readOptionalMap } from './optionalMap';
import type { OptionalMapEntry } from './optionalMap';
import { PojoSerializer } from './pojo';
import type { PojoSubclass } from './pojo';
import { javaRuntime } from './snapshots';
import type { SnapshotReader } from './snapshots';
import { OpaqueSerializer } from './special';

type Nested = Parameters<SnapshotReader>[3];

const readPojo: SnapshotReader = (input, _version, _className, nested) => {
  const className = input.readUtf();
  const fields = readOptionalMap(input).map((entry) => ({
    name: entry.name,
    serializer: serializerOf(entry, input.file, nested),
    ...(entry.key === undefined ? {} : { declaringClass: readDeclaringClass(entry.key) }),
  }));
  const registeredEntries = readOptionalMap(input);
  const otherEntries = readOptionalMap(input);
  return new PojoSerializer(className, fields, {
    registered: registeredEntries.map((entry) => subclassOf(entry, input.file, nested)),
    other: otherEntries.map((entry) => subclassOf(entry, input.file, nested)),
    registeredEntries,
    otherEntries,
  });
};

function subclassOf(entry: OptionalMapEntry, file: string | undefined, nested: Nested): PojoSubclass {
  const serializer = serializerOf(entry, file, nested) as TypeSerializer<Record<string, unknown>>;
  return { className: entry.name, serializer };
}

/** The serializer in a frame; one that is not known only stands in the way of its own values. */
function serializerOf(entry: OptionalMapEntry, file: string | undefined, nested: Nested): TypeSerializer<unknown> {
  const frame = entry.value;
  if (frame === undefined) return new OpaqueSerializer(`"${entry.name}" without a serializer`, '', 0, new Uint8Array());
  try {
    return nested(new DataInput(frame, file, entry.valuePosition));
  } catch (error) {
    if (!(error instanceof JobStateError) || error.code !== 'format.unsupported') throw error;
    const inner = new DataInput(frame, file, entry.valuePosition);
    const className = inner.readUtf();
    const version = inner.readInt();
    return new OpaqueSerializer(className, className, version, inner.readBytes(inner.remaining));
  }
}

/** The type's name and three maps, which say nothing about the bytes of values. */
const readKryo: SnapshotReader = (input, version, className) => {
  const start = input.position;
  const type = input.readUtf();
  for (let map = 0; map < 3; map++) readOptionalMap(input);
  const end = input.position;
  input.seek(start);
  return new OpaqueSerializer(`KRYO<${type}>`, className, version, input.readBytes(end - start));
};

export const pojoReader: readonly [string, SnapshotReader] = [`${javaRuntime}.PojoSerializerSnapshot`, readPojo];

export const kryoReader: readonly [string, SnapshotReader] = [`${javaRuntime}.kryo.KryoSerializerSnapshot`, readKryo];
