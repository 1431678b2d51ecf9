import type { TypeSpec } from '../api/types';
import { DataInput } from '../formats/dataInput';
import { DataOutput } from '../formats/dataOutput';
import type { SerializerSnapshot, TypeSerializer } from '../formats/serializer';

/** A key as JavaScript's Map compares it. */
export type MapKey = string | number | bigint | boolean;

/** Turns keys of one type into map keys: primitive keys are their own; others are known by their serialized bytes. */
export class KeyCodec {
  /** True: the map key is the key itself. */
  readonly primitive: boolean;
  /** True: every key is a safe integer. */
  readonly integers: boolean;
  private readonly out = new DataOutput(64);

  constructor(
    type: TypeSpec,
    readonly serializer: TypeSerializer<unknown>,
  ) {
    this.primitive = isPrimitive(type);
    this.integers = type.kind === 'LONG' || type.kind === 'INT';
  }

  /** Fails with `format.value` when the key is not of the declared type. */
  toMapKey(key: unknown): MapKey {
    if (this.primitive) return key as MapKey;
    this.out.reset();
    this.serializer.serialize(key, this.out);
    return latin1(this.out.written());
  }

  fromMapKey(key: MapKey): unknown {
    if (this.primitive) return key;
    const bytes = Uint8Array.from(String(key), (unit) => unit.charCodeAt(0));
    return this.serializer.deserialize(new DataInput(bytes));
  }
}

function isPrimitive(type: TypeSpec): boolean {
  switch (type.kind) {
    case 'STRING':
    case 'LONG':
    case 'LONG_BIGINT':
    case 'INT':
    case 'BOOLEAN':
      return true;
    case 'DOUBLE': // to a Map 0 and -0 are one key, to Flink two
    case 'BYTES':
    case 'JSON':
    case 'LIST':
    case 'MAP':
    case 'TUPLE':
    case 'POJO':
    case 'TIME_WINDOW':
      return false;
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Stores map keys as what they stand for, so that a Map whose keys are map keys is stored as one of real keys. */
export class MapKeySerializer implements TypeSerializer<MapKey> {
  readonly fixedLength: number;
  readonly snapshot: SerializerSnapshot;

  constructor(readonly codec: KeyCodec) {
    this.fixedLength = codec.serializer.fixedLength;
    this.snapshot = codec.serializer.snapshot;
  }

  serialize(key: MapKey, out: DataOutput): void {
    this.codec.serializer.serialize(this.codec.fromMapKey(key), out);
  }

  deserialize(input: DataInput): MapKey {
    return this.codec.toMapKey(this.codec.serializer.deserialize(input));
  }

  copy(key: MapKey): MapKey {
    return key;
  }

  describe(): string {
    return this.codec.serializer.describe();
  }
}
