import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobId } from '../../runtime/base/ids';
import { eventually } from '../../runtime/cluster/eventually';
import { moreCheckpoints, patienceMs, rateOf, type KeyedCount } from '../bench/support/keyedCount';
import { FlinkCluster } from './flinkCluster';
import { readTransitions } from './transitions';

/** Flink's own tuning for a quick recovery: short heartbeats, no delay before the restart, state from the local copy. */
const quickRecovery = {
  'heartbeat.interval': 200,
  'heartbeat.timeout': 1000,
  'heartbeat.rpc-failure-threshold': 1,
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.attempts': 1000,
  'restart-strategy.fixed-delay.delay': '0 s',
  'execution.state-recovery.from-local': true,
  'execution.checkpointing.local-backup.enabled': true,
};

/** Several numbers a call of the source's reader, so that Flink does not pay for a call for each. */
const numbersPerPoll = 100;

/** What both engines need beside the count. */
export interface FlinkSetting {
  readonly home: string;
  readonly jar: string;
  /** TaskManagers beyond those that the job needs. */
  readonly spare: number;
}

/** The keyed count of KeyedCountJob on a cluster of real Flink of its own. */
export class FlinkCount {
  private constructor(
    private readonly folder: string,
    private readonly cluster: FlinkCluster,
    private readonly job: JobId,
    private readonly slots: number,
  ) {}

  /** Resolves when all of its tasks are RUNNING. */
  static async start(count: KeyedCount, { home, jar, spare }: FlinkSetting): Promise<FlinkCount> {
    const folder = await mkdtemp(join(tmpdir(), 'job-state-flink-'));
    const { keys, parallelism, rate = 0, checkpointMs = 0 } = count;
    const checkpoints =
      checkpointMs === 0
        ? {}
        : { 'execution.checkpointing.interval': checkpointMs, 'execution.checkpointing.mode': 'EXACTLY_ONCE' };
    const cluster = await FlinkCluster.start({
      home,
      folder,
      taskManagers: parallelism + spare,
      heapMb: 2048,
      settings: { ...quickRecovery, ...checkpoints },
    });
    try {
      const samples = join(folder, 'samples');
      await mkdir(samples);
      const args = Object.entries({ keys, rate, samples, 'per-poll': numbersPerPoll });
      const job = await cluster.run(
        jar,
        args.flatMap(([name, value]) => [`--${name}`, String(value)]),
        parallelism,
      );
      return new FlinkCount(folder, cluster, job, parallelism + spare);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Records a second from `warmUpMs` after now, over `measureMs`. */
  rate(warmUpMs: number, measureMs: number): Promise<number> {
    return rateOf(join(this.folder, 'samples'), warmUpMs, measureMs);
  }

  moreCheckpoints(more: number): Promise<void> {
    return moreCheckpoints(() => this.cluster.completedCheckpoints(this.job), more);
  }

  /**
   * `kill -9` of the TaskManager of the first count; resolves to the ms until all tasks are RUNNING again, by the JobManager's log. Another
   * TaskManager takes the lost one's place before the next call.
   */
  async kill(): Promise<number> {
    const logged = (await this.cluster.log()).length;
    const killedMs = await this.cluster.killTaskManagerOf(this.job, 'counts', 0);
    const runningMs = await eventually(AbortSignal.timeout(patienceMs), async () =>
      readTransitions((await this.cluster.log()).slice(logged)).allRunningAgainMs(),
    );
    this.cluster.addTaskManager();
    await this.cluster.slots(this.slots);
    return runningMs - killedMs;
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
