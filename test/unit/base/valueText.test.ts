import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { valueText } from '../../../runtime/base/valueText';

describe('the text of a value', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const cases: readonly (readonly [unknown, string])[] = [
    ['a "b"', '"a \\"b\\""'],
    [NaN, 'NaN'],
    [3n, '3n'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ id: 3n, at: [1] }, '{"id":"3n","at":[1]}'],
    [circle, '[object Object]'],
    [{ toJSON: () => undefined }, '[object Object]'],
  ];
  for (const [value, text] of cases) test(`is ${text}`, () => assert.equal(valueText(value), text));

  test('is cut where it is long', () => assert.equal(valueText('x'.repeat(300)), `"${'x'.repeat(199)}…`));
});
