/** Serializers of values made of others without names: lists, maps, sets, tuples, arrays; null where Flink allows it. */
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { SerializerSnapshot, TypeSerializer } from '../serializer';
import { wrongValue } from './primitives';
import { base, compositeSnapshot, javaRuntime } from './snapshots';

/** `i32` count, then the elements; Flink's `ListSerializer`. */
export class ListSerializer<T> implements TypeSerializer<T[]> {
  readonly fixedLength = -1;
  readonly snapshot: SerializerSnapshot;
  readonly element: TypeSerializer<T>;

  constructor(element: TypeSerializer<T>, snapshotClass = `${base}.ListSerializerSnapshot`) {
    this.element = element;
    this.snapshot = compositeSnapshot(snapshotClass, 1, [element]);
  }
  serialize(value: T[], out: DataOutput): void {
    if (!Array.isArray(value)) throw wrongValue(this.describe(), value, 'Give an array.');
    out.writeInt(value.length);
    for (const element of value) this.element.serialize(element, out);
  }
  deserialize(input: DataInput): T[] {
    const count = input.readCount('list elements', minBytes(this.element));
    const value: T[] = [];
    for (let i = 0; i < count; i++) value.push(this.element.deserialize(input));
    return value;
  }
  copy(value: T[]): T[] {
    return value.map((element) => this.element.copy(element));
  }
  describe(): string {
    return `LIST<${this.element.describe()}>`;
  }
}

/** `i32` count, then key, null flag, value; Flink's `MapSerializer`. The order of the Map is kept. */
export class MapSerializer<K, V> implements TypeSerializer<Map<K, V>> {
  readonly fixedLength = -1;
  readonly snapshot: SerializerSnapshot;
  readonly key: TypeSerializer<K>;
  readonly value: TypeSerializer<V>;

  constructor(key: TypeSerializer<K>, value: TypeSerializer<V>) {
    this.key = key;
    this.value = value;
    this.snapshot = compositeSnapshot(`${base}.MapSerializerSnapshot`, 1, [key, value]);
  }
  serialize(value: Map<K, V>, out: DataOutput): void {
    if (!(value instanceof Map)) throw wrongValue(this.describe(), value, 'Give a Map.');
    out.writeInt(value.size);
    for (const [key, element] of value) {
      this.key.serialize(key, out);
      this.serializeValue(element, out);
    }
  }
  /** Null flag and value; also the value of one entry of a map state in the canonical layout. */
  serializeValue(value: V | null, out: DataOutput): void {
    const isNull = value === null || value === undefined;
    out.writeBoolean(isNull);
    if (!isNull) this.value.serialize(value, out);
  }
  deserialize(input: DataInput): Map<K, V> {
    const map = new Map<K, V>();
    for (let count = input.readCount('map entries', minBytes(this.key)); count > 0; count--) {
      const key = this.key.deserialize(input);
      map.set(key, this.deserializeValue(input));
    }
    return map;
  }
  /** Null only where Flink wrote one. */
  deserializeValue(input: DataInput): V {
    return input.readBoolean() ? (null as V) : this.value.deserialize(input);
  }
  copy(value: Map<K, V>): Map<K, V> {
    const copy = new Map<K, V>();
    for (const [key, element] of value) {
      copy.set(this.key.copy(key), isNone(element) ? element : this.value.copy(element));
    }
    return copy;
  }
  describe(): string {
    return `MAP<${this.key.describe()}, ${this.value.describe()}>`;
  }
}

/** Count, then null flag and element each; `SetSerializer` (flag true = null) and `GenericArraySerializer` (flag true = there). */
class FlaggedSequence<T, C extends Iterable<T | null>> implements TypeSerializer<C> {
  readonly fixedLength = -1;
  readonly snapshot: SerializerSnapshot;
  private readonly element: TypeSerializer<T>;
  private readonly shape: SequenceShape<T, C>;

  constructor(element: TypeSerializer<T>, shape: SequenceShape<T, C>, snapshot: SerializerSnapshot) {
    this.element = element;
    this.shape = shape;
    this.snapshot = snapshot;
  }
  serialize(value: C, out: DataOutput): void {
    out.writeInt(this.shape.size(value));
    for (const element of value) {
      out.writeBoolean((element === null) === this.shape.flagWhenNull);
      if (element !== null) this.element.serialize(element, out);
    }
  }
  deserialize(input: DataInput): C {
    const elements: (T | null)[] = [];
    for (let count = input.readCount('elements'); count > 0; count--) {
      const isNull = input.readBoolean() === this.shape.flagWhenNull;
      elements.push(isNull ? null : this.element.deserialize(input));
    }
    return this.shape.from(elements);
  }
  copy(value: C): C {
    return this.shape.from([...value].map((element) => (element === null ? null : this.element.copy(element))));
  }
  describe(): string {
    return `${this.shape.name}<${this.element.describe()}>`;
  }
}

interface SequenceShape<T, C> {
  readonly name: string;
  readonly flagWhenNull: boolean;
  size(value: C): number;
  from(elements: (T | null)[]): C;
}

