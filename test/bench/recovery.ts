import { join } from 'node:path';
import { EmbeddedCluster } from '../../runtime/cluster/embeddedCluster';
import { eventually } from '../../runtime/cluster/eventually';
import { readDiscovery } from '../../runtime/host/discovery';
import type { JobId } from '../../runtime/base/ids';
import type { Bench } from './support/bench';
import { countingJob, median, runByCli, type CliRun } from './support/cliRun';

const keys = 100_000;
const rounds = 5;

/** From `kill -9` of one of two TaskManagers, while 100,000 keys are in state, to all tasks RUNNING again. */
export const bench: Bench = {
  name: 'recovery',
  unit: 'ms',
  floor: 600,
  better: 'lower',
  run: async () => {
    const run = await runByCli(countingJob(keys, 50_000));
    try {
      await run.printed(({ e }) => e === 'running');
      const cluster = await clusterOf(run);
      const [job] = await cluster.get('jobs', {});
      if (job === undefined) throw new Error('there is no job');
      await allKeys(cluster, job.id);
      const figures: number[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        await anotherCheckpoint(cluster, job.id);
        figures.push(await killOne(run, cluster, round));
      }
      cluster.dispose();
      return Math.round(median(figures));
    } finally {
      await run.stop();
    }
  },
};

async function clusterOf(run: CliRun): Promise<EmbeddedCluster> {
  const folder = process.platform === 'darwin' ? 'Library/Application Support' : '';
  const [entry] = await readDiscovery(join(run.stateFolder, folder, 'job-state', 'runtimes'));
  if (entry === undefined) throw new Error('there is no discovery file');
  return new EmbeddedCluster({ ...entry, fetch });
}

function allKeys(cluster: EmbeddedCluster, job: JobId): Promise<true> {
  return eventually(undefined, async () => {
    const operators = await cluster.get('operators', { job });
    const { states } = operators.find(({ uid }) => uid === 'counts') ?? { states: [] };
    const counted = states.find(({ name }) => name === 'count')?.entries ?? 0;
    return counted >= keys ? true : undefined;
  });
}

/** Two more than now: the next one may have begun before the last keys came. */
async function anotherCheckpoint(cluster: EmbeddedCluster, job: JobId): Promise<void> {
  const before = (await cluster.get('job', { job })).counts.completed;
  await eventually(undefined, async () => {
    const { completed } = (await cluster.get('job', { job })).counts;
    return completed >= before + 2 ? true : undefined;
  });
}

async function killOne(run: CliRun, cluster: EmbeddedCluster, round: number): Promise<number> {
  const taskManagers = await cluster.get('taskManagers', {});
  const pid = taskManagers[round % taskManagers.length]?.pid;
  if (pid === undefined) throw new Error('there is no TaskManager to kill');
  const running = run.printed(({ e, recovery }) => e === 'running' && recovery === round);
  const killedMs = performance.now();
  process.kill(pid, 'SIGKILL');
  return (await running) - killedMs;
}
