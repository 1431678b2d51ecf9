import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The notation of docs/cli.md for JSON: `{ id, endMs?, operators: [Operator] }`, `[Job]`, a name of the list, or `any`. A field without a
 * shape is a text, a number, a boolean or null.
 */
type Shape =
  | { readonly k: 'any' }
  | { readonly k: 'list'; readonly of: Shape }
  | { readonly k: 'named'; readonly name: string }
  | { readonly k: 'object'; readonly fields: ReadonlyMap<string, Field> };

interface Field {
  readonly optional: boolean;
  /** Undefined: a scalar. */
  readonly shape: Shape | undefined;
}

export type Names = ReadonlyMap<string, string>;

/** What of the value is not as the shape says: nothing when it fits. */
export function misfits(value: unknown, shape: string, names: Names): readonly string[] {
  return [...differences(value, parse(shape), names, '')];
}

function parse(text: string): Shape {
  const tokens = text.match(/[A-Za-z]\w*|[[\]{}:,?]/g) ?? [];
  let at = 0;
  const next = (): string => tokens[at++] ?? '';
  const skip = (token: string): boolean => tokens[at] === token && ++at > 0;
  const shape = (): Shape => {
    const token = next();
    if (token === 'any') return { k: 'any' };
    if (token === '[') {
      const of = shape();
      if (!skip(']')) throw new Error(`no ] in ${text}`);
      return { k: 'list', of };
    }
    if (token !== '{') return { k: 'named', name: token };
    const fields = new Map<string, Field>();
    while (!skip('}')) {
      if (at >= tokens.length) throw new Error(`no } in ${text}`);
      const name = next();
      const optional = skip('?');
      fields.set(name, { optional, shape: skip(':') ? shape() : undefined });
      skip(',');
    }
    return { k: 'object', fields };
  };
  return shape();
}

function* differences(value: unknown, shape: Shape, names: Names, where: string): Generator<string> {
  switch (shape.k) {
    case 'any':
      return;
    case 'named': {
      const named = names.get(shape.name);
      if (named === undefined) yield `${where}: no shape is called ${shape.name}`;
      else yield* differences(value, parse(named), names, where);
      return;
    }
    case 'list':
      if (!Array.isArray(value)) yield `${where} is no list`;
      else if (value.length === 0) yield `${where} is empty: nothing of it is tested`;
      else for (const item of value as unknown[]) yield* differences(item, shape.of, names, `${where}[]`);
      return;
    case 'object': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        yield `${where} is no object`;
        return;
      }
      const given = new Map(Object.entries(value));
      for (const [name, field] of shape.fields) {
        if (!given.has(name)) {
          if (!field.optional) yield `${where}.${name} is not there`;
          continue;
        }
        const inner: unknown = given.get(name);
        if (field.shape !== undefined) yield* differences(inner, field.shape, names, `${where}.${name}`);
        else if (typeof inner === 'object' && inner !== null) yield `${where}.${name} is not a scalar`;
      }
      for (const name of given.keys()) if (!shape.fields.has(name)) yield `${where}.${name} is not documented`;
    }
  }
}

/** The shapes of docs/cli.md: those with a name, and that of each command line. */
export function documentedShapes() {
  const file = join(import.meta.dirname, '../../../docs/cli.md');
  const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  const json = text.slice(text.indexOf('## JSON'), text.indexOf('## Apache Flink'));
  const named = json.matchAll(/^(\w+) = (\{.*?\})$/gms);
  const names: Names = new Map(Array.from(named, (match) => [match[1] ?? '', match[2] ?? ''] as const));
  const commands = json.matchAll(/^\| `([^`]+)` +\| `([^`]+)` +\|$/gm);
  return { names, rows: Array.from(commands, (match) => ({ command: match[1] ?? '', shape: match[2] ?? '' })) };
}
