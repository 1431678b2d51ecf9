import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterOf } from './inProcess';
import { job, jobRecord } from './records';

test('a job says how often it was restarted, and when the newest times were; its start is none', async () => {
  const recovery = (number: number) => ({
    recovery: number,
    cause: { k: 'start' } as const,
    startMs: number * 1_000,
    status: 'done' as const,
    events: [],
  });
  const restartsAfter = async (count: number): Promise<unknown> => {
    const recoveries = Array.from({ length: count + 1 }, (_, number) => recovery(number));
    return (await clusterOf({ job: () => jobRecord({ recoveries }) }).get('job', { job })).restarts;
  };
  assert.equal(await restartsAfter(0), undefined);
  assert.deepEqual(await restartsAfter(2), { count: 2, atMs: [2_000, 1_000] });
  const many = (await restartsAfter(30)) as { count: number; atMs: number[] };
  assert.deepEqual([many.count, many.atMs.length, many.atMs[0]], [30, 10, 30_000]);
});
