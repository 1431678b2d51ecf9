import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { SerializerSnapshot, TypeSerializer } from '../serializer';
import { BIG_DECIMAL, BIG_INT } from './bigNumbers';
import { ListSerializer } from './collections';
import { JavaSerializer } from './javaObjects';
import {
  ANY_LONG,
  BOOLEAN,
  BYTE,
  BYTES,
  CHAR,
  ConstantSerializer,
  DOUBLE,
  FLOAT,
  INT,
  SHORT,
  STRING,
} from './primitives';
import { base, javaRuntime, simpleSnapshot } from './snapshots';
import { ANY_TIME_WINDOW, SQL_TIME_WINDOW, VOID_NAMESPACE } from './streaming';
import { timeSerializers } from './time';

/** Another serializer's bytes under another class name. */
class RenamedSerializer<T> implements TypeSerializer<T> {
  readonly fixedLength: number;
  readonly snapshot: SerializerSnapshot;
  private readonly inner: TypeSerializer<T>;
  constructor(inner: TypeSerializer<T>, className: string) {
    this.inner = inner;
    this.fixedLength = inner.fixedLength;
    this.snapshot = simpleSnapshot(className);
  }
  serialize(value: T, out: DataOutput): void {
    this.inner.serialize(value, out);
  }
  deserialize(input: DataInput): T {
    return this.inner.deserialize(input);
  }
  copy(value: T): T {
    return this.inner.copy(value);
  }
  describe(): string {
    return this.inner.describe();
  }
}

/** `StringValue`: the length itself before the units, and no null. */
class StringValueSerializer implements TypeSerializer<string> {
  readonly fixedLength = -1;
  readonly snapshot = simpleSnapshot(`${base}.StringValueSerializer$StringValueSerializerSnapshot`);
  serialize(value: string, out: DataOutput): void {
    out.writeVarInt(value.length);
    out.writeUnits(value);
  }
  deserialize(input: DataInput): string {
    return input.readUnits(input.readVarInt());
  }
  copy(value: string): string {
    return value;
  }
  describe(): string {
    return 'STRING';
  }
}

/** An array under its own class name, elements without null flags. */
class SimpleArraySerializer<T> extends ListSerializer<T> {
  override readonly snapshot: SerializerSnapshot;
  constructor(element: TypeSerializer<T>, className: string) {
    super(element);
    this.snapshot = simpleSnapshot(className);
  }
  override describe(): string {
    return `ARRAY<${this.element.describe()}>`;
  }
}

const byName: Readonly<Record<string, TypeSerializer<unknown>>> = {
  Boolean: BOOLEAN,
  Byte: BYTE,
  Short: SHORT,
  Int: INT,
  Long: ANY_LONG,
  Float: FLOAT,
  Double: DOUBLE,
  Char: CHAR,
};

const windows = 'org.apache.flink.streaming.api.windowing.windows';
const sqlWindows = 'org.apache.flink.table.runtime.operators.window';

function all(): TypeSerializer<unknown>[] {
  const made: TypeSerializer<unknown>[] = [...Object.values(byName), STRING, BYTES, BIG_INT, BIG_DECIMAL];
  made.push(...timeSerializers, VOID_NAMESPACE, ANY_TIME_WINDOW, SQL_TIME_WINDOW, new StringValueSerializer());
  for (const [name, serializer] of Object.entries(byName)) {
    made.push(new RenamedSerializer(serializer, `${base}.${name}ValueSerializer$${name}ValueSerializerSnapshot`));
    if (name === 'Byte') continue;
    const array = `${base}.array.${name}PrimitiveArraySerializer$${name}PrimitiveArraySerializerSnapshot`;
    made.push(new SimpleArraySerializer(serializer, array));
  }
  made.push(
    new SimpleArraySerializer(STRING, `${base}.array.StringArraySerializer$StringArraySerializerSnapshot`),
    new ConstantSerializer('VOID', `${base}.VoidSerializer$VoidSerializerSnapshot`, [0]),
    new ConstantSerializer('NULL', `${base}.NullValueSerializer$NullValueSerializerSnapshot`, []),
    new ConstantSerializer('GLOBAL_WINDOW', `${windows}.GlobalWindow$Serializer$GlobalWindowSerializerSnapshot`, [0]),
    new ConstantSerializer(
      'GLOBAL_WINDOW',
      `${sqlWindows}.GlobalWindow$Serializer$GlobalWindowSerializerSnapshot`,
      [0],
    ),
    new RenamedSerializer(ANY_LONG, `${sqlWindows}.CountWindow$Serializer$CountWindowSerializerSnapshot`),
    new ConstantSerializer('TUPLE<>', `${javaRuntime}.Tuple0SerializerSnapshot`, [0x2a]),
    new ConstantSerializer('NULL', 'org.apache.flink.table.dataview.NullSerializer$NullSerializerSnapshot', [0]),
    new JavaSerializer(),
  );
  return made;
}

/** Serializers whose snapshots have no body, by the class name of the snapshot. */
export const simpleSerializers: ReadonlyMap<string, TypeSerializer<unknown>> = new Map(
  all().map((serializer) => [serializer.snapshot.className, serializer]),
);
