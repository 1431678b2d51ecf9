const shownCharacters = 200;

/** A value that a job's author has made, in one line, shortened, for messages. Never fails. */
export function valueText(value: unknown): string {
  const text = wholeText(value);
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters)}…`;
}

function wholeText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      return objectText(value);
    default:
      return String(value);
  }
}

function objectText(value: object | null): string {
  try {
    return toJson(value) ?? Object.prototype.toString.call(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** undefined for an object that wants to be nothing in JSON. */
function toJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner));
}