/** Flink's `SetSerializer` (≥ 2.0). */
export function SET<T>(element: TypeSerializer<T>): TypeSerializer<Set<T | null>> {
  const shape = {
    name: 'SET',
    flagWhenNull: true,
    size: (value: Set<T | null>) => value.size,
    from: (elements: (T | null)[]) => new Set(elements),
  };
  return new FlaggedSequence(element, shape, compositeSnapshot(`${base}.SetSerializerSnapshot`, 1, [element]));
}

/** An object array; Flink's `GenericArraySerializer`. */
export function ARRAY<T>(element: TypeSerializer<T>, componentClass: string): TypeSerializer<(T | null)[]> {
  const shape = {
    name: 'ARRAY',
    flagWhenNull: false,
    size: (value: (T | null)[]) => value.length,
    from: (elements: (T | null)[]) => elements,
  };
  const writeClass = (out: DataOutput): void => {
    out.writeUtf(componentClass);
  };
  const snapshot = compositeSnapshot(`${base}.GenericArraySerializerSnapshot`, 1, [element], writeClass);
  return new FlaggedSequence(element, shape, snapshot);
}

/** Fields one after the other, without null flags; Flink's `TupleSerializer` and Scala case classes. */
export class TupleSerializer<T extends readonly unknown[]> implements TypeSerializer<T> {
  readonly fixedLength: number;
  readonly snapshot: SerializerSnapshot;
  private readonly fields: readonly TypeSerializer<unknown>[];

  constructor(fields: readonly TypeSerializer<unknown>[], className: string, snapshotClass: string) {
    this.fields = fields;
    this.fixedLength = sumOfLengths(fields);
    this.snapshot = compositeSnapshot(snapshotClass, 2, fields, (out) => {
      out.writeUtf(className);
    });
  }
  serialize(value: T, out: DataOutput): void {
    if (!Array.isArray(value) || value.length !== this.fields.length) {
      throw wrongValue(this.describe(), value, `Give an array of ${this.fields.length} values.`);
    }
    const fields = this.fields;
    for (let i = 0; i < fields.length; i++) fields[i]?.serialize(value[i], out);
  }
  deserialize(input: DataInput): T {
    const value: unknown[] = [];
    for (const field of this.fields) value.push(field.deserialize(input));
    return value as readonly unknown[] as T;
  }
  copy(value: T): T {
    return this.fields.map((field, index) => field.copy(value[index])) as readonly unknown[] as T;
  }
  describe(): string {
    return `TUPLE<${this.fields.map((field) => field.describe()).join(', ')}>`;
  }
}

/** The sum of the lengths, -1 when one of them is variable. */
export function sumOfLengths(serializers: readonly TypeSerializer<unknown>[]): number {
  let sum = 0;
  for (const { fixedLength } of serializers) {
    if (fixedLength < 0) return -1;
    sum += fixedLength;
  }
  return sum;
}

/** Null flag, then the value or padding; Flink's `NullableSerializer`. */
export class NullableSerializer<T> implements TypeSerializer<T | null> {
  readonly fixedLength: number;
  readonly snapshot: SerializerSnapshot;
  private readonly inner: TypeSerializer<T>;
  private readonly padding: number;

  constructor(inner: TypeSerializer<T>, padding: number) {
    this.inner = inner;
    this.padding = padding;
    this.fixedLength = padding === 0 ? -1 : 1 + padding;
    const snapshotClass = `${javaRuntime}.NullableSerializer$NullableSerializerSnapshot`;
    this.snapshot = compositeSnapshot(snapshotClass, 2, [inner], (out) => {
      out.writeInt(padding);
    });
  }
  serialize(value: T | null, out: DataOutput): void {
    out.writeBoolean(value === null);
    if (value !== null) this.inner.serialize(value, out);
    else for (let i = 0; i < this.padding; i++) out.writeByte(0);
  }
  deserialize(input: DataInput): T | null {
    if (!input.readBoolean()) return this.inner.deserialize(input);
    input.readBytes(this.padding);
    return null;
  }
  copy(value: T | null): T | null {
    return value === null ? null : this.inner.copy(value);
  }
  describe(): string {
    return `NULLABLE<${this.inner.describe()}>`;
  }
}

/** Bytes that every element takes at least, to refuse impossible counts early. */
function minBytes(serializer: TypeSerializer<unknown>): number {
  return serializer.fixedLength < 0 ? 1 : serializer.fixedLength;
}

function isNone(value: unknown): boolean {
  return value === null || value === undefined;
}

export function LIST<T>(element: TypeSerializer<T>): ListSerializer<T> {
  return new ListSerializer(element);
}

export function MAP<K, V>(key: TypeSerializer<K>, value: TypeSerializer<V>): MapSerializer<K, V> {
  return new MapSerializer(key, value);
}

/** Flink's `Tuple1` to `Tuple25`. */
export function TUPLE<T extends readonly unknown[]>(fields: {
  readonly [I in keyof T]: TypeSerializer<T[I]>;
}): TypeSerializer<T> {
  const className = `org.apache.flink.api.java.tuple.Tuple${fields.length}`;
  return new TupleSerializer<T>(fields, className, `${javaRuntime}.TupleSerializerSnapshot`);
}

/** @param padded nulls take as many bytes as values; only for types of fixed length */
export function NULLABLE<T>(inner: TypeSerializer<T>, padded = false): TypeSerializer<T | null> {
  return new NullableSerializer(inner, padded && inner.fixedLength > 0 ? inner.fixedLength : 0);
}
