/** Characters of a value in one line. */
const maxTextLength = 200;

/**
 * A state value as JSON data for people and programs: bigints as strings of digits, bytes as hex, Maps as objects (string keys) or lists of
 * pairs, NaN and infinities as strings.
 */
export function jsonData(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return value.toString();
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'object':
      return value === null ? null : jsonObject(value);
    case 'string':
    case 'boolean':
      return value;
    case 'undefined':
    case 'function':
    case 'symbol':
      return null;
  }
}

function jsonObject(value: object): unknown {
  if (value instanceof Uint8Array) return Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (Array.isArray(value)) return value.map(jsonData);
  if (value instanceof Set) return [...value].map(jsonData);
  if (value instanceof Map) {
    const pairs = [...value].map(([key, member]) => [jsonData(key), jsonData(member)] as const);
    return pairs.every(([key]) => typeof key === 'string') ? Object.fromEntries(pairs) : pairs;
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonData(member)]));
}

/** JSON data in one line, shortened. */
export function shortText(data: unknown): string {
  const text = JSON.stringify(data);
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength - 1)}…`;
}
