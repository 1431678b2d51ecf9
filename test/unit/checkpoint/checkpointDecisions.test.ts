import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  afterCompletion,
  afterFailure,
  countsAsFailure,
  noFailures,
} from '../../../runtime/checkpoint/checkpointFailureManager';
import { nextRequest, oneTooMany, type Wanted } from '../../../runtime/checkpoint/checkpointRequestDecider';
import type { CheckpointFailureReason, CheckpointKind } from '../../../runtime/checkpoint/checkpointRecords';

const kinds: readonly CheckpointKind[] = ['CHECKPOINT', 'SAVEPOINT', 'SYNC_SAVEPOINT'];

/** For each reason the kinds of snapshots that count against the tolerated failures. */
const table: Readonly<Record<CheckpointFailureReason, readonly CheckpointKind[]>> = {
  declined: ['CHECKPOINT', 'SAVEPOINT'],
  expired: ['CHECKPOINT'],
  'trigger-failed': ['CHECKPOINT'],
  'store-failed': ['CHECKPOINT'],
  'task-not-ready': [],
  superseded: [],
  'not-all-tasks-running': [],
  'minimum-pause': [],
  'too-many-requests': [],
  cancelled: [],
  'job-failed': [],
  shutdown: [],
};
const reasons = Object.keys(table) as CheckpointFailureReason[];

describe('a failed snapshot', () => {
  for (const reason of reasons) {
    test(`with the reason ${reason} counts for ${table[reason].join(' and ') || 'nothing'}`, () => {
      assert.deepEqual(
        kinds.filter((kind) => countsAsFailure({ kind, reason })),
        table[reason],
      );
    });
  }

  test('fails the job when more in a row counted than are tolerated; then the count begins anew', () => {
    let count = noFailures;
    const fails = [1, 2, 3, 4, 5, 6].map((id) => {
      const after = afterFailure(count, { id, kind: 'CHECKPOINT', reason: 'expired' }, 2);
      count = after.count;
      return after.failsJob;
    });
    assert.deepEqual(fails, [false, false, true, false, false, true]);
  });

  test('is forgotten with the next one that completes, a savepoint too, and does not count when it is older than that', () => {
    const once = afterFailure(noFailures, { id: 1, kind: 'CHECKPOINT', reason: 'declined' }, 1).count;
    const completed = afterCompletion(once, 3);
    assert.equal(completed.inARow, 0);
    assert.deepEqual(afterFailure(completed, { id: 2, kind: 'CHECKPOINT', reason: 'declined' }, 0), {
      count: completed,
      failsJob: false,
    });
  });

  test('never fails a job that tolerates all', () => {
    const { count, failsJob } = afterFailure(
      noFailures,
      { id: 1, kind: 'CHECKPOINT', reason: 'store-failed' },
      'unlimited',
    );
    assert.deepEqual([count, failsJob], [noFailures, false]);
  });
});

describe('the requests for snapshots', () => {
  const savepoint: Wanted = { kind: 'SAVEPOINT' };
  const asked: Wanted = { kind: 'CHECKPOINT' };
  const periodic: Wanted = { kind: 'CHECKPOINT', periodic: true };
  const free = { underWay: false, pauseLeftMs: 0 };

  const decisions: readonly [
    what: string,
    ...Parameters<typeof nextRequest>,
    expected: ReturnType<typeof nextRequest>,
  ][] = [
    ['nothing is wanted', [], free, { d: 'wait' }],
    ['one is under way', [savepoint], { ...free, underWay: true }, { d: 'wait' }],
    ['savepoints go first', [periodic, asked, savepoint], free, { d: 'start', index: 2 }],
    ['then what was asked for', [periodic, asked, asked], free, { d: 'start', index: 1 }],
    ['then periodic ones', [periodic], free, { d: 'start', index: 0 }],
    ['what was asked for needs no pause', [periodic, asked], { ...free, pauseLeftMs: 5 }, { d: 'start', index: 1 }],
    [
      'a periodic one does',
      [periodic],
      { ...free, pauseLeftMs: 5 },
      { d: 'refuse', index: 0, reason: 'minimum-pause', afterMs: 5 },
    ],
  ];
  for (const [what, queue, present, expected] of decisions) {
    test(`are dealt with one at a time: ${what}`, () => {
      assert.deepEqual(nextRequest(queue, present), expected);
    });
  }

  test('are at most a thousand: a periodic one goes first, else the newest', () => {
    const many = Array.from({ length: 1_000 }, () => asked);
    assert.equal(oneTooMany(many), undefined);
    assert.equal(oneTooMany([...many, asked]), 1_000);
    assert.equal(oneTooMany([periodic, ...many]), 0);
  });

  test('are all started sooner or later', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(savepoint, asked, periodic)), (queue) => {
        const left = [...queue];
        for (let round = 0; round < queue.length; round++) {
          const decision = nextRequest(left, free);
          assert.equal(decision.d, 'start');
          left.splice(decision.index, 1);
        }
        assert.equal(left.length, 0);
      }),
    );
  });
});
