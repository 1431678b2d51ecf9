import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { discoveryDirectory, readDiscovery, type DiscoveryEntry } from '../../../runtime/host/discovery';

/** What `run --json` prints, a line each. */
export interface CliLine {
  readonly e: string;
  readonly recovery?: number;
}

export interface CliRunOptions {
  /** Of `job-state run`, behind the job. */
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A job run by the command line in a folder and with a state folder of its own, until it is stopped. */
export interface CliRun {
  /** The folder in which the command was started. */
  readonly folder: string;
  /** Taken just before the start. */
  readonly startedMs: number;
  /** Resolves with the moment at which a line of this kind was printed; rejects when the command ends before. */
  printed(wanted: (line: CliLine) => boolean): Promise<number>;
  /** How the runtime that the command has started is reached. */
  runtime(): Promise<DiscoveryEntry>;
  stop(): Promise<void>;
}

/** Starts `dist/cli.mjs run` on a job of test/jobs/. */
export async function runByCli(job: string, { args = [], environment = {} }: CliRunOptions = {}): Promise<CliRun> {
  const folder = await mkdtemp(join(tmpdir(), 'job-state-bench-'));
  const own = { HOME: folder, XDG_STATE_HOME: join(folder, 'state'), LOCALAPPDATA: join(folder, 'state') };
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [resolve('dist/cli.mjs'), 'run', resolve('test', 'jobs', `${job}.ts`), '--json', ...args],
    { cwd: folder, env: { ...process.env, ...own, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  return {
    folder,
    startedMs,
    printed: lineReader(child),
    runtime: async () => {
      const [entry] = await readDiscovery(discoveryDirectory(process.platform, own));
      if (entry === undefined) throw new Error('there is no discovery file');
      return entry;
    },
    stop: async () => {
      child.kill('SIGINT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function lineReader(child: ChildProcess): CliRun['printed'] {
  const waiting: { wanted: (line: CliLine) => boolean; done: (atMs: number) => void }[] = [];
  const failed: ((error: Error) => void)[] = [];
  if (child.stdout === null) throw new Error('the command has no output');
  createInterface({ input: child.stdout }).on('line', (text) => {
    const atMs = performance.now();
    const line = JSON.parse(text) as CliLine;
    for (const { wanted, done } of waiting) if (wanted(line)) done(atMs);
  });
  child.once('exit', (code) => {
    for (const reject of failed) reject(new Error(`the command ended with ${code ?? 'a signal'}`));
  });
  return (wanted) =>
    new Promise((done, reject) => {
      waiting.push({ wanted, done });
      failed.push(reject);
    });
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
