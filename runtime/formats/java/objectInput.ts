import type { DataInput } from '../dataInput';
import { firstHandle, flag, streamMagic, streamVersion, tc } from './javaValue';
import type { JavaArray, JavaClass, JavaEnum, JavaField, JavaObject, JavaValue } from './javaValue';

/** Objects nested deeper than this are taken for a damaged file. */
const deepest = 500;

/** Reads one object stream with one object in it; the input stands behind it afterwards. */
export function readJavaObject(input: DataInput): JavaValue {
  const at = input.position;
  if (input.readUnsignedShort() !== streamMagic || input.readShort() !== streamVersion) {
    throw input.malformed('Not a Java object stream', at);
  }
  return new ObjectInput(input).readValue();
}

/** One stream's worth of state: the table of what can be referred to again. */
class ObjectInput {
  private readonly input: DataInput;
  private handles: unknown[] = [];
  private depth = 0;

  constructor(input: DataInput) {
    this.input = input;
  }

  readValue(): JavaValue {
    const at = this.input.position;
    const code = this.input.readUnsignedByte();
    return this.readValueOf(code, at);
  }

  private readValueOf(code: number, at: number): JavaValue {
    switch (code) {
      case tc.null:
        return null;
      case tc.reference:
        return this.readReference(at) as JavaValue;
      case tc.string:
        return this.register(this.input.readUtf());
      case tc.longString: {
        const length = this.input.readLong();
        return this.register(this.input.readModifiedUtf8(length));
      }
      case tc.object:
        return this.nested(() => this.readObject());
      case tc.array:
        return this.nested(() => this.readArray());
      case tc.enum:
        return this.readEnum();
      case tc.class: {
        const at = this.input.position;
        return this.register({ t: 'class', class: this.required(this.readClassDesc(), at) });
      }
      case tc.reset:
        this.handles = [];
        return this.readValue();
      default:
        throw this.input.malformed(`Unknown type code ${code} in a Java object stream`, at);
    }
  }

  private nested<T>(read: () => T): T {
    if (this.depth >= deepest) throw this.input.malformed('Java objects nested too deeply');
    this.depth += 1;
    const value = read();
    this.depth -= 1;
    return value;
  }

  private register<T>(value: T): T {
    this.handles.push(value);
    return value;
  }

  private readReference(at: number): unknown {
    const index = this.input.readInt() - firstHandle;
    if (index < 0 || index >= this.handles.length) {
      throw this.input.malformed(`Reference to the unknown object ${index}`, at);
    }
    return this.handles[index];
  }

  private required(desc: JavaClass | undefined, at: number): JavaClass {
    if (desc === undefined) throw this.input.malformed('A Java class descriptor is missing', at);
    return desc;
  }

  /** A class descriptor, or undefined for null (no superclass). */
  private readClassDesc(): JavaClass | undefined {
    const at = this.input.position;
    const code = this.input.readUnsignedByte();
    if (code === tc.null) return undefined;
    if (code === tc.reference) {
      const referred = this.readReference(at);
      if (!isClass(referred)) throw this.input.malformed('A reference to something that is no class', at);
      return referred;
    }
    if (code !== tc.classDesc) throw this.input.malformed(`Type code ${code} instead of a class descriptor`, at);
    return this.nested(() => this.readNewClassDesc());
  }

  private readNewClassDesc(): JavaClass {
    const desc: { -readonly [K in keyof JavaClass]: JavaClass[K] } = {
      name: this.input.readUtf(),
      suid: this.input.readBigLong(),
      flags: 0,
      fields: [],
    };
    this.register(desc);
    desc.flags = this.input.readUnsignedByte();
    const fields: JavaField[] = [];
    for (let count = this.input.readShort(); count > 0; count--) fields.push(this.readField());
    desc.fields = fields;
    this.readAnnotations([]);
    const superclass = this.readClassDesc();
    if (superclass !== undefined) desc.superclass = superclass;
    return desc;
  }

