import { userError } from './errors';

/**
 * JSON text that is equal for equal values (RFC 8785): no spaces, members sorted by UTF-16 code units, numbers as ECMAScript prints them.
 * The stored form, and as a key the hashed form, of values whose author declared no type. Members that are undefined are left out.
 * Throws a user error for what JSON cannot say: bigint, function, NaN, a Map, a circle.
 */
export function canonicalJson(value: unknown): string {
  return encode(value, []);
}

function encode(value: unknown, path: readonly object[]): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      if (Number.isFinite(value)) return JSON.stringify(value);
      throw notJson(String(value));
    case 'object':
      if (value === null) return 'null';
      if (path.includes(value)) throw notJson('an object that contains itself');
      return encodeObject(value, [...path, value]);
    case 'bigint':
    case 'undefined':
    case 'function':
    case 'symbol':
      throw notJson(`a ${typeof value}`);
  }
}

function encodeObject(value: object, path: readonly object[]): string {
  if (Array.isArray(value)) return `[${value.map((element: unknown) => encode(element, path)).join(',')}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notJson(`a ${constructorName(value)}`);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, member]) => `${JSON.stringify(name)}:${encode(member, path)}`);
  return `{${members.join(',')}}`;
}

function constructorName(value: object): string {
  const { constructor } = value as { constructor?: { name: string } };
  return constructor?.name ?? 'special object';
}

function notJson(what: string): Error {
  return userError(
    'type.not-json',
    `A value without a declared type holds ${what}, which JSON cannot represent.`,
    'Declare its type with Types, or keep only strings, finite numbers, booleans, null, arrays and plain objects in it.',
  );
}
