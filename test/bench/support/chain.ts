/**
 * The keyed count of the floor, in one thread, through what a job runs on: public job API, job graph, chains, a local channel with
 * credits, heap state. source → map → filter ⇒ keyBy ⇒ count.
 */
import type { Connectors, PollResult, SinkConnection, SourceReader } from '../../../runtime/api/connector';
import {
  GeneratorSource,
  PrintSink,
  StreamExecutionEnvironment,
  Types,
  WatermarkStrategy,
  type TypeInformation,
} from '../../../runtime/api/index';
import type { JobStreamGraph } from '../../../runtime/api/operatorSpec';
import type { Bench } from './bench';
import { CountingFunction } from './countingFunction';
import { LocalTasks } from './localTasks';

/** Measured in a run, behind those that bring each key for the first time. */
const rows = 2_000_000;
const leastRows = 100 * 1024;
const rounds = 8;

interface Order {
  readonly user: string | number;
  readonly amount: number;
}

/** Of a variant: how many keys, of which type, and how many of them come again; all by default. */
interface Keys {
  readonly count: number;
  readonly type: 'LONG' | 'STRING';
  readonly again?: number;
}

class Count extends CountingFunction<Order, never> {
  override processElement(): void {
    this.add(1);
  }
}

/** The key of a row; each comes as often as any other. */
function keyOf({ count, type }: Keys): (index: number) => string | number {
  if (type === 'LONG') return (index) => (index * 7919) % count;
  const names = Array.from({ length: count }, (_, index) => `user-${index}`);
  return (index) => names[(index * 7919) % count] ?? '';
}

function countJob({ type }: Keys): JobStreamGraph {
  const env = StreamExecutionEnvironment.getExecutionEnvironment().setMaxParallelism(128);
  const unused = new GeneratorSource<Order>({ generate: () => ({ user: 0, amount: 0 }), count: 0 });
  const keyType: TypeInformation<Order['user']> = Types[type];
  env
    .fromSource(unused, WatermarkStrategy.noWatermarks(), 'orders')
    .map((order) => ({ user: order.user, amount: order.amount * 2 }))
    .filter((order) => order.amount !== 2046)
    .keyBy((order) => order.user, keyType)
    .process(new Count())
    .sinkTo(new PrintSink());
  return env.getStreamGraph('chain');
}

/**
 * Rows made beforehand, so that the generator is not what is measured: each of `made` once, then the first `repeated` of them over and over
 * until `rows` more have been read. `again` is called at the first row that is read again: from there on every key is known.
 */
function readyReader(made: readonly Order[], repeated: number, again: () => void): SourceReader<unknown> {
  const end = made.length + rows;
  let position = 0;
  return {
    start: () => Promise.resolve(),
    poll: (maxRows): PollResult<unknown> => {
      if (position >= end) return { t: 'exhausted' };
      if (position === made.length) again();
      const first = position < made.length;
      const from = first ? position : (position - made.length) % repeated;
      const until = first ? made.length : Math.min(repeated, from + end - position);
      const batch = made.slice(from, Math.min(until, from + maxRows));
      position += batch.length;
      return { t: 'rows', rows: batch };
    },
    onAvailable: () => undefined,
    snapshot: () => [],
    close: () => Promise.resolve(),
  };
}

const noSink: SinkConnection<unknown> = {
  writer: {
    write: () => undefined,
    isFull: () => false,
    onAvailable: () => undefined,
    prepareCommit: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  },
  committer: { commit: () => Promise.resolve(), abandonNewer: () => Promise.resolve() },
};

/** ns a record while keys come for the first time, and when all are known. */
export interface ChainTimes {
  readonly firstNs: number;
  readonly againNs: number;
}

/** The best of some runs: what else the machine does must not count. */
export async function chainTimes(keys: Keys): Promise<ChainTimes> {
  const key = keyOf(keys);
  const made = Array.from({ length: Math.max(keys.count, leastRows) }, (_, index) => ({
    user: key(index),
    amount: index & 1023,
  }));
  // Each of the keys that come again comes in as many rows as the others do.
  const repeated = Math.ceil((made.length * (keys.again ?? keys.count)) / keys.count);
  let [firstNs, againNs] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    let againMs = NaN;
    const again = (): void => {
      againMs = performance.now();
    };
    const connectors: Connectors = { reader: () => readyReader(made, repeated, again), sink: () => noSink };
    const tasks = new LocalTasks(() => countJob(keys), connectors);
    await tasks.start();
    const beganMs = performance.now();
    await tasks.finishInput();
    firstNs = Math.min(firstNs, ((againMs - beganMs) * 1e6) / made.length);
    againNs = Math.min(againNs, ((performance.now() - againMs) * 1e6) / rows);
    await tasks.stop();
  }
  return { firstNs, againNs };
}

/** Million records a second when all keys are known, of a variant of the keyed count in one thread. */
export function chainBench(name: string, keys: Keys, floor: number): Bench {
  const run = async (): Promise<number> => 1000 / (await chainTimes(keys)).againNs;
  return { name, unit: 'M records/s', floor, better: 'higher', run };
}
