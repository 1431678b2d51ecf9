import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JobStateError } from '../../../runtime/base/errors';
import { id, type CheckpointId, type VertexId } from '../../../runtime/base/ids';
import { checkpointHistoryLength, checkpointSummariesLength } from '../../../runtime/checkpoint/checkpointRecords';
import { CheckpointStatsTracker } from '../../../runtime/checkpoint/checkpointStatsTracker';
import { checkpointPage, checkpointWithParts } from '../../../runtime/jobmanager/rest/debug/checkpointPages';
import { jobRecord } from '../cluster/records';

const vertices = [{ vertex: id<VertexId>('1'.repeat(32)), parallelism: 2 }];
const ofCheckpoint = (number: number): CheckpointId => id<CheckpointId>(number);

/** After so many checkpoints, each completed; every tenth is a savepoint. `open` stays in progress. */
function trackerAfter(count: number, open?: number): CheckpointStatsTracker {
  const tracker = new CheckpointStatsTracker();
  for (let number = 1; number <= count; number++) {
    tracker.triggered(ofCheckpoint(number), number % 10 === 0 ? 'SAVEPOINT' : 'CHECKPOINT', number, vertices);
    if (number !== open) tracker.completed(ofCheckpoint(number), number, `/c/chk-${number}`);
  }
  return tracker;
}

/** The ids of all pages one after the other. */
function walk(tracker: CheckpointStatsTracker, limit: number, savepoints?: boolean): number[] {
  const ids: number[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (;;) {
    const page = checkpointPage(tracker.snapshot(), {
      before,
      limit,
      ...(savepoints === undefined ? {} : { savepoints }),
    });
    ids.push(...page.items.map((item) => item.id));
    if (page.next === undefined) return ids;
    assert.equal(page.items.length, limit);
    before = Number(page.next);
  }
}

const falling = (from: number, step = 1): number[] =>
  Array.from({ length: Math.floor(from / step) }, (_, index) => from - index * step);

describe('pages of checkpoints', () => {
  test('are all 10,000 of a job, newest first, in pages of any size', () => {
    const tracker = trackerAfter(10_000);
    for (const limit of [1_000, 333, 10_000]) assert.deepEqual(walk(tracker, limit), falling(10_000));
    const { total, items } = checkpointPage(tracker.snapshot(), { before: 4_000, limit: 3 });
    assert.equal(total, 10_000);
    assert.deepEqual(
      items.map((item) => item.id),
      [3_999, 3_998, 3_997],
    );
  });

  test('of savepoints alone are as long, and count savepoints alone', () => {
    const tracker = trackerAfter(1_000);
    assert.deepEqual(walk(tracker, 7, true), falling(1_000, 10));
    assert.equal(checkpointPage(tracker.snapshot(), { before: 500, limit: 1, savepoints: true }).total, 100);
    assert.equal(walk(tracker, 100, false).length, 900);
  });

  test('have one that is in progress for long in its place, also when it ends', () => {
    const tracker = trackerAfter(200, 5);
    assert.deepEqual(walk(tracker, 50), falling(200));
    tracker.completed(ofCheckpoint(5), 900, '/c/chk-5');
    for (let number = 201; number <= 210; number++) tracker.triggered(ofCheckpoint(number), 'CHECKPOINT', 0, vertices);
    assert.deepEqual(walk(tracker, 50), falling(210));
  });

  test('end with the oldest that is remembered', () => {
    const remembered = checkpointHistoryLength + checkpointSummariesLength;
    const ids = walk(trackerAfter(remembered + 7), 1_000);
    assert.equal(ids.length, remembered);
    assert.equal(ids.at(-1), 8);
  });

  test('show an old one whose files went later as discarded', () => {
    const tracker = trackerAfter(500);
    tracker.discarded(ofCheckpoint(17));
    tracker.disposed('/c/chk-20');
    const { older } = tracker.snapshot();
    assert.deepEqual(
      older.filter(({ discarded }) => discarded).map(({ id: discarded }) => discarded),
      [17, 20],
    );
  });
});

test('a checkpoint of which no parts are remembered says where they are', () => {
  const tracker = trackerAfter(100);
  tracker.discarded(ofCheckpoint(3));
  const job = { ...jobRecord(), checkpoints: tracker.snapshot() };
  assert.equal(checkpointWithParts(job, ofCheckpoint(60)).vertices.length, 1);
  const advice = (number: number): string => {
    try {
      checkpointWithParts(job, ofCheckpoint(number));
    } catch (error) {
      assert.ok(error instanceof JobStateError);
      return error.advice;
    }
    return '';
  };
  assert.match(advice(20), /\/c\/chk-20/);
  assert.match(advice(3), /newer/);
  assert.throws(() => checkpointWithParts(job, ofCheckpoint(101)), /Could not find checkpointing statistics/);
});
