import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from '../../../runtime/base/canonicalJson';

describe('canonical JSON', () => {
  test('prints numbers, strings and literals as RFC 8785 shows', () => {
    const numbers = [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0];
    assert.equal(
      canonicalJson({ numbers, string: '€$\u000f\nA\'B"\\\\"/', literals: [null, true, false] }),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('sorts members by UTF-16 code units, as RFC 8785 shows', () => {
    const value = { '€': 5, '\r': 1, '\ufb33': 7, '1': 2, '😀': 6, '\u0080': 3, ö: 4 };
    assert.equal(canonicalJson(value), '{"\\r":1,"1":2,"\u0080":3,"ö":4,"€":5,"😀":6,"\ufb33":7}');
  });

  test('reads back as the same value, and is the same text again', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
        assert.equal(canonicalJson(JSON.parse(text)), text);
      }),
    );
  });

  test('leaves out members that are undefined', () => assert.equal(canonicalJson({ a: undefined, b: 1 }), '{"b":1}'));

  const circle: { self?: unknown } = {};
  circle.self = circle;
  const refused: readonly [what: RegExp, value: unknown][] = [
    [/a bigint/, { n: 1n }],
    [/a function/, { f: () => 1 }],
    [/NaN/, [NaN]],
    [/Infinity/, Infinity],
    [/a undefined/, [undefined]],
    [/a Map/, new Map()],
    [/a Date/, new Date(0)],
    [/a special object/, Object.create(Object.create(null) as object)],
    [/contains itself/, circle],
  ];
  for (const [what, value] of refused) {
    test(`refuses ${what.source}`, () => {
      assert.throws(() => canonicalJson(value), { code: 'type.not-json', domain: 'user', message: what });
    });
  }

  test('allows one object at two places', () => {
    const shared = { a: 1 };
    assert.equal(canonicalJson([shared, shared]), '[{"a":1},{"a":1}]');
  });
});
