/**
 * Java objects as plain data: what a Java object stream (the Java Object Serialization protocol, version 5) holds. Flink stores a few
 * small things this way: CheckpointProperties, SQL types, the index of task-local state.
 */
export type JavaValue = null | boolean | number | bigint | string | JavaObject | JavaEnum | JavaArray | JavaClassRef;

export interface JavaField {
  /** Type code: B C D F I J S Z for primitives, L and [ for objects. */
  readonly code: string;
  readonly name: string;
  /** JVM signature such as `Ljava/lang/String;`; only for L and [. */
  readonly signature?: string;
}

/** Descriptor of a class as written; `suid` is its serialVersionUID. */
export interface JavaClass {
  readonly name: string;
  readonly suid: bigint;
  readonly flags: number;
  readonly fields: readonly JavaField[];
  readonly superclass?: JavaClass;
}

/** An instance; `J` fields are bigint, `C` fields one-character strings. Cycles are possible. */
export interface JavaObject {
  readonly t: 'object';
  readonly class: JavaClass;
  /** Fields of the class and its superclasses by name. */
  readonly fields: ReadonlyMap<string, JavaValue>;
  /** What `writeObject` methods wrote besides: objects, and raw bytes. */
  readonly annotations: readonly (JavaValue | Uint8Array)[];
}

export interface JavaEnum {
  readonly t: 'enum';
  readonly class: JavaClass;
  readonly constant: string;
}

export interface JavaArray {
  readonly t: 'array';
  readonly class: JavaClass;
  readonly elements: readonly JavaValue[];
}

export interface JavaClassRef {
  readonly t: 'class';
  readonly class: JavaClass;
}

export const flag = { writeMethod: 1, serializable: 2, externalizable: 4, blockData: 8, enum: 16 } as const;

export const streamMagic = 0xaced;
export const streamVersion = 5;
export const firstHandle = 0x7e0000;

/** Type codes of the protocol. */
export const tc = {
  null: 0x70,
  reference: 0x71,
  classDesc: 0x72,
  object: 0x73,
  string: 0x74,
  array: 0x75,
  class: 0x76,
  blockData: 0x77,
  endBlockData: 0x78,
  reset: 0x79,
  blockDataLong: 0x7a,
  longString: 0x7c,
  enum: 0x7e,
} as const;
