import { userError } from '../base/errors';

/** JSON text that gives the value back as it was; throws the user error `sink.not-json` where it would not. Properties that are undefined count as absent. */
export function exactJson(value: unknown): string {
  checkJson(value, 'row');
  return JSON.stringify(value);
}

function checkJson(value: unknown, place: string): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (Number.isFinite(value)) return;
      break;
    case 'object':
      if (value === null) return;
      if (Array.isArray(value)) {
        value.forEach((element, index) => checkJson(element, `${place}[${index}]`));
        return;
      }
      if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value) || 'toJSON' in value) break;
      for (const [name, inner] of Object.entries(value)) {
        if (inner !== undefined) checkJson(inner, `${place}.${name}`);
      }
      return;
    default:
      break;
  }
  throw userError(
    'sink.not-json',
    `The ${place} is ${kindOf(value)}, which JSON cannot hold.`,
    'Make texts, numbers, arrays or plain objects of it in a map before the sink.',
    { subject: { field: place } },
  );
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return typeof value;
  return `a ${value.constructor.name}`;
}
