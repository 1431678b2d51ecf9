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

const rows = 2_000_000;

interface Order {
  readonly user: string | number;
  readonly amount: number;
}

/** Of a variant: how many keys, and of which type. */
interface Keys {
  readonly count: number;
  readonly type: 'LONG' | 'STRING';
}

class Count extends CountingFunction<Order, never> {
  override processElement(): void {
    this.add(1);
  }
}

/** The key of a row; each comes as often as any other, and not in order. */
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

/** Rows made beforehand, so that the generator is not what is measured. */
function readyReader(made: readonly Order[]): SourceReader<unknown> {
  let position = 0;
  return {
    start: () => Promise.resolve(),
    poll: (maxRows): PollResult<unknown> => {
      if (position >= rows) return { t: 'exhausted' };
      const from = position % made.length;
      const batch = made.slice(from, Math.min(made.length, from + maxRows));
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

/** Million records a second, the best of some runs: what else the machine does must not count. */
async function run(keys: Keys): Promise<number> {
  const user = keyOf(keys);
  const made = Array.from({ length: Math.max(keys.count, 100 * 1024) }, (_, index) => ({
    user: user(index),
    amount: index & 1023,
  }));
  const connectors: Connectors = { reader: () => readyReader(made), sink: () => noSink };
  let best = 0;
  for (let round = 0; round < 10; round++) {
    const tasks = new LocalTasks(() => countJob(keys), connectors);
    await tasks.start();
    const begin = performance.now();
    await tasks.finishInput();
    best = Math.max(best, rows / (performance.now() - begin) / 1000);
    await tasks.stop();
  }
  return best;
}

/** A variant of the keyed count in one thread. */
export function chainBench(name: string, keys: Keys, floor: number): Bench {
  return { name, unit: 'M records/s', floor, better: 'higher', run: () => run(keys) };
}
