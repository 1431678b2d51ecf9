import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ageText,
  calmAgeText,
  countText,
  durationText,
  elapsedText,
  shortened,
} from '../../../extension/tree/model/format';

describe('figures for people', () => {
  test('durations keep two digits and change their unit', () => {
    assert.deepEqual([0.4, 41, 999, 1_300, 9_960, 61_000, 7_300_000].map(durationText), [
      '0 ms',
      '41 ms',
      '999 ms',
      '1.3 s',
      '9 s',
      '1 min',
      '2 h',
    ]);
  });

  test('ages are exact for ten seconds, then in calm steps', () => {
    const age = (ms: number): string => ageText(1_000_000 - ms, 1_000_000);
    assert.deepEqual([0, 2_041, 9_999, 13_000, 59_000, 60_000, 3_700_000, 90_000_000].map(age), [
      'just now',
      '2 s ago',
      '9 s ago',
      '10 s ago',
      '55 s ago',
      '1 min ago',
      '1 h ago',
      '1 d ago',
    ]);
    assert.equal(calmAgeText(0, 9_000), 'just now');
    assert.equal(calmAgeText(0, 12_000), '10 s ago');
    assert.equal(elapsedText(0, 720_000), '12 min');
  });

  test('a clock that went back makes no negative age', () => {
    assert.equal(ageText(5_000, 1_000), 'just now');
  });

  test('counts have their separators and their plural', () => {
    assert.equal(countText(1, 'state'), '1 state');
    assert.equal(countText(812_004, 'row'), '812,004 rows');
    assert.equal(countText(2, 'entry', 'entries'), '2 entries');
  });

  test('long text is cut, and is one line', () => {
    assert.equal(shortened('a\n  b', 10), 'a b');
    assert.equal(shortened('abcdefghij', 5), 'abcd…');
  });
});
