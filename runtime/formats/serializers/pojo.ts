import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { SerializerSnapshot, TypeSerializer } from '../serializer';
import { wrongValue } from './primitives';
import { javaRuntime } from './snapshots';
import { writeOptionalMap } from './optionalMap';
import type { OptionalMapEntry } from './optionalMap';
import { fieldFrame, snapshotFrame } from './optionalMap';

export interface PojoField {
  readonly name: string;
  readonly serializer: TypeSerializer<unknown>;
  /** The class that declares it; differs from the POJO's own for inherited fields. */
  readonly declaringClass?: string;
}

/** A subclass of a POJO class that Flink met or was told of. */
export interface PojoSubclass {
  readonly className: string;
  readonly serializer: TypeSerializer<Record<string, unknown>>;
}

/** What else a stored POJO serializer says; kept as it was read. */
export interface PojoSubclasses {
  readonly registered: readonly PojoSubclass[];
  readonly other: readonly PojoSubclass[];
  readonly registeredEntries: readonly OptionalMapEntry[];
  readonly otherEntries: readonly OptionalMapEntry[];
}

const noSubclasses: PojoSubclasses = { registered: [], other: [], registeredEntries: [], otherEntries: [] };

const flags = { null: 1, exactClass: 2, subclass: 4, registeredSubclass: 8 } as const;

type Pojo = Record<string, unknown>;

/**
 * A Java object with named fields as a plain object; Flink's `PojoSerializer`. Fields are stored in the order given (Flink sorts them by
 * name), each with a null flag. An object of a subclass carries its class name as `class`, which no Java field can be called.
 */
export class PojoSerializer implements TypeSerializer<Pojo> {
  readonly fixedLength = -1;
  readonly snapshot: SerializerSnapshot;
  readonly className: string;
  private readonly fields: readonly PojoField[];
  private readonly subclasses: PojoSubclasses;

  constructor(className: string, fields: readonly PojoField[], subclasses = noSubclasses) {
    this.className = className;
    this.fields = fields;
    this.subclasses = subclasses;
    this.snapshot = pojoSnapshot(className, fields, subclasses);
  }

  serialize(value: Pojo | null, out: DataOutput): void {
    if (value === null) {
      out.writeByte(flags.null);
      return;
    }
    if (typeof value !== 'object') throw wrongValue(this.describe(), value, 'Give an object with these fields.');
    const subclass = value['class'];
    if (typeof subclass === 'string') {
      this.serializeSubclass(subclass, value, out);
      return;
    }
    out.writeByte(flags.exactClass);
    for (const field of this.fields) {
      const member = value[field.name];
      const isNull = member === null || member === undefined;
      out.writeBoolean(isNull);
      if (!isNull) field.serializer.serialize(member, out);
    }
  }

  private serializeSubclass(className: string, value: Pojo, out: DataOutput): void {
    const members: Pojo = { ...value };
    delete members['class'];
    const index = this.subclasses.registered.findIndex((subclass) => subclass.className === className);
    const registered = this.subclasses.registered[index];
    const subclass = registered ?? this.subclasses.other.find((other) => other.className === className);
    if (subclass === undefined) throw wrongValue(this.describe(), className, 'Use a class that the serializer knows.');
    out.writeByte(registered === undefined ? flags.subclass : flags.registeredSubclass);
    if (registered === undefined) out.writeUtf(className);
    else out.writeByte(index);
    subclass.serializer.serialize(members, out);
  }

  deserialize(input: DataInput): Pojo {
    const at = input.position;
    const flag = input.readUnsignedByte();
    switch (flag) {
      case flags.null:
        return null as unknown as Pojo;
      case flags.exactClass:
        return this.deserializeFields(input);
      case flags.subclass:
        return this.deserializeSubclass(input, input.readUtf());
      case flags.registeredSubclass: {
        const index = input.readUnsignedByte();
        return this.deserializeSubclass(input, this.subclasses.registered[index]?.className ?? `number ${index}`);
      }
      default:
        throw input.malformed(`Impossible flags ${flag} of a POJO`, at);
    }
  }

  private deserializeFields(input: DataInput): Pojo {
    const value: Pojo = {};
    for (const field of this.fields) {
      value[field.name] = input.readBoolean() ? null : field.serializer.deserialize(input);
    }
    return value;
  }

  private deserializeSubclass(input: DataInput, className: string): Pojo {
    const { registered, other } = this.subclasses;
    const subclass = [...registered, ...other].find((known) => known.className === className);
    if (subclass === undefined) {
      throw input.unsupported(
        `An object of class ${className}, whose serializer the snapshot does not describe,`,
        'State of this class cannot be shown.',
      );
    }
    return { class: className, ...subclass.serializer.deserialize(input) };
  }

  copy(value: Pojo): Pojo {
    const copy: Pojo = { ...value };
    for (const field of this.fields) {
      const member = copy[field.name];
      if (typeof member === 'object' && member !== null) copy[field.name] = field.serializer.copy(member);
    }
    return copy;
  }

  describe(): string {
    const simpleName = this.className.slice(this.className.lastIndexOf('.') + 1);
    return `${simpleName}<${this.fields.map((field) => `${field.name}: ${field.serializer.describe()}`).join(', ')}>`;
  }
}

function pojoSnapshot(className: string, fields: readonly PojoField[], subclasses: PojoSubclasses): SerializerSnapshot {
  return {
    className: `${javaRuntime}.PojoSerializerSnapshot`,
    version: 2,
    writeBody(out) {
      out.writeUtf(className);
      const entries = fields.map((field) => ({
        name: field.name,
        key: fieldFrame(field.declaringClass ?? className, field.name),
        value: snapshotFrame(field.serializer.snapshot),
      }));
      writeOptionalMap(entries, out);
      writeOptionalMap(subclasses.registeredEntries, out);
      writeOptionalMap(subclasses.otherEntries, out);
    },
  };
}

/** A POJO of that Java class; fields are sorted by name as Flink does. */
export function POJO<T extends object>(
  className: string,
  fields: { readonly [Name in keyof T]: TypeSerializer<T[Name]> },
): TypeSerializer<T> {
  const sorted = Object.entries<TypeSerializer<unknown>>(fields).map(([name, serializer]) => ({ name, serializer }));
  sorted.sort((a, b) => (a.name < b.name ? -1 : 1));
  return new PojoSerializer(className, sorted) as TypeSerializer<Pojo> as TypeSerializer<unknown> as TypeSerializer<T>;
}
