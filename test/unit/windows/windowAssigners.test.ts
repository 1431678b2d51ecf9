import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { EventTimeSessionWindows, ProcessingTimeSessionWindows } from '../../../runtime/api/windowing/sessionWindows';
import { getWindowStartWithOffset } from '../../../runtime/api/windowing/timeWindow';
import {
  SlidingEventTimeWindows,
  SlidingProcessingTimeWindows,
  TumblingEventTimeWindows,
  TumblingProcessingTimeWindows,
  type WindowAssigner,
} from '../../../runtime/api/windowing/windowAssigners';

const nowhere = 0;
const bad = (field: string) => ({ code: 'job.bad-setting', subject: { field } });

/** `0-10 5-15`. */
function windowsOf<T>(assigner: WindowAssigner<T>, timestampMs: number, value = undefined as T): string {
  const windows = assigner.assignWindows(value, timestampMs, nowhere);
  return windows.map(({ start, end }) => `${start}..${end}`).join(' ');
}

describe('the start of a window', () => {
  // Time, offset, size, start; the first ones are those of Flink's documentation of offsets.
  const table: readonly (readonly [number, number, number, number])[] = [
    [0, 0, 7, 0],
    [6, 0, 7, 0],
    [7, 0, 7, 7],
    [8, 0, 7, 7],
    [1, 3, 7, -4],
    [3, 3, 7, 3],
    [9, 3, 7, 3],
    [10, 3, 7, 10],
    [1, -2, 7, -2],
    [-2, -2, 7, -2],
    [3, -2, 7, -2],
    [4, -2, 7, -2],
    [5, -2, 7, 5],
    [-1, 0, 7, -7],
    [-7, 0, 7, -7],
    [-8, 0, 7, -14],
    [-25, 4, 10, -26],
    [978_310_800_000, 0, 86_400_000, 978_307_200_000],
  ];
  for (const [timeMs, offsetMs, sizeMs, start] of table) {
    test(`${timeMs} lies in the window of ${sizeMs} from ${start} when the offset is ${offsetMs}`, () => {
      assert.equal(getWindowStartWithOffset(timeMs, offsetMs, sizeMs), start);
    });
  }

  test('is the only multiple of the size plus the offset whose window holds the time', () => {
    const time = fc.integer({ min: -1e15, max: 1e15 });
    const size = fc.integer({ min: 1, max: 1e10 });
    fc.assert(
      fc.property(time, size, fc.double({ min: -0.999, max: 0.999, noNaN: true }), (timeMs, sizeMs, part) => {
        const offsetMs = Math.trunc(part * sizeMs);
        const start = getWindowStartWithOffset(timeMs, offsetMs, sizeMs);
        assert.ok(start <= timeMs && timeMs < start + sizeMs);
        assert.equal(Math.abs((start - offsetMs) % sizeMs), 0);
      }),
    );
  });
});

