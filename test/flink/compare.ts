/**
 * The embedded runtime and Apache Flink side by side: the same keyed count with the same parallelism, source, keys and checkpoints, each
 * engine started anew for every figure, in turn. Prints one line of JSON a measure and one about the machine. `--quick` is a smoke run,
 * `--rounds N` and `--parallelism N` change what their names say, `--only NAME` runs the measures whose names begin so.
 */
import { cpus } from 'node:os';
import { median } from '../bench/support/cliRun';
import { EmbeddedCount, type KeyedCount } from '../bench/support/keyedCount';
import { FlinkCount } from './flinkCount';
import { flinkVersion, getFlink, NoFlink } from './getFlink';
import { javaJob } from './javaJob';

/** One figure of both engines in one round. */
interface Pair {
  readonly embedded: number;
  readonly flink: number;
}

interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly count: KeyedCount;
  /** Of embedded / Flink. */
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  readonly figures: (engine: Engine, count: KeyedCount) => Promise<number>;
}

/** A started count. */
type Running = Pick<FlinkCount, 'rate' | 'kill' | 'stop' | 'moreCheckpoints'>;

interface Engine {
  readonly name: keyof Pair;
  start(count: KeyedCount, spare: number): Promise<Running>;
}

const flag = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : (process.argv[at + 1] ?? '');
};
const quick = process.argv.includes('--quick');
const rounds = Number(flag('--rounds') ?? (quick ? 1 : 5));
const parallelism = Number(flag('--parallelism') ?? 1);
const warmUpMs = quick ? 3_000 : 10_000;
const measureMs = quick ? 3_000 : 10_000;
const kills = quick ? 1 : 3;

async function rate(engine: Engine, count: KeyedCount): Promise<number> {
  const running = await engine.start(count, 0);
  try {
    return await running.rate(warmUpMs, measureMs);
  } finally {
    await running.stop();
  }
}

/** All keys are in state before the first kill; Flink has a TaskManager to spare, the embedded runtime starts the killed one anew. */
async function recovery(engine: Engine, count: KeyedCount): Promise<number> {
  const running = await engine.start(count, 1);
  try {
    const { keys, rate: perSecond = 1, checkpointMs = 1 } = count;
    await running.moreCheckpoints(Math.ceil((keys / perSecond) * (1000 / checkpointMs)) + 2);
    const figures: number[] = [];
    for (let n = 0; n < kills; n++) {
      await running.moreCheckpoints(2);
      figures.push(await running.kill());
    }
    return median(figures);
  } finally {
    await running.stop();
  }
}

function measures(): readonly Measure[] {
  const [few, many] = [1_000, 1_000_000];
  const throughput = (name: string, keys: number, checkpointMs: number, atLeast: number): Measure => ({
    name: `throughput-${name}`,
    unit: 'records/s',
    count: { keys, parallelism, checkpointMs },
    goal: { atLeast },
    figures: rate,
  });
  return [
    throughput('1k-keys', few, 0, 1.5),
    throughput('1m-keys', many, 0, 2),
    throughput('1k-keys-checkpoints', few, 1_000, 1.5),
    throughput('1m-keys-checkpoints', many, 1_000, 1.5),
    {
      name: 'recovery',
      unit: 'ms',
      count: { keys: many, parallelism: 2, checkpointMs: 1_000, rate: 200_000 },
      goal: { atMost: 0.3 },
      figures: recovery,
    },
  ];
}

function report({ name, unit, count, goal }: Measure, pairs: readonly Pair[]): void {
  const of = (engine: keyof Pair): object => {
    const figures = pairs.map((pair) => Math.round(pair[engine]));
    return { median: median(figures), rounds: figures };
  };
  const ratio = Number(median(pairs.map(({ embedded, flink }) => embedded / flink)).toFixed(2));
  const reached = 'atLeast' in goal ? ratio >= goal.atLeast : ratio <= goal.atMost;
  console.log(
    JSON.stringify({
      measure: name,
      unit,
      ...count,
      embedded: of('embedded'),
      flink: of('flink'),
      ratio,
      goal,
      reached,
    }),
  );
}

const say = (text: string): void => console.error(text);

async function engines(): Promise<readonly [Engine, Engine]> {
  const home = await getFlink(say);
  const jar = await javaJob(say);
  return [
    { name: 'embedded', start: (count) => EmbeddedCount.start(count) },
    { name: 'flink', start: (count, spare) => FlinkCount.start(count, { home, jar, spare }) },
  ];
}

async function compare(): Promise<void> {
  const both = await engines();
  const chosen = measures().filter(({ name }) => name.startsWith(flag('--only') ?? ''));
  const pairsOf = new Map<Measure, Pair[]>(chosen.map((measure) => [measure, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [measure, pairs] of pairsOf) {
      const pair = { embedded: NaN, flink: NaN };
      for (const engine of round % 2 === 0 ? both : [...both].reverse()) {
        pair[engine.name] = await measure.figures(engine, measure.count);
        say(`round ${round + 1}: ${measure.name}, ${engine.name}: ${Math.round(pair[engine.name])} ${measure.unit}`);
      }
      pairs.push(pair);
    }
  }
  for (const [measure, pairs] of pairsOf) report(measure, pairs);
  const { model } = cpus()[0] ?? {};
  const machine = { processors: cpus().length, model, node: process.version };
  console.log(JSON.stringify({ flink: flinkVersion, ...machine, at: new Date().toISOString() }));
}

try {
  await compare();
} catch (error) {
  console.error(error instanceof NoFlink ? error.message : error);
  process.exitCode = 1;
}
