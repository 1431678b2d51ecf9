import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retainedSnapshots } from '../../../runtime/cluster/retainedSnapshots';
import { FakeCluster } from '../../support/fakeCluster/fakeCluster';
import { checkpointInfo, job } from '../../support/fakeCluster/flightsData';

/** A cluster with 1,000 checkpoints of which the newest `kept` are there, and two savepoints, the one old; `asked` counts questions. */
function cluster(kept: number): FakeCluster {
  return new FakeCluster({
    checkpoints: ({ savepoints }, page) => {
      if (savepoints) {
        const items = [990, 10].map((id) =>
          checkpointInfo(id, { savepoint: true, discarded: false, path: `/w/savepoint-${id}` }),
        );
        return { items, total: 2 };
      }
      const first = page?.after === undefined ? 1_000 : Number(page.after) - 1;
      const limit = page?.limit ?? 100;
      const items = Array.from({ length: Math.min(limit, first) }, (_, index) => {
        const id = first - index;
        return checkpointInfo(id, {
          discarded: id <= 1_000 - kept,
          ...(id === 1_000 ? { status: 'IN_PROGRESS' as const } : {}),
        });
      });
      const last = first - items.length + 1;
      return { items, total: 1_000, ...(last > 1 ? { next: String(last) } : {}) };
    },
  });
}

const idsOf = async (engine: FakeCluster, limit: number): Promise<number[]> =>
  (await retainedSnapshots(engine, job, limit)).map(({ id }) => id);

test('the snapshots that are still there come newest first, savepoints among them, none in progress', async () => {
  const engine = cluster(3);
  assert.deepEqual(await idsOf(engine, 20), [999, 998, 990, 10]);
  assert.ok(engine.asked.length <= 4, 'the discarded ones are not all asked for');
});

test('no more than asked for, however many are there', async () => {
  const ids = await idsOf(cluster(1_000), 120);
  assert.equal(ids.length, 120);
  assert.deepEqual([ids[0], ids[9], ids.at(-1)], [999, 990, 881]);
});
