/** Apache Flink is put through the same contract as the embedded runtime, with its answers from the cache as old as they are by default. */
import { test } from 'node:test';
import { FlinkCluster } from '../../runtime/cluster/flinkCluster';
import { clusterSuite } from '../contract/clusterSuite';
import { temporaryFolder } from '../processes/runtime';
import { atEnd } from '../processes/scope';
import { flinkOr } from './engines';
import { FlinkCluster as FlinkProcesses } from './flinkCluster';

const limitMs = 400_000;
const parallelism = 2;

const settings = {
  'web.refresh-interval': 3_000,
  'execution.checkpointing.interval': 500,
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.attempts': 100,
  'restart-strategy.fixed-delay.delay': '1 s',
  'heartbeat.interval': 300,
  'heartbeat.timeout': 2_000,
  'heartbeat.rpc-failure-threshold': 1,
};

for (const version of ['1.20.5', '2.2.1'] as const) {
  test(`Apache Flink ${version} is a cluster`, { timeout: limitMs }, async (t) => {
    const engines = await flinkOr(t, version);
    if (engines === undefined) return;
    const { home, jar } = engines;
    const folder = temporaryFolder(t);
    const processes = await FlinkProcesses.start({ home, folder, taskManagers: parallelism, heapMb: 256, settings });
    atEnd(t, () => processes.stop());
    const cluster = new FlinkCluster({ url: processes.url, fetch });
    await clusterSuite(t, {
      cluster,
      folder,
      start: () => processes.run(jar, ['--rate', '2000'], parallelism),
      breakTask: async (job) => {
        await processes.killTaskManagerOf(job, 'counts', 0);
        processes.addTaskManager();
      },
    });
  });
}
