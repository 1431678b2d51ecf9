import { userError } from '../base/errors';

/** A type as plain data; each kind has one serializer of Flink (docs of `Types`). */
export type TypeSpec =
  | { readonly kind: 'STRING' }
  | { readonly kind: 'LONG' }
  | { readonly kind: 'LONG_BIGINT' }
  | { readonly kind: 'INT' }
  | { readonly kind: 'DOUBLE' }
  | { readonly kind: 'BOOLEAN' }
  | { readonly kind: 'BYTES' }
  | { readonly kind: 'JSON' }
  /** What a window operator itself keeps. */
  | { readonly kind: 'TIME_WINDOW' }
  | { readonly kind: 'LIST'; readonly element: TypeSpec }
  | { readonly kind: 'MAP'; readonly key: TypeSpec; readonly value: TypeSpec }
  | { readonly kind: 'TUPLE'; readonly fields: readonly TypeSpec[] }
  /** Fields are sorted by name, as Flink stores them. */
  | {
      readonly kind: 'POJO';
      readonly className: string;
      readonly fields: readonly { readonly name: string; readonly type: TypeSpec }[];
    };

declare const valueType: unique symbol;

/** A declared type whose values are `T` in TypeScript. Flink's `TypeInformation`. */
export type TypeInformation<T> = TypeSpec & { readonly [valueType]?: T };

/** The TypeScript type of the values of a declared type: `TypeOf<typeof Types.LONG>` is `number`. */
export type TypeOf<Information> = Information extends { readonly [valueType]?: infer T } ? T : never;

type ValuesOf<Fields> = { -readonly [Name in keyof Fields]: TypeOf<Fields[Name]> };

/**
 * The types that state and keys can have, stored as real Flink stores them:
 * STRING `String` · LONG `Long` (a safe integer; beyond 2^53 is an error) · LONG_BIGINT `Long`, all 64 bits · INT `Integer` ·
 * DOUBLE `Double` · BOOLEAN `Boolean` · BYTES `byte[]` · LIST `List` · MAP `Map` · TUPLE `TupleN` · POJO a Java class of that name ·
 * JSON anything that JSON can say, as canonical text in a `String`; also what is not declared.
 */
export const Types = {
  STRING: { kind: 'STRING' } as TypeInformation<string>,
  LONG: { kind: 'LONG' } as TypeInformation<number>,
  LONG_BIGINT: { kind: 'LONG_BIGINT' } as TypeInformation<bigint>,
  INT: { kind: 'INT' } as TypeInformation<number>,
  DOUBLE: { kind: 'DOUBLE' } as TypeInformation<number>,
  BOOLEAN: { kind: 'BOOLEAN' } as TypeInformation<boolean>,
  BYTES: { kind: 'BYTES' } as TypeInformation<Uint8Array>,

  /** Any JSON value: `Types.JSON<Settings>()`. */
  JSON<T = unknown>(): TypeInformation<T> {
    return { kind: 'JSON' };
  },

  LIST<T>(element: TypeInformation<T>): TypeInformation<T[]> {
    return { kind: 'LIST', element };
  },

  MAP<K, V>(key: TypeInformation<K>, value: TypeInformation<V>): TypeInformation<Map<K, V>> {
    return { kind: 'MAP', key, value };
  },

  /** 1 to 25 fields, as Flink's `Tuple1` … `Tuple25`. */
  TUPLE<const Fields extends readonly TypeInformation<unknown>[]>(
    ...fields: Fields
  ): TypeInformation<ValuesOf<Fields>> {
    if (fields.length < 1 || fields.length > 25) {
      throw userError('type.tuple-size', `A tuple has 1 to 25 fields, not ${fields.length}.`, 'Use a POJO or a LIST.');
    }
    return { kind: 'TUPLE', fields };
  },

  /** `className` is the full name of the Java class, so that a real Flink job finds its state again. */
  POJO<const Fields extends Readonly<Record<string, TypeInformation<unknown>>>>(
    className: string,
    fields: Fields,
  ): TypeInformation<ValuesOf<Fields>> {
    if (className === '' || Object.keys(fields).length === 0) {
      throw userError(
        'type.pojo',
        'A POJO needs a class name and at least one field.',
        'Name the Java class and its fields.',
      );
    }
    const sorted = Object.entries(fields).map(([name, type]) => ({ name, type }));
    sorted.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { kind: 'POJO', className, fields: sorted };
  },
} as const;
