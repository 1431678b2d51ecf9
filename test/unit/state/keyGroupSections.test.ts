import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyGroupsHandle } from '../../../runtime/formats/handles';
import { headerEnd, readTogether, sectionsOf } from '../../../runtime/state/keyGroupSections';

const handle = (offsets: readonly number[], start = 4): KeyGroupsHandle => ({
  t: 'savepoint',
  range: { start, end: start + offsets.length - 1 },
  offsets,
  data: { t: 'emptySegment' },
});

test('a key group reaches to the next one that has data, or to the end of the file', () => {
  const sections = sectionsOf(handle([100, 0, 150, 160]), { start: 0, end: 99 }, 200);
  assert.deepEqual(sections, [
    { keyGroup: 4, start: 100, end: 150 },
    { keyGroup: 6, start: 150, end: 160 },
    { keyGroup: 7, start: 160, end: 200 },
  ]);
});

test('only the wanted key groups are read, neighbours of the file at once', () => {
  const inOrder = sectionsOf(handle([100, 110, 120, 130]), { start: 5, end: 6 }, 140);
  assert.deepEqual(
    readTogether(inOrder).map((group) => group.map(({ keyGroup }) => keyGroup)),
    [[5, 6]],
  );
  const scattered = sectionsOf(handle([110, 100, 120, 90]), { start: 5, end: 6 }, 140);
  assert.deepEqual(
    readTogether(scattered).map((group) => group.map(({ keyGroup }) => keyGroup)),
    [[5], [6]],
  );
});

test('large key groups are not read together', () => {
  const sections = sectionsOf(handle([100, 700_000, 1_400_000]), { start: 4, end: 6 }, 2_000_000);
  assert.deepEqual(
    readTogether(sections).map((group) => group.length),
    [1, 1, 1],
  );
});

test('the header ends where the first key group begins; a file without data is all header', () => {
  assert.equal(headerEnd(handle([0, 90, 120]), 200), 90);
  assert.equal(headerEnd(handle([0, 0]), 200), 200);
});

test('an offset behind the end of the file is refused', () => {
  assert.throws(() => sectionsOf(handle([100, 300]), { start: 4, end: 5 }, 200), { code: 'format.malformed' });
});
