import type { DataOutput } from '../dataOutput';
import { malformed } from '../formatErrors';
import { firstHandle, streamMagic, streamVersion, tc } from './javaValue';
import type { JavaClass, JavaEnum, JavaObject, JavaValue } from './javaValue';

/**
 * Writes one object stream as Java would: objects of simple classes (no `writeObject` methods, no arrays), enums, strings and null,
 * with back references for what occurs again.
 */
export function writeJavaObject(value: JavaValue, out: DataOutput): void {
  out.writeShort(streamMagic);
  out.writeShort(streamVersion);
  new ObjectOutput(out).writeValue(value);
}

class ObjectOutput {
  private readonly out: DataOutput;
  /** Strings by content, everything else by identity. */
  private readonly handles = new Map<unknown, number>();
  private next = firstHandle;

  constructor(out: DataOutput) {
    this.out = out;
  }

  writeValue(value: JavaValue): void {
    if (value === null) this.out.writeByte(tc.null);
    else if (!this.writeReference(value)) this.writeNew(value);
  }

  private writeNew(value: JavaValue): void {
    if (typeof value === 'string') {
      this.out.writeByte(tc.string);
      this.register(value);
      this.out.writeUtf(value);
    } else if (typeof value === 'object' && value?.t === 'object') this.writeObject(value);
    else if (typeof value === 'object' && value?.t === 'enum') this.writeEnum(value);
    else throw malformed('Only objects, enums and strings can be written as Java objects');
  }

  private writeReference(value: unknown): boolean {
    const handle = this.handles.get(value);
    if (handle === undefined) return false;
    this.out.writeByte(tc.reference);
    this.out.writeInt(handle);
    return true;
  }

  private register(value: unknown): void {
    this.handles.set(value, this.next);
    this.next += 1;
  }

  private writeClassDesc(desc: JavaClass | undefined): void {
    if (desc === undefined) {
      this.out.writeByte(tc.null);
      return;
    }
    if (this.writeReference(desc)) return;
    this.out.writeByte(tc.classDesc);
    this.out.writeUtf(desc.name);
    this.out.writeBigLong(desc.suid);
    this.register(desc);
    this.out.writeByte(desc.flags);
    this.out.writeShort(desc.fields.length);
    for (const field of desc.fields) {
      this.out.writeByte(field.code.charCodeAt(0));
      this.out.writeUtf(field.name);
      if (field.signature !== undefined) this.writeValue(field.signature);
    }
    this.out.writeByte(tc.endBlockData);
    this.writeClassDesc(desc.superclass);
  }

  private writeObject(object: JavaObject): void {
    this.out.writeByte(tc.object);
    this.writeClassDesc(object.class);
    this.register(object);
    for (const field of object.class.fields) this.writeField(field.code, object.fields.get(field.name) ?? null);
  }

  private writeField(code: string, value: JavaValue): void {
    if (code === 'Z') this.out.writeBoolean(value === true);
    else if (code === 'L') this.writeValue(value);
    else throw malformed(`Fields of type ${code} cannot be written as Java objects`);
  }

  private writeEnum(value: JavaEnum): void {
    this.out.writeByte(tc.enum);
    this.writeClassDesc(value.class);
    this.register(value);
    this.writeValue(value.constant);
  }
}