  private readField(): JavaField {
    const code = String.fromCharCode(this.input.readUnsignedByte());
    const name = this.input.readUtf();
    if (code !== 'L' && code !== '[') return { code, name };
    const at = this.input.position;
    const signature = this.readValue();
    if (typeof signature !== 'string') throw this.input.malformed('A field without a type', at);
    return { code, name, signature };
  }

  private readAnnotations(into: (JavaValue | Uint8Array)[]): void {
    for (;;) {
      const at = this.input.position;
      const code = this.input.readUnsignedByte();
      if (code === tc.endBlockData) return;
      if (code === tc.blockData) into.push(this.input.readBytes(this.input.readUnsignedByte()));
      else if (code === tc.blockDataLong) into.push(this.input.readBytes(this.input.readCount('bytes')));
      else into.push(this.readValueOf(code, at));
    }
  }

  private readObject(): JavaObject {
    const at = this.input.position;
    const desc = this.required(this.readClassDesc(), at);
    const fields = new Map<string, JavaValue>();
    const annotations: (JavaValue | Uint8Array)[] = [];
    const object = this.register<JavaObject>({ t: 'object', class: desc, fields, annotations });
    for (const part of lineage(desc)) this.readPart(part, fields, annotations);
    return object;
  }

  private readPart(desc: JavaClass, fields: Map<string, JavaValue>, annotations: (JavaValue | Uint8Array)[]): void {
    if ((desc.flags & flag.serializable) !== 0) {
      for (const field of desc.fields) fields.set(field.name, this.readFieldValue(field.code));
      if ((desc.flags & flag.writeMethod) !== 0) this.readAnnotations(annotations);
    } else if ((desc.flags & flag.externalizable) !== 0) {
      if ((desc.flags & flag.blockData) === 0) {
        throw this.input.unsupported(
          `The Java class ${desc.name} writes itself in a form of its own,`,
          'State of this class cannot be shown.',
        );
      }
      this.readAnnotations(annotations);
    }
  }

  private readFieldValue(code: string): JavaValue {
    switch (code) {
      case 'B':
        return this.input.readByte();
      case 'C':
        return String.fromCharCode(this.input.readUnsignedShort());
      case 'D':
        return this.input.readDouble();
      case 'F':
        return this.input.readFloat();
      case 'I':
        return this.input.readInt();
      case 'J':
        return this.input.readBigLong();
      case 'S':
        return this.input.readShort();
      case 'Z':
        return this.input.readBoolean();
      case 'L':
      case '[':
        return this.readValue();
      default:
        throw this.input.malformed(`Unknown field type "${code}" in a Java object stream`);
    }
  }

  private readArray(): JavaArray {
    const at = this.input.position;
    const desc = this.required(this.readClassDesc(), at);
    const elements: JavaValue[] = [];
    const array = this.register<JavaArray>({ t: 'array', class: desc, elements });
    const code = desc.name.charAt(1);
    for (let count = this.input.readCount('array elements'); count > 0; count--) {
      elements.push(this.readFieldValue(code));
    }
    return array;
  }

  private readEnum(): JavaEnum {
    const at = this.input.position;
    const desc = this.required(this.readClassDesc(), at);
    const index = this.handles.push(undefined) - 1;
    const constant = this.readValue();
    if (typeof constant !== 'string') throw this.input.malformed('An enum constant without a name', at);
    const value: JavaEnum = { t: 'enum', class: desc, constant };
    this.handles[index] = value;
    return value;
  }
}

/** The class and its superclasses, topmost first: the order of the data. */
function lineage(desc: JavaClass): JavaClass[] {
  const classes: JavaClass[] = [];
  const seen = new Set<JavaClass>();
  for (let next: JavaClass | undefined = desc; next !== undefined && !seen.has(next); next = next.superclass) {
    seen.add(next);
    classes.unshift(next);
  }
  return classes;
}

function isClass(value: unknown): value is JavaClass {
  return typeof value === 'object' && value !== null && 'suid' in value;
}
