import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesFilter, parseEntryFilter } from '../../../runtime/inspect/entryFilter';

const entry = { key: '"ATL"', keyGroup: 88, value: { late: 'x'.repeat(200) + 'END' }, text: '{ late: … }', subtask: 1 };
const matches = (typed: string): boolean => matchesFilter(parseEntryFilter(typed), entry);

test('a filter has text, subtask from 1 and key group, in any order', () => {
  assert.deepEqual(parseEntryFilter('group:88  New York subtask:2'), { text: 'new york', subtask: 1, keyGroup: 88 });
  assert.deepEqual(parseEntryFilter('  '), {});
  assert.deepEqual(parseEntryFilter('my group:x'), { text: 'my group:x' });
});

test('an entry matches by its key and by the whole of its value, whatever the case', () => {
  assert.equal(matches('atl'), true);
  assert.equal(matches('xend'), true, 'also what the shortened text does not show');
  assert.equal(matches('subtask:2 ATL'), true);
  assert.equal(matches('subtask:1 ATL'), false);
  assert.equal(matches('group:87'), false);
  assert.equal(matches('JFK'), false);
});
