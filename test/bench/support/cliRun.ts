import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** What `run --json` prints, a line each. */
export interface CliLine {
  readonly e: string;
  readonly recovery?: number;
}

/** A job run by the command line in a folder and with a state folder of its own, until it is stopped. */
export interface CliRun {
  readonly stateFolder: string;
  /** Resolves with the moment at which a line of this kind was printed; rejects when the command ends before. */
  printed(wanted: (line: CliLine) => boolean): Promise<number>;
  stop(): Promise<void>;
}

/** Starts `dist/cli.mjs run` on a job given as source text; `startedMs` is taken just before. */
export async function runByCli(source: string): Promise<CliRun & { readonly startedMs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'job-state-bench-'));
  const stateFolder = join(folder, 'state');
  await writeFile(join(folder, 'job.ts'), source);
  const startedMs = performance.now();
  const child = spawn(process.execPath, [resolve('dist/cli.mjs'), 'run', 'job.ts', '--json'], {
    cwd: folder,
    env: { ...process.env, XDG_STATE_HOME: stateFolder, HOME: folder, LOCALAPPDATA: stateFolder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  return {
    startedMs,
    stateFolder,
    printed: lineReader(child),
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

/** A keyed count over so many keys, at a rate, with checkpoints. */
export function countingJob(keys: number, rowsPerSecond: number): string {
  return `
import { GeneratorSource, KeyedProcessFunction, StreamExecutionEnvironment, Types, ValueStateDescriptor, WatermarkStrategy, FileSink } from 'job-state';
class Count extends KeyedProcessFunction {
  open(context) { this.count = context.getState(new ValueStateDescriptor('count', Types.LONG)); }
  processElement(value, context, out) {
    const count = (this.count.value() ?? 0) + 1;
    this.count.update(count);
    if (count % 1000 === 0) out.collect({ key: value.key, count });
  }
}
const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(2);
env.enableCheckpointing(1_000);
env
  .fromSource(new GeneratorSource({ generate: (index) => ({ key: index % ${keys} }), rowsPerSecond: ${rowsPerSecond} }), WatermarkStrategy.noWatermarks(), 'numbers')
  .uid('numbers')
  .keyBy((value) => value.key, Types.LONG)
  .process(new Count())
  .uid('counts')
  .sinkTo(new FileSink({ path: 'out' }))
  .uid('sink');
await env.execute('counts');
`;
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
