import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { TimeWindow } from '../../../runtime/api/windowing/timeWindow';
import { MergingWindowSet, type WindowMapping } from '../../../runtime/taskmanager/operators/window/mergingWindowSet';

const window = (start: number, end: number): TimeWindow => ({ start, end });

/** Whose contents are whose: what the operator does with the merges, on names of rows. */
class Contents {
  private readonly rows = new Map<string, string[]>();

  add(stateWindow: TimeWindow, row: string): void {
    this.rows.set(keyOf(stateWindow), [...this.at(stateWindow), row]);
  }

  merge(target: TimeWindow, sources: readonly TimeWindow[]): void {
    for (const source of sources) {
      for (const row of this.at(source)) this.add(target, row);
      this.rows.delete(keyOf(source));
    }
  }

  at(stateWindow: TimeWindow): readonly string[] {
    return this.rows.get(keyOf(stateWindow)) ?? [];
  }
}

const keyOf = ({ start, end }: TimeWindow): string => `${start}..${end}`;

/** What sessions mean: rows sorted by time, cut where the next one begins after all those before have ended. */
function sessionsOf(rows: readonly TimeWindow[]): { window: TimeWindow; rows: number[] }[] {
  const sessions: { window: TimeWindow; rows: number[] }[] = [];
  const sorted = rows.map((row, index) => ({ row, index })).sort((a, b) => a.row.start - b.row.start);
  for (const { row, index } of sorted) {
    const last = sessions.at(-1);
    if (last === undefined || last.window.end < row.start) sessions.push({ window: row, rows: [index] });
    else {
      last.window = window(last.window.start, Math.max(last.window.end, row.end));
      last.rows.push(index);
    }
  }
  return sessions.map(({ window, rows }) => ({ window, rows: rows.sort((a, b) => a - b) }));
}

describe('MergingWindowSet', () => {
  test('a first window is stored under itself', () => {
    const set = new MergingWindowSet([]);
    assert.deepEqual(set.addWindow(window(0, 4)), {
      window: window(0, 4),
      stateWindow: window(0, 4),
      merge: undefined,
    });
    assert.deepEqual(set.toStore, [[window(0, 4), window(0, 4)]]);
  });

  test('a window that lies within one that is there changes nothing', () => {
    const set = new MergingWindowSet([[window(0, 9), window(3, 9)]]);
    assert.deepEqual(set.addWindow(window(2, 9)), {
      window: window(0, 9),
      stateWindow: window(3, 9),
      merge: undefined,
    });
    assert.equal(set.toStore, undefined);
  });

  test('a window that grows keeps its place in the state', () => {
    const set = new MergingWindowSet([[window(0, 9), window(3, 9)]]);
    assert.deepEqual(set.addWindow(window(9, 12)).merge, {
      result: window(0, 12),
      merged: [window(0, 9)],
      stateWindow: window(3, 9),
      mergedStateWindows: [],
    });
    assert.deepEqual(set.toStore, [[window(0, 12), window(3, 9)]]);
  });

  test('a window between two makes one of three', () => {
    const set = new MergingWindowSet([
      [window(10, 14), window(10, 13)],
      [window(0, 4), window(1, 4)],
      [window(20, 24), window(20, 24)],
    ]);
    assert.deepEqual(set.addWindow(window(4, 10)).merge, {
      result: window(0, 14),
      merged: [window(0, 4), window(10, 14)],
      stateWindow: window(1, 4),
      mergedStateWindows: [window(10, 13)],
    });
    assert.deepEqual(set.toStore, [
      [window(20, 24), window(20, 24)],
      [window(0, 14), window(1, 4)],
    ]);
  });

  test('a window that is over is forgotten, and only once', () => {
    const set = new MergingWindowSet([[window(0, 4), window(1, 4)]]);
    assert.deepEqual(set.stateWindowOf(window(0, 4)), window(1, 4));
    set.retireWindow(window(0, 4));
    assert.deepEqual(set.toStore, []);
    assert.equal(set.stateWindowOf(window(0, 4)), undefined);
    assert.throws(() => set.retireWindow(window(0, 4)), { code: 'internal.no-window' });
  });

  test('gives the sessions of the rows in whatever order these come and wherever it is stored in between', () => {
    const rows = fc.array(
      fc.record({ start: fc.integer({ min: -60, max: 60 }), length: fc.integer({ min: 1, max: 9 }) }),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(rows, fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }), (given, stored) => {
        const added = given.map(({ start, length }) => window(start, start + length));
        const contents = new Contents();
        let mappings: readonly WindowMapping[] = [];
        let set = new MergingWindowSet(mappings);
        added.forEach((each, index) => {
          const { stateWindow, merge } = set.addWindow(each);
          if (merge !== undefined) contents.merge(merge.stateWindow, merge.mergedStateWindows);
          contents.add(stateWindow, String(index));
          mappings = set.toStore ?? mappings;
          if (stored[index] === true) set = new MergingWindowSet(mappings);
        });
        const found = mappings
          .toSorted(([a], [b]) => a.start - b.start)
          .map(([each, stateWindow]) => ({
            window: each,
            rows: contents
              .at(stateWindow)
              .map(Number)
              .sort((a, b) => a - b),
          }));
        assert.deepEqual(found, sessionsOf(added));
      }),
    );
  });
});
