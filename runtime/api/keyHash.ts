import { canonicalJson } from '../base/canonicalJson';
import { JobStateError, userError } from '../base/errors';
import { valueText } from '../base/valueText';
import {
  javaHashOfBigint,
  javaHashOfBoolean,
  javaHashOfDouble,
  javaHashOfInt,
  javaHashOfList,
  javaHashOfLong,
  javaHashOfString,
  javaHashOfTuple,
} from '../graph/keyGroups';
import type { TypeSpec } from './types';

/** Refuses types whose Java hash code is no function of the value, or unknown to us. */
export function checkKeyType(type: TypeSpec): void {
  switch (type.kind) {
    case 'STRING':
    case 'LONG':
    case 'LONG_BIGINT':
    case 'INT':
    case 'DOUBLE':
    case 'BOOLEAN':
    case 'JSON':
      return;
    case 'LIST':
      checkKeyType(type.element);
      return;
    case 'TUPLE':
      type.fields.forEach(checkKeyType);
      return;
    case 'BYTES':
    case 'MAP':
    case 'POJO':
    case 'TIME_WINDOW':
      throw userError(
        'type.not-a-key',
        `A key cannot be of type ${type.kind}.`,
        'Key by a STRING, LONG, INT, DOUBLE or BOOLEAN, or by a TUPLE or LIST of them.',
      );
  }
}

/**
 * Java's hash code of keys of this type, signed 32 bits. The result is hot and monomorphic: make one per operator.
 * A key that its type cannot hold throws a user error (`type.key-value`).
 */
export function keyHasher(type: TypeSpec): (key: unknown) => number {
  switch (type.kind) {
    case 'STRING':
      return (key) => (typeof key === 'string' ? javaHashOfString(key) : refuse(type, key));
    case 'LONG':
      return (key) => (Number.isSafeInteger(key) ? javaHashOfLong(key as number) : refuse(type, key));
    case 'LONG_BIGINT':
      return (key) => (typeof key === 'bigint' ? javaHashOfBigint(key) : refuse(type, key));
    case 'INT':
      return (key) => (typeof key === 'number' && (key | 0) === key ? javaHashOfInt(key) : refuse(type, key));
    case 'DOUBLE':
      return (key) => (typeof key === 'number' ? javaHashOfDouble(key) : refuse(type, key));
    case 'BOOLEAN':
      return (key) => (typeof key === 'boolean' ? javaHashOfBoolean(key) : refuse(type, key));
    case 'JSON':
      return (key) => javaHashOfString(canonicalJson(key));
    case 'LIST':
      return listHasher(type, keyHasher(type.element));
    case 'TUPLE':
      return tupleHasher(type, type.fields.map(keyHasher));
    case 'BYTES':
    case 'MAP':
    case 'POJO':
    case 'TIME_WINDOW':
      throw new JobStateError('internal.key-type', `A key of type ${type.kind} was let through.`);
  }
}

function listHasher(type: TypeSpec, element: (key: unknown) => number): (key: unknown) => number {
  return (key) => (Array.isArray(key) ? javaHashOfList(key.map(element)) : refuse(type, key));
}

function tupleHasher(type: TypeSpec, fields: readonly ((key: unknown) => number)[]): (key: unknown) => number {
  return (key) => {
    if (!Array.isArray(key) || key.length !== fields.length) return refuse(type, key);
    return javaHashOfTuple(fields.map((field, index) => field(key[index])));
  };
}

function refuse(type: TypeSpec, key: unknown): never {
  throw userError(
    'type.key-value',
    `A key of type ${type.kind} is ${valueText(key)}.`,
    'Correct the key selector or the type given to keyBy.',
  );
}
