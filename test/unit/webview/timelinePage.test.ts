import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { timelinePage } from '../../../webview/timeline/timelinePage';
import { life } from '../../support/timelines';

describe('the timeline of a job', () => {
  const page = timelinePage(life, 800);

  test('says each thing in one sentence', () => {
    assert.equal(page.title, 'Timeline of flights');
    assert.equal(page.summary, '4 checkpoints · 1 savepoint · 1 failed · 1 recovery');
    assert.deepEqual(
      page.items.map(({ sentence }) => sentence),
      [
        'checkpoint 1, 5 s after the start · 40 ms · 10 kB',
        'checkpoint 2, 10 s after the start · 80 ms · 20 kB',
        'savepoint 3, 12 s after the start · 60 ms · 20 kB',
        'recovery #1, 14 s after the start · tm-2 killed by you · 641 ms · local 16 kB, remote 18 kB',
        'checkpoint 4, 20 s after the start · failed: 1 of 4 subtasks declined',
        'checkpoint 5, 25 s after the start · 40 ms · 40 kB',
      ],
    );
  });

  test('has time from left to right, within the width that there is', () => {
    const lefts = page.items.map(({ leftPx }) => leftPx);
    assert.deepEqual(
      lefts,
      [...lefts].sort((one, other) => one - other),
    );
    assert.ok((lefts[0] ?? 0) > 0 && (lefts.at(-1) ?? 0) < page.widthPx);
    assert.equal(page.widthPx, 800);
    assert.deepEqual(
      page.ticks.map(({ text }) => text),
      ['start', '5 s', '10 s', '15 s', '20 s', '25 s'],
    );
  });

  test('height is how long it took, fill how large it is, or which share of a recovery was local', () => {
    const of = (key: string) => page.items.find((item) => item.key === key);
    assert.equal(of('checkpoint 2')?.height, 1);
    assert.equal(of('checkpoint 5')?.fill, 1);
    assert.equal(of('checkpoint 1')?.fill, 0.5);
    assert.ok(Math.abs((of('recovery 1')?.fill ?? 0) - 16 / 34) < 0.01);
  });

  test('grows with what is on it, up to a bound', () => {
    const [first] = life.entries;
    assert.ok(first);
    const entries = Array.from({ length: 2_000 }, (_, index) => ({ ...first, id: index, atMs: life.startMs + index }));
    assert.equal(timelinePage({ ...life, entries }, 800).widthPx, 36_000);
    assert.equal(timelinePage({ ...life, entries: [...entries, ...entries] }, 800).widthPx, 40_000);
  });

  test('is empty but sound for a job that has just begun', () => {
    const empty = timelinePage({ ...life, entries: [] }, 800);
    assert.deepEqual(empty.items, []);
    assert.equal(empty.summary, '0 checkpoints · 0 recoveries');
  });
});
