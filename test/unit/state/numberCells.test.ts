import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { NumberCells } from '../../../runtime/state/numberCells';

/** Few keys that collide often, and some at the ends of the safe integers. */
const key = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 32, -(2 ** 32), 2 ** 32 + 1),
);
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, 2 ** 31, -(2 ** 31) - 1));
const value = fc.oneof({ weight: 8, arbitrary: number }, { weight: 1, arbitrary: fc.string() });
const write = fc.record({ key, value: fc.option(value, { nil: undefined }) });

type Value = number | string;

function apply(cells: NumberCells<Value>, at: number, to: Value | undefined): void {
  const slot = cells.slotOf(at);
  if (to === undefined) {
    if (slot >= 0) cells.remove(slot);
  } else if (slot < 0) cells.add(at, to);
  else cells.setValueAt(slot, to);
}

describe('an open-addressing table of integers', () => {
  test('holds what a Map holds after any writes and removals', () => {
    fc.assert(
      fc.property(fc.array(write, { maxLength: 300 }), (writes) => {
        const cells = new NumberCells<Value>();
        const model = new Map<number, Value>();
        for (const { key: at, value: to } of writes) {
          apply(cells, at, to);
          if (to === undefined) model.delete(at);
          else model.set(at, to);
        }
        assert.equal(cells.size, model.size);
        for (const [at, expected] of model) assert.ok(Object.is(cells.valueAt(cells.slotOf(at)), expected));
        assert.deepEqual([...cells.keys()].sort(), [...model.keys()].sort());
      }),
    );
  });

  test('keeps the epoch of a key when it grows and when others are removed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { minLength: 2, maxLength: 60 }), fc.nat(), (keys, seed) => {
        const cells = new NumberCells<number>();
        for (const [index, at] of keys.entries()) cells.setVersionAt(cells.add(at, index), index + 1);
        const removed = keys[seed % keys.length] ?? 0;
        cells.remove(cells.slotOf(removed));
        for (const [index, at] of keys.entries()) {
          if (at === removed) assert.equal(cells.slotOf(at), -1);
          else assert.equal(cells.versionAt(cells.slotOf(at)), index + 1);
        }
      }),
    );
  });

  test('finds a hundred thousand keys in any order, also beyond 32 bits', () => {
    const cells = new NumberCells<number>();
    const keyOf = (index: number): number => (index - 50_000) * 40_000_003;
    for (let index = 0; index < 100_000; index++) cells.add(keyOf(index), index);
    for (let index = 99_999; index >= 0; index--) assert.equal(cells.valueAt(cells.slotOf(keyOf(index))), index);
    assert.equal(cells.slotOf(1), -1);
  });
});