describe('window assigners', () => {
  test('tumbling windows follow each other without gaps', () => {
    const windows = TumblingEventTimeWindows.of(10);
    assert.deepEqual(
      [-11, -10, -1, 0, 9, 10].map((time) => windowsOf(windows, time)),
      ['-20..-10', '-10..0', '-10..0', '0..10', '0..10', '10..20'],
    );
    assert.equal(windowsOf(TumblingEventTimeWindows.of(10, 3), 2), '-7..3');
  });

  test('sliding windows hold a row as often as they overlap, newest first', () => {
    assert.equal(windowsOf(SlidingEventTimeWindows.of(10, 5), 12), '10..20 5..15');
    assert.equal(windowsOf(SlidingEventTimeWindows.of(10, 5, 1), -12), '-14..-4 -19..-9');
    assert.equal(windowsOf(SlidingEventTimeWindows.of(10, 4), 8), '8..18 4..14 0..10');
    assert.equal(windowsOf(SlidingEventTimeWindows.of(10, 4), 11), '8..18 4..14');
  });

  test('sliding windows with gaps hold no row that falls into one', () => {
    const windows = SlidingEventTimeWindows.of(3, 10);
    assert.deepEqual(
      [0, 2, 3, 9, 10].map((time) => windowsOf(windows, time)),
      ['0..3', '0..3', '', '', '10..13'],
    );
  });

  test('sliding windows are exactly those that hold the time, whatever was asked before', () => {
    const windows = SlidingEventTimeWindows.of(25, 7, 3);
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), (time) => {
        const expected = [];
        for (let start = -536 * 7 + 3; start <= time; start += 7) if (time < start + 25) expected.unshift(start);
        assert.deepEqual(
          windows.assignWindows(undefined, time).map(({ start }) => start),
          expected,
        );
      }),
    );
  });

  test('a session begins with a row and lasts as long as its gap', () => {
    assert.equal(windowsOf(EventTimeSessionWindows.withGap(30), -5), '-5..25');
    const dynamic = EventTimeSessionWindows.withDynamicGap((row: { gapMs: number }) => row.gapMs);
    assert.equal(windowsOf(dynamic, 5, { gapMs: 2 }), '5..7');
  });

  test('windows of processing time take the clock and no timestamps', () => {
    const at = (assigner: WindowAssigner<unknown>) => assigner.assignWindows(undefined, NaN, 17);
    assert.deepEqual(at(TumblingProcessingTimeWindows.of(10)), [{ start: 10, end: 20 }]);
    assert.deepEqual(at(SlidingProcessingTimeWindows.of(10, 10)), [{ start: 10, end: 20 }]);
    assert.deepEqual(at(ProcessingTimeSessionWindows.withGap(10)), [{ start: 17, end: 27 }]);
    assert.deepEqual(ProcessingTimeSessionWindows.withDynamicGap(() => 1).assignWindows(0, NaN, 17), [
      { start: 17, end: 18 },
    ]);
  });

  test('a row without a timestamp is refused by windows of event time', () => {
    for (const assigner of [
      TumblingEventTimeWindows.of(10),
      SlidingEventTimeWindows.of(10, 5),
      EventTimeSessionWindows.withGap(5),
    ]) {
      assert.throws(() => windowsOf(assigner, NaN), { code: 'window.no-timestamp', domain: 'user' });
    }
  });

  test('describe themselves as Flink does', () => {
    const assigners: readonly WindowAssigner[] = [
      TumblingEventTimeWindows.of(60_000, 5),
      TumblingProcessingTimeWindows.of(5),
      SlidingEventTimeWindows.of(10, 5),
      SlidingProcessingTimeWindows.of(10, 5),
      EventTimeSessionWindows.withGap(7),
      EventTimeSessionWindows.withDynamicGap(() => 1),
      ProcessingTimeSessionWindows.withGap(7),
    ];
    assert.deepEqual(
      assigners.map((assigner) => assigner.describe()),
      [
        'TumblingEventTimeWindows(60000)',
        'TumblingProcessingTimeWindows(5)',
        'SlidingEventTimeWindows(10, 5)',
        'SlidingProcessingTimeWindows(10, 5)',
        'EventTimeSessionWindows(7)',
        'DynamicEventTimeSessionWindows()',
        'ProcessingTimeSessionWindows(7)',
      ],
    );
  });

  test('refuse lengths and offsets that make no windows', () => {
    assert.throws(() => TumblingEventTimeWindows.of(0), bad('sizeMs'));
    assert.throws(() => TumblingEventTimeWindows.of(1.5), bad('sizeMs'));
    assert.throws(() => TumblingEventTimeWindows.of(10, 10), bad('offsetMs'));
    assert.throws(() => TumblingProcessingTimeWindows.of(10, -10), bad('offsetMs'));
    assert.throws(() => SlidingEventTimeWindows.of(10, 0), bad('slideMs'));
    assert.throws(() => SlidingEventTimeWindows.of(10, 5, 5), bad('offsetMs'));
    assert.throws(() => EventTimeSessionWindows.withGap(0), bad('gapMs'));
    for (const gap of [0, -1, 0.5, NaN, Infinity]) {
      const windows = EventTimeSessionWindows.withDynamicGap(() => gap);
      assert.throws(() => windowsOf(windows, 0), { code: 'window.bad-gap', domain: 'user' });
    }
  });
});
