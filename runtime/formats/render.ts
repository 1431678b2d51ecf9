/** Decoded values for programs (JSON data) and for people (one line of text). */

/**
 * A value as JSON data. A Map whose keys are single values becomes an object, another one `{ entries: [[key, value], …] }`; bytes become
 * `{ hex }`; integers beyond 2^53, NaN, infinities and -0 become text.
 */
export function toJson(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : numberText(value);
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case 'object':
      return value === null ? null : objectToJson(value);
    case 'string':
    case 'boolean':
      return value;
    case 'undefined':
    case 'function':
    case 'symbol':
      return null;
  }
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function objectToJson(value: object): unknown {
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Uint8Array) return { hex: hexText(value) };
  if (value instanceof Set) return [...(value as Set<unknown>)].map(toJson);
  if (value instanceof Map) {
    const map = value as Map<unknown, unknown>;
    const entries = [...map].map(([key, member]) => [key, toJson(member)] as const);
    return entries.every(([key]) => isSingle(key))
      ? Object.fromEntries(entries.map(([key, member]) => [String(key), member]))
      : { entries: entries.map(([key, member]) => [toJson(key), member]) };
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toJson(member)]));
}

function isSingle(key: unknown): boolean {
  return typeof key !== 'object' || key === null;
}

function hexText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** The last moment that a `Date` can hold. */
const lastDateMs = 8.64e15;
/** Below this a value is not begun any more. */
const smallestPiece = 8;
/** Room kept for `, …`. */
const separatedEllipsis = 3;

/**
 * A value in one line of about `maxLength` characters at most: `{ 2001-01-05: { count: 604, … }, … }`. What does not fit is an ellipsis.
 */
export function toText(value: unknown, maxLength = 120): string {
  switch (typeof value) {
    case 'string':
      return shortened(JSON.stringify(value), maxLength);
    case 'number':
      return numberText(value);
    case 'bigint':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'function':
    case 'symbol':
      return typeof value;
    case 'object':
      return value === null ? 'null' : objectToText(value, maxLength);
  }
}

function objectToText(value: object, maxLength: number): string {
  if (value instanceof Uint8Array) return shortened(`0x${hexText(value.subarray(0, maxLength))}`, maxLength);
  if (Array.isArray(value)) return membersText('[', value, ']', maxLength, (member, room) => toText(member, room));
  if (value instanceof Set) return membersText('{', value, '}', maxLength, (member, room) => toText(member, room));
  const entries: Iterable<readonly [unknown, unknown]> = value instanceof Map ? value : Object.entries(value);
  return membersText('{', entries, '}', maxLength, ([key, member], room) => {
    const name = typeof key === 'string' ? key : toText(key, room / 2);
    return `${name}: ${toText(member, room - name.length)}`;
  });
}

/** A time in epoch ms: ISO 8601 where a date can be that far away. */
export function toTimeText(timestampMs: number | bigint): string {
  const ms = Number(timestampMs);
  if (!(Math.abs(ms) <= lastDateMs)) return String(timestampMs);
  // eslint-disable-next-line no-restricted-globals -- a given time, not the present one
  return new Date(ms).toISOString();
}

function membersText<T>(
  open: string,
  members: Iterable<T>,
  close: string,
  maxLength: number,
  textOf: (member: T, room: number) => string,
): string {
  const parts: string[] = [];
  let used = 4;
  for (const member of members) {
    const room = maxLength - used - separatedEllipsis;
    const text = room < smallestPiece ? '…' : textOf(member, room);
    parts.push(text.length > room ? '…' : text);
    if (parts.at(-1) === '…') break;
    used += text.length + 2;
  }
  return parts.length === 0 ? open + close : `${open} ${parts.join(', ')} ${close}`;
}

function shortened(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, Math.max(1, maxLength - 1))}…`;
}
