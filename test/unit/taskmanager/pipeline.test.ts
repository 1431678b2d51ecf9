import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertExactlyOnce, countingJob } from './jobs';
import { MiniCluster } from './miniCluster';

describe('a pipeline of tasks', () => {
  test('source → map → filter ⇒ keyBy ⇒ process → sink gives each record exactly once, in one process', async () => {
    const options = { rows: 5000, keys: 20 };
    const cluster = new MiniCluster();
    await cluster.start(1);
    cluster.deploy(() => countingJob(options));
    await cluster.runToEnd();
    assertExactlyOnce(cluster.connectors.committed, options);
    for (const { ref } of cluster.tasks) {
      assert.deepEqual(cluster.statesOf(ref), ['DEPLOYING', 'INITIALIZING', 'RUNNING', 'FINISHED']);
    }
  });

  test('the same over connections between two processes, with two subtasks each', async () => {
    const options = { rows: 5000, keys: 20, parallelism: 2 };
    const cluster = new MiniCluster();
    await cluster.start(2);
    cluster.deploy(() => countingJob(options));
    await cluster.runToEnd();
    assertExactlyOnce(cluster.connectors.committed, options);
  });
});
