/** Serializers of enums, rows and either-or values. */
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import { malformed } from '../formatErrors';
import type { SerializerSnapshot, TypeSerializer } from '../serializer';
import { wrongValue } from './primitives';
import { base, compositeSnapshot, javaRuntime } from './snapshots';

/** The constant's name; stored as its position in the list of names that the snapshot holds. Flink's `EnumSerializer`. */
export class EnumSerializer implements TypeSerializer<string> {
  readonly fixedLength = 4;
  readonly snapshot: SerializerSnapshot;
  private readonly className: string;
  private readonly constants: readonly string[];
  private readonly indexes: ReadonlyMap<string, number>;

  constructor(className: string, constants: readonly string[]) {
    this.className = className;
    this.constants = constants;
    this.indexes = new Map(constants.map((constant, index) => [constant, index]));
    this.snapshot = {
      className: `${base}.EnumSerializer$EnumSerializerSnapshot`,
      version: 3,
      writeBody(out) {
        out.writeUtf(className);
        out.writeInt(constants.length);
        for (const constant of constants) out.writeUtf(constant);
      },
    };
  }
  serialize(value: string, out: DataOutput): void {
    const index = this.indexes.get(value);
    if (index === undefined) throw wrongValue(this.describe(), value, `Give one of ${this.constants.join(', ')}.`);
    out.writeInt(index);
  }
  deserialize(input: DataInput): string {
    const at = input.position;
    const index = input.readInt();
    const constant = this.constants[index];
    if (constant === undefined) throw input.malformed(`Constant ${index} of ${this.className} does not exist`, at);
    return constant;
  }
  copy(value: string): string {
    return value;
  }
  describe(): string {
    return `ENUM<${this.className.slice(this.className.lastIndexOf('.') + 1)}>`;
  }
}

/** Kind of change that a row is; in the order of their numbers. */
const rowKinds = ['INSERT', 'UPDATE_BEFORE', 'UPDATE_AFTER', 'DELETE'] as const;

export interface Row {
  readonly kind: (typeof rowKinds)[number];
  readonly fields: readonly unknown[];
}

/** Null mask, then the fields that are there; Flink's `RowSerializer`. */
export class RowSerializer implements TypeSerializer<Row> {
  readonly fixedLength = -1;
  readonly snapshot: SerializerSnapshot;
  private readonly fields: readonly TypeSerializer<unknown>[];
  /** Bits of the mask before those of the fields: the row kind. */
  private readonly kindBits: 0 | 2;

  /**
   * @param outerVersion 2 (≤ 1.10), 3 (1.11 to 1.14), 4
   * @param supportsRowKind only stored in version 4
   */
  constructor(fields: readonly TypeSerializer<unknown>[], outerVersion = 4, supportsRowKind = outerVersion >= 3) {
    this.fields = fields;
    this.kindBits = supportsRowKind ? 2 : 0;
    this.snapshot = compositeSnapshot(
      `${javaRuntime}.RowSerializer$RowSerializerSnapshot`,
      outerVersion,
      fields,
      (out) => {
        if (outerVersion >= 4) out.writeBoolean(supportsRowKind);
      },
    );
  }
  serialize(value: Row, out: DataOutput): void {
    const kind = rowKinds.indexOf(value.kind);
    const start = out.position;
    const { fields, kindBits } = this;
    for (let bytes = (kindBits + fields.length + 7) >> 3; bytes > 0; bytes--) out.writeByte(0);
    if (kindBits > 0) out.patchOr(start, ((kind & 1) << 7) | ((kind & 2) << 5));
    for (let i = 0; i < fields.length; i++) {
      const field = value.fields[i];
      const bit = kindBits + i;
      if (field === null || field === undefined) out.patchOr(start + (bit >> 3), 0x80 >> (bit & 7));
      else fields[i]?.serialize(field, out);
    }
  }
  deserialize(input: DataInput): Row {
    const mask = input.readBytes((this.kindBits + this.fields.length + 7) >> 3);
    const isSet = (bit: number): boolean => ((mask[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0;
    const kind = this.kindBits === 0 ? 0 : (isSet(0) ? 1 : 0) + (isSet(1) ? 2 : 0);
    const fields: unknown[] = [];
    this.fields.forEach((field, index) => {
      fields.push(isSet(this.kindBits + index) ? null : field.deserialize(input));
    });
    return { kind: rowKinds[kind] ?? 'INSERT', fields };
  }
  copy(value: Row): Row {
    const fields = value.fields.map((field, index) => (field === null ? null : this.fields[index]?.copy(field)));
    return { kind: value.kind, fields };
  }
  describe(): string {
    return `ROW<${this.fields.map((field) => field.describe()).join(', ')}>`;
  }
}

export type Either<L, R> = { readonly left: L } | { readonly right: R };

/** Which of two types, then the value; Flink's `EitherSerializer`. */
export class EitherSerializer<L, R> implements TypeSerializer<Either<L, R>> {
  readonly fixedLength = -1;
  readonly snapshot: SerializerSnapshot;
  private readonly left: TypeSerializer<L>;
  private readonly right: TypeSerializer<R>;

  constructor(left: TypeSerializer<L>, right: TypeSerializer<R>, snapshotClass: string) {
    this.left = left;
    this.right = right;
    this.snapshot = compositeSnapshot(snapshotClass, 1, [left, right]);
  }
  serialize(value: Either<L, R>, out: DataOutput): void {
    out.writeBoolean('left' in value);
    if ('left' in value) this.left.serialize(value.left, out);
    else this.right.serialize(value.right, out);
  }
  deserialize(input: DataInput): Either<L, R> {
    return input.readBoolean() ? { left: this.left.deserialize(input) } : { right: this.right.deserialize(input) };
  }
  copy(value: Either<L, R>): Either<L, R> {
    return 'left' in value ? { left: this.left.copy(value.left) } : { right: this.right.copy(value.right) };
  }
  describe(): string {
    return `EITHER<${this.left.describe()}, ${this.right.describe()}>`;
  }
}

/**
 * Stands for a serializer whose values we cannot read (Kryo, a user's own), so that headers and everything beside its values can still be
 * shown; its snapshot is kept as it was.
 */
export class OpaqueSerializer implements TypeSerializer<never> {
  readonly fixedLength = -1;
  readonly snapshot: SerializerSnapshot;
  private readonly what: string;

  /** @param body the snapshot's body, as it was read */
  constructor(what: string, className: string, version: number, body: Uint8Array) {
    this.what = what;
    this.snapshot = {
      className,
      version,
      writeBody(out) {
        out.writeBytes(body);
      },
    };
  }
  serialize(): void {
    throw malformed(`A value of ${this.what} cannot be written`);
  }
  deserialize(input: DataInput): never {
    throw input.unsupported(`A value of ${this.what}, which only Java can read,`, 'Other states can still be shown.');
  }
  copy(value: never): never {
    return value;
  }
  describe(): string {
    return this.what;
  }
}
