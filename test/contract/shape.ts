import type { Json } from './recordings';

/** Compares two JSON answers by fields and types; of texts those that are one of a few words must be the same. */

const isId = /^[0-9a-f]{32}$/;
/** `RUNNING`, `IN_PROGRESS`: a status or a kind. */
const isWord = /^[A-Z][A-Z_]{2,}$/;

/**
 * What `ours` has more, less or of another type than `theirs`, one sentence each. A `null` on either side says nothing about the other;
 * each element of an array is compared with the one of ours that is most like it; an object whose names are ids is a map, whose values are
 * compared.
 */
export function differences(theirs: Json, ours: Json, path = ''): readonly string[] {
  if (theirs === null || ours === null) return [];
  if (Array.isArray(theirs) && Array.isArray(ours)) return arrayDifferences(theirs, ours, path);
  if (isObject(theirs) && isObject(ours)) return objectDifferences(theirs, ours, path);
  return kindOf(theirs) === kindOf(ours) ? [] : [`${path}: ${kindOf(ours)} instead of ${kindOf(theirs)}`];
}

type JsonObject = { readonly [name: string]: Json };

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function arrayDifferences(theirs: readonly Json[], ours: readonly Json[], path: string): readonly string[] {
  if (theirs.length === 0) return [];
  if (ours.length === 0) return [`${path}[]: empty`];
  const all = theirs.flatMap((element) => {
    const candidates = ours.map((candidate) => differences(element, candidate, `${path}[]`));
    return candidates.reduce((best, candidate) => (candidate.length < best.length ? candidate : best));
  });
  return [...new Set(all)];
}

function objectDifferences(theirs: JsonObject, ours: JsonObject, path: string): readonly string[] {
  const names = Object.keys(theirs);
  if (names.length > 0 && names.every((name) => isId.test(name))) {
    const [theirFirst] = Object.values(theirs);
    const [ourFirst] = Object.values(ours);
    if (ourFirst === undefined) return [`${path}.*: empty`];
    return differences(theirFirst ?? null, ourFirst, `${path}.*`);
  }
  return [
    ...names.flatMap((name) => {
      const [their, our] = [theirs[name], ours[name]];
      return their === undefined
        ? []
        : our === undefined
          ? [`${path}.${name}: missing`]
          : differences(their, our, `${path}.${name}`);
    }),
    ...Object.keys(ours)
      .filter((name) => !(name in theirs))
      .map((name) => `${path}.${name}: added`),
  ];
}

/** Jackson's "NaN" is a number. */
function kindOf(value: Json): string {
  if (value === 'NaN') return 'number';
  if (typeof value === 'string' && isWord.test(value)) return value;
  return Array.isArray(value) ? 'array' : typeof value;
}
