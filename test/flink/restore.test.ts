/**
 * State goes from the embedded runtime to Apache Flink: Flink's job with the same uids counts on from a savepoint and from a checkpoint that
 * the runtime wrote, and what Flink then writes is read again.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Logger } from '../../runtime/base/env';
import { NodeDisk } from '../../runtime/host/nodeDisk';
import { inspector } from '../../runtime/inspect/inspector';
import { jobFile, TestRuntime } from '../processes/runtime';
import { atEnd } from '../processes/scope';
import { TestJob } from '../processes/testJob';
import { FlinkCluster } from './flinkCluster';
import { flinkOr, type Engines } from './engines';

const keys = 1_000;
/** Counted by Flink; each key comes as often as any other. */
const more = 300_000;
const parallelism = 2;
const limitMs = 900_000;

const noLog: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The count of every key in a snapshot of either engine. */
async function countsIn(snapshot: string): Promise<ReadonlyMap<string, number>> {
  const { entries } = inspector(new NodeDisk(), noLog);
  const { items } = await entries({ snapshot, operator: 'counts', state: 'count', limit: 2 * keys });
  return new Map(items.map(({ key, value }) => [key, Number(value)]));
}

/** A runtime whose keyed count has run for some checkpoints. */
async function counted(t: TestContext): Promise<TestJob> {
  const environment = {
    KEYED_COUNT_KEYS: String(keys),
    KEYED_COUNT_RATE: '20000',
    KEYED_COUNT_CHECKPOINT_MS: '300',
  };
  const runtime = await TestRuntime.start(t, { environment });
  const job = await TestJob.submit(runtime, { jobFile: jobFile('keyedCount'), parallelism });
  await job.checkpoints(4);
  return job;
}

/** Flink's job on a cluster of its own, from a snapshot, when it has counted all of its numbers. */
async function countOn(t: TestContext, { home, jar }: Engines, { runtime }: TestJob, snapshot: string) {
  const folder = join(runtime.folder, 'flink');
  mkdirSync(folder);
  const flink = await FlinkCluster.start({
    home,
    folder,
    taskManagers: parallelism,
    heapMb: 256,
    settings: { 'metrics.fetcher.update-interval': 500 },
  });
  atEnd(t, () => flink.stop());
  // The position of a source is its connector's own: this one begins anew.
  const args = ['--keys', String(keys), '--limit', String(more), '--source-uid', 'flink-numbers'];
  const job = await flink.run(jar, args, parallelism, pathToFileURL(snapshot).href);
  await flink.received(job, 'counts', more);
  return { flink, job };
}

function assertCountedOn(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): void {
  assert.equal(before.size, keys);
  const expected = [...before].map(([key, count]) => [key, count + more / keys]);
  assert.deepEqual(new Map([...after].sort()), new Map((expected as [string, number][]).sort()));
}

test('Flink counts on from a savepoint of the runtime, and its savepoint is read', { timeout: limitMs }, async (t) => {
  const engines = await flinkOr(t);
  if (engines === undefined) return;
  const ours = await counted(t);
  const { path } = await ours.runtime.cluster.run('stopWithSavepoint', { job: ours.id });
  const { flink, job } = await countOn(t, engines, ours, path);
  assertCountedOn(await countsIn(path), await countsIn(await flink.savepoint(job)));
});

test(
  'Flink counts on from a checkpoint of the runtime, and its checkpoint is read',
  { timeout: limitMs },
  async (t) => {
    const engines = await flinkOr(t);
    if (engines === undefined) return;
    const ours = await counted(t);
    await ours.runtime.cluster.run('cancel', { job: ours.id });
    await ours.status('CANCELED');
    const path = (await ours.checkpointInfos()).find(({ status }) => status === 'COMPLETED')?.path;
    assert.ok(path);
    const { flink, job } = await countOn(t, engines, ours, path);
    assertCountedOn(await countsIn(path), await countsIn(await flink.checkpoint(job)));
  },
);
