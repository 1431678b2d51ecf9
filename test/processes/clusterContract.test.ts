import { test } from 'node:test';
import { clusterSuite } from '../contract/clusterSuite';
import { jobFile, TestRuntime } from './runtime';

test('the embedded runtime is a cluster', async (t) => {
  const environment = { KEYED_COUNT_RATE: '2000', KEYED_COUNT_CHECKPOINT_MS: '200' };
  const runtime = await TestRuntime.start(t, { environment });
  const { cluster, folder } = runtime;
  await clusterSuite(t, {
    cluster,
    folder,
    start: async () => (await cluster.run('submit', { jobFile: jobFile('keyedCount'), parallelism: 2 })).job,
    breakTask: async (job) => {
      const operator = (await cluster.get('operators', { job })).find(({ name }) => name === 'counts')?.id;
      if (operator === undefined) throw new Error('There is no operator counts.');
      const fault = { k: 'throwInTask', job, operator, subtask: 0, message: 'broken by the suite' } as const;
      await cluster.run('inject', { fault: { ...fault, when: { at: 'now' } } });
    },
  });
});
