import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { id, type CheckpointId, type JobId, type VertexId } from '../../../runtime/base/ids';
import { EmbeddedCluster } from '../../../runtime/cluster/embeddedCluster';
import { eventually, pause } from '../../../runtime/cluster/eventually';
import { RestClient } from '../../../runtime/rest/client';
import { routes } from '../../../runtime/rest/routes';
import { runByCli, type CliRun } from './cliRun';

/** How long anything may take on a machine that does much else. */
export const patienceMs = 300_000;

/** What differs between runs of test/jobs/keyedCount.ts. */
export interface KeyedCount {
  readonly keys: number;
  readonly keyType?: 'LONG' | 'STRING';
  /** The state of a key is a text of that length instead of a count. */
  readonly valueChars?: number;
  /** Each subtask in a TaskManager of its own, with one slot. */
  readonly parallelism: number;
  /** 0: no checkpoints. */
  readonly checkpointMs?: number;
  /** Rows a second over all subtasks; 0: as fast as it goes. */
  readonly rate?: number;
}

/** When a checkpoint was taken, as epoch ms, and the longest part of it in a count's subtask. */
export interface TakenCheckpoint {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly syncMs: number;
  readonly asyncMs: number;
}

/** A keyed count on real processes of the embedded runtime. */
export class EmbeddedCount {
  #recoveries = 0;

  private constructor(
    private readonly run: CliRun,
    private readonly samplesFolder: string,
    private readonly client: RestClient,
    private readonly cluster: EmbeddedCluster,
    private readonly job: JobId,
  ) {}

  /** Resolves when all of its tasks are RUNNING. */
  static async start(count: KeyedCount): Promise<EmbeddedCount> {
    const samples = await mkdtemp(join(tmpdir(), 'job-state-samples-'));
    const { parallelism, keys, keyType = 'LONG', valueChars = 0, checkpointMs = 0, rate = 0 } = count;
    const run = await runByCli('keyedCount', {
      args: ['--parallelism', String(parallelism), '--task-managers', String(parallelism), '--slots', '1'],
      environment: {
        KEYED_COUNT_KEYS: String(keys),
        KEYED_COUNT_KEY_TYPE: keyType,
        KEYED_COUNT_VALUE_CHARS: String(valueChars),
        KEYED_COUNT_CHECKPOINT_MS: String(checkpointMs),
        KEYED_COUNT_RATE: String(rate),
        KEYED_COUNT_SAMPLES: samples,
      },
    });
    await run.printed(({ e }) => e === 'running');
    const entry = { ...(await run.runtime()), fetch };
    const cluster = new EmbeddedCluster(entry);
    const [job] = await cluster.get('jobs', {});
    if (job === undefined) throw new Error('there is no job');
    return new EmbeddedCount(run, samples, new RestClient(entry), cluster, job.id);
  }

  /** Records a second from `warmUpMs` after now, over `measureMs`. */
  rate(warmUpMs: number, measureMs: number): Promise<number> {
    return rateOf(this.samplesFolder, warmUpMs, measureMs);
  }

  /** What has been sampled so far, a series a subtask. */
  samples(): Promise<readonly Series[]> {
    return readAll(this.samplesFolder);
  }

  /** Resolves when so many keys are in state. */
  async allKeys(keys: number): Promise<void> {
    await eventually(AbortSignal.timeout(patienceMs), async () => {
      const operators = await this.cluster.get('operators', { job: this.job });
      const { states } = operators.find(({ uid }) => uid === 'counts') ?? { states: [] };
      return states.some(({ entries }) => entries >= keys) ? true : undefined;
    });
  }

