import type { DataInput } from '../dataInput';
import { malformed } from '../formatErrors';
import type { JavaObject, JavaValue } from '../java/javaValue';
import { readJavaObject } from '../java/objectInput';
import type { TypeSerializer } from '../serializer';
import { simpleSnapshot } from './snapshots';

/**
 * One Java object stream per value; Flink's `JavaSerializer`, for states that name no type. Values are plain data: boxed values as themselves,
 * an object with its class as `class`, what it wrote by its own method as `contents`. Only read.
 */
export class JavaSerializer implements TypeSerializer<unknown> {
  readonly fixedLength = -1;
  readonly snapshot = simpleSnapshot('org.apache.flink.runtime.state.JavaSerializer$JavaSerializerSnapshot');
  serialize(): void {
    throw malformed('Java objects of any class cannot be written');
  }
  deserialize(input: DataInput): unknown {
    return plain(readJavaObject(input), []);
  }
  copy(value: unknown): unknown {
    return value;
  }
  describe(): string {
    return 'JAVA';
  }
}

/** Without cycles: an object within itself is named only. */
function plain(value: JavaValue | Uint8Array, within: readonly unknown[]): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  switch (value.t) {
    case 'enum':
      return value.constant;
    case 'class':
      return value.class.name;
    case 'array':
      return within.includes(value) ? value.class.name : value.elements.map((e) => plain(e, [...within, value]));
    case 'object':
      return within.includes(value) ? value.class.name : plainObject(value, [...within, value]);
  }
}

function plainObject(object: JavaObject, within: readonly unknown[]): unknown {
  const { name } = object.class;
  if (/^java\.lang\.(Boolean|Byte|Character|Double|Float|Integer|Long|Short)$/.test(name)) {
    return plain(object.fields.get('value') ?? null, within);
  }
  const fields = [...object.fields].map(([field, member]) => [field, plain(member, within)] as const);
  const contents = object.annotations.map((member) => plain(member, within));
  return { class: name, ...Object.fromEntries(fields), ...(contents.length === 0 ? {} : { contents }) };
}
