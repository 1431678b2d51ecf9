import type { Check } from '../graph/checks';

/** What may stand between the fields of a CSV file. */
export const delimiterCheck: Check = {
  expected: 'one ASCII character that is no quote and ends no line',
  holds: (value) => typeof value === 'string' && /^[^"\r\n\u0080-\uffff]$/.test(value),
};

/** One record after RFC 4180 without its line end. A record of one field without a value is `""`, because an empty line is no record. */
export function csvLine(values: readonly unknown[], delimiter: string): string {
  const line = values.map((value) => csvField(value, delimiter)).join(delimiter);
  return line === '' ? '""' : line;
}

function csvField(value: unknown, delimiter: string): string {
  if (value === null || value === undefined) return '';
  const text = textOf(value);
  const needsQuotes = text === '' || text.includes(delimiter) || /["\r\n]/.test(text);
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What JSON says as a text, as it does of a date, is that text. */
function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'object': {
      const json = JSON.stringify(value);
      return json.startsWith('"') ? String(JSON.parse(json)) : json;
    }
    case 'function':
    case 'symbol':
    case 'undefined':
      return '';
    default:
      return String(value);
  }
}