  /** Takes one; resolves when it has completed. */
  async checkpoint(): Promise<TakenCheckpoint> {
    const { checkpoint } = await this.cluster.run('triggerCheckpoint', { job: this.job });
    const path = { jobid: this.job, checkpointid: id<CheckpointId>(checkpoint) };
    const taken = await this.client.call(routes.checkpoint, { path });
    const { vertices } = await this.client.call(routes.job, { path });
    const vertex = vertices.find(({ name }) => name.includes('counts'));
    if (vertex === undefined) throw new Error('there is no count');
    const vertexid = id<VertexId>(vertex.id);
    const { summary } = await this.client.call(routes.checkpointSubtasks, { path: { ...path, vertexid } });
    const { sync, async } = summary.checkpoint_duration;
    const fromMs = taken.trigger_timestamp;
    return { fromMs, untilMs: fromMs + taken.end_to_end_duration, syncMs: sync.max, asyncMs: async.max };
  }

  /** Resolves when that many checkpoints have completed that had not when this was called. */
  moreCheckpoints(more: number): Promise<void> {
    return moreCheckpoints(async () => (await this.cluster.get('job', { job: this.job })).counts.completed, more);
  }

  /** `kill -9` of one of the TaskManagers in turn; resolves to the ms until all tasks are RUNNING again. */
  async kill(): Promise<number> {
    this.#recoveries += 1;
    const number = this.#recoveries;
    const taskManagers = await this.cluster.get('taskManagers', {});
    const pid = taskManagers[number % taskManagers.length]?.pid;
    if (pid === undefined) throw new Error('there is no TaskManager to kill');
    const running = this.run.printed(({ e, recovery }) => e === 'running' && recovery === number);
    const killedMs = performance.now();
    process.kill(pid, 'SIGKILL');
    return (await running) - killedMs;
  }

  async stop(): Promise<void> {
    this.cluster.dispose();
    await this.run.stop();
    await rm(this.samplesFolder, { recursive: true, force: true });
  }
}

/** Resolves when `completed` is that much higher than when this was called. */
export async function moreCheckpoints(completed: () => Promise<number>, more: number): Promise<void> {
  const before = await completed();
  await eventually(AbortSignal.timeout(patienceMs), async () =>
    (await completed()) >= before + more ? true : undefined,
  );
}

/** Records a second of all subtasks that leave samples in a folder: steady state, from `warmUpMs` after now, over `measureMs`. */
export async function rateOf(folder: string, warmUpMs: number, measureMs: number): Promise<number> {
  const fromMs = Date.now() + warmUpMs;
  const untilMs = fromMs + measureMs;
  // A sample is written every 100 ms: the last one must lie behind the end.
  await pause(warmUpMs + measureMs + 500);
  return rateBetween(await readAll(folder), fromMs, untilMs);
}

/** What a subtask has counted at a moment, and how long its process let nothing else run since the sample before, at most. */
type Sample = readonly [atMs: number, records: number, delayMs: number];
export type Series = readonly Sample[];

/** Records a second of all subtasks together. */
export function rateBetween(all: readonly Series[], fromMs: number, untilMs: number): number {
  const counted = all.map((samples) => recordsAt(samples, untilMs) - recordsAt(samples, fromMs));
  return (counted.reduce((sum, records) => sum + records, 0) / (untilMs - fromMs)) * 1000;
}

async function readAll(folder: string): Promise<readonly Series[]> {
  return Promise.all((await readdir(folder)).map((name) => readSamples(join(folder, name))));
}

async function readSamples(path: string): Promise<Series> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.includes(','));
  return lines.map((line) => {
    const [atMs = 0, records = 0, delayMs = 0] = line.split(',').map(Number);
    return [atMs, records, delayMs];
  });
}

/** Between two samples on the straight line. */
function recordsAt(samples: Series, ms: number): number {
  const after = samples.findIndex(([atMs]) => atMs >= ms);
  if (after < 0) return samples.at(-1)?.[1] ?? 0;
  const [afterMs, records] = samples[after] ?? [ms, 0];
  const [beforeMs, before] = samples[after - 1] ?? [afterMs, records];
  return afterMs === beforeMs ? records : before + ((records - before) * (ms - beforeMs)) / (afterMs - beforeMs);
}
