import type { DataInput } from './dataInput';
import type { DataOutput } from './dataOutput';

/**
 * How values of one type become bytes and back; Flink's `TypeSerializer`. The methods are hot: they do not validate what the type already
 * promises and allocate nothing beyond the value.
 */
export interface TypeSerializer<T> {
  /** Fails with `format.value` when the type cannot hold the value. */
  serialize(value: T, out: DataOutput): void;
  deserialize(input: DataInput): T;
  /** A value that shares nothing mutable with the given one; immutable values are returned as they are. */
  copy(value: T): T;
  /** Bytes of every value, or -1 when they differ (Flink's `getLength`); decides about the form of composite keys. */
  readonly fixedLength: number;
  /** What is stored beside the data, so that a reader finds the serializer again. */
  readonly snapshot: SerializerSnapshot;
  /** For people: `MAP<STRING, LONG>`. */
  describe(): string;
}

/** Flink's `TypeSerializerSnapshot`, written as class name, version and body. */
export interface SerializerSnapshot {
  /** Java class name of the snapshot class. */
  readonly className: string;
  readonly version: number;
  writeBody(out: DataOutput): void;
}
