import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckpointLists } from '../../../extension/tree/model/checkpointLists';
import { FakeCluster } from '../../support/fakeCluster/fakeCluster';
import { checkpointInfo, job } from '../../support/fakeCluster/flightsData';

/** A cluster with the checkpoints from 1 to `newest()`; each question's limit stands in `limits`. */
function clusterWith(newest: () => number, limits: number[]): FakeCluster {
  return new FakeCluster({
    checkpoints: (_query, page) => {
      const limit = Math.min(1_000, page?.limit ?? 100);
      limits.push(limit);
      const first = page?.after === undefined ? newest() : Number(page.after) - 1;
      const count = Math.min(limit, first);
      const items = Array.from({ length: count }, (_, index) => checkpointInfo(first - index));
      const last = first - count + 1;
      return { items, total: newest(), ...(last > 1 ? { next: String(last) } : {}) };
    },
  });
}

const { signal } = new AbortController();
const query = { job, savepoints: false };

test('a long list is asked for as a whole once; then only its newest part is', async () => {
  let newest = 2_500;
  const limits: number[] = [];
  const cluster = clusterWith(() => newest, limits);
  const lists = new CheckpointLists();
  const all = await lists.newest(cluster, query, 20_000, signal);
  assert.equal(all.items.length, 2_500);
  limits.length = 0;
  newest = 2_501;
  const again = await lists.newest(cluster, query, 20_000, signal);
  assert.deepEqual(limits, [100]);
  assert.deepEqual(
    again.items.map(({ id }) => Number(id)),
    Array.from({ length: 2_501 }, (_, index) => 2_501 - index),
  );
  assert.equal(again.items.at(-1), all.items.at(-1), 'what is known is not made anew');
});

test('more new ones than are asked for again: the whole list is asked for', async () => {
  let newest = 500;
  const lists = new CheckpointLists();
  const cluster = clusterWith(() => newest, []);
  await lists.newest(cluster, query, 20_000, signal);
  newest = 900;
  const { items } = await lists.newest(cluster, query, 20_000, signal);
  assert.equal(new Set(items.map(({ id }) => id)).size, 900);
});

test('a list of which more is wanted than is known is asked for further', async () => {
  const lists = new CheckpointLists();
  const cluster = clusterWith(() => 500, []);
  assert.equal((await lists.newest(cluster, query, 20, signal)).items.length, 20);
  assert.equal((await lists.newest(cluster, query, 40, signal)).items.length, 40);
  assert.equal((await lists.newest(cluster, query, 20_000, signal)).items.length, 500);
});
