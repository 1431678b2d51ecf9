import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatchCollector } from '../../../runtime/taskmanager/operators/batchCollector';

describe('what a function emits', () => {
  test('is a batch without times as long as no row has one', () => {
    const collector = new BatchCollector();
    for (let row = 0; row < 100; row++) collector.collect(row);
    const batch = collector.take();
    assert.equal(batch?.length, 100);
    assert.deepEqual(batch.rows, [...Array(100).keys()]);
    assert.equal(batch.timestamps, undefined);
  });

  test('keeps the time of each row, also where rows without one come before and after', () => {
    const collector = new BatchCollector();
    const timestamps = Array.from({ length: 100 }, (_, row) => (row < 20 || row === 50 ? NaN : row));
    for (const timestamp of timestamps) {
      collector.timestamp = timestamp;
      collector.collect('row');
    }
    assert.deepEqual([...(collector.take()?.timestamps ?? [])], timestamps);
  });

  test('of a shorter batch after a longer one has no rows of the longer one', () => {
    const collector = new BatchCollector();
    collector.timestamp = 7;
    for (let row = 0; row < 100; row++) collector.collect(row);
    collector.take();
    assert.equal(collector.take(), undefined);
    collector.collect('last');
    const batch = collector.take();
    assert.deepEqual([batch?.rows, [...(batch?.timestamps ?? [])]], [['last'], [7]]);
  });
});
