import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeColumns, encodeColumns } from '../../../runtime/wire/columns';

function roundTrip(rows: readonly unknown[]): unknown[] | undefined {
  const bytes = encodeColumns(rows, rows.length);
  return bytes === undefined ? undefined : decodeColumns(bytes, rows.length);
}

const field = fc.oneof(fc.string(), fc.constantFrom('a"]; throw 1; //', 'constructor', 'toString', 'ä', '1', '\n'));
const kinds = {
  integer: fc.oneof(fc.integer(), fc.constantFrom(-0, 2 ** 31, -(2 ** 31))),
  double: fc.double(),
  text: fc.string({ unit: 'grapheme' }),
  truth: fc.boolean(),
} as const;

const rowsOfOneShape = fc
  .uniqueArray(field, { minLength: 1, maxLength: 5 })
  .filter((fields) => !fields.includes('__proto__'))
  .chain((fields) =>
    fc.tuple(...fields.map(() => fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])))).chain((chosen) =>
      fc.array(
        fc
          .tuple(...chosen.map((kind) => kinds[kind] as fc.Arbitrary<unknown>))
          .map((values) => Object.fromEntries(fields.map((name, index) => [name, values[index]]))),
        { minLength: 1, maxLength: 200 },
      ),
    ),
  );

describe('rows as columns', () => {
  test('rows of one shape come back as they were, with their fields in order, whatever the fields are called', () => {
    fc.assert(
      fc.property(rowsOfOneShape, (rows) => {
        const back = roundTrip(rows);
        assert.deepStrictEqual(back, rows);
        assert.deepEqual(Object.keys(back[0] ?? {}), Object.keys(rows[0] ?? {}));
      }),
    );
  });

  test('texts of which few are the same are not looked up, and come back, too', () => {
    const rows = Array.from({ length: 1000 }, (_, index) => ({ text: `text ${index}`, same: `same ${index % 7}` }));
    assert.deepEqual(roundTrip(rows), rows);
  });

  test('a decoded row is a fresh object: nobody else sees what a function writes into it', () => {
    const rows = roundTrip([{ n: 1 }, { n: 1 }]) as { n: number }[];
    assert.notEqual(rows[0], rows[1]);
  });

  for (const [what, rows] of Object.entries({
    'an empty batch': [],
    'a row with one field more': [{ a: 1 }, { a: 1, b: 2 }],
    'a row without a field': [{ a: 1, b: 2 }, { a: 1 }],
    'fields in another order': [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    'numbers mixed with texts': [{ a: 1 }, { a: '1' }],
    'truth values mixed with numbers': [{ a: true }, { a: 1 }],
    'a null': [{ a: 1 }, { a: null }],
    'an undefined': [{ a: undefined }],
    'a big integer': [{ a: 1n }],
    'a nested object': [{ a: {} }],
    'a date': [{ a: new Date(0) }],
    'a bare number': [1, 2],
    'an array': [[1], [2]],
    'an object of a class': [
      new (class Row {
        n = 1;
      })(),
    ],
    'a map': [new Map([['a', 1]])],
    'a field that would be the prototype': [JSON.parse('{ "__proto__": 1 }') as unknown],
  })) {
    test(`${what} is left to records`, () => assert.equal(encodeColumns(rows, rows.length), undefined));
  }
});
