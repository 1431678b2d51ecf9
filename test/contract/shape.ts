/** Compares two JSON answers by fields and types. */

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const isId = /^[0-9a-f]{32}$/;

/**
 * What `ours` has more, less or of another type than `theirs`, one sentence each. A `null` on either side says nothing about the other;
 * an array is as all its elements; an object whose names are ids is a map, whose values are compared.
 */
export function differences(theirs: Json, ours: Json, path = ''): readonly string[] {
  if (theirs === null || ours === null) return [];
  if (Array.isArray(theirs) && Array.isArray(ours)) return arrayDifferences(theirs, ours, path);
  if (typeof theirs === 'object' && typeof ours === 'object' && !Array.isArray(theirs) && !Array.isArray(ours)) {
    return objectDifferences(asObject(theirs), asObject(ours), path);
  }
  return kindOf(theirs) === kindOf(ours) ? [] : [`${path}: ${kindOf(ours)} instead of ${kindOf(theirs)}`];
}

type JsonObject = { readonly [name: string]: Json };

function asObject(value: Json): JsonObject {
  return value as JsonObject;
}

/** Each element is compared with the one of ours that is most like it. */
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
  return Array.isArray(value) ? 'array' : typeof value;
}
