/**
 * The keyed count of the floor, in one thread, through what a job runs on: public job API, job graph, chains, a local channel with
 * credits, heap state. source → map → filter ⇒ keyBy ⇒ count.
 */
import type { Connectors, PollResult, SinkConnection, SourceReader } from '../../runtime/api/connector';
import {
  GeneratorSource,
  PrintSink,
  StreamExecutionEnvironment,
  Types,
  WatermarkStrategy,
} from '../../runtime/api/index';
import type { JobStreamGraph } from '../../runtime/api/operatorSpec';
import type { Bench } from './support/bench';
import { CountingFunction } from './support/countingFunction';
import { LocalTasks } from './support/localTasks';

const keys = 1000;
const rows = 1_000_000;

interface Order {
  readonly user: string;
  readonly amount: number;
}

class Count extends CountingFunction<Order, never> {
  override processElement(): void {
    this.add(1);
  }
}

const users = Array.from({ length: keys }, (_, index) => `user-${index}`);

function countJob(): JobStreamGraph {
  const env = StreamExecutionEnvironment.getExecutionEnvironment().setMaxParallelism(128);
  const generate = (index: number): Order => ({ user: users[(index * 7919) % keys] ?? '', amount: index & 1023 });
  env
    .fromSource(new GeneratorSource<Order>({ generate, count: rows }), WatermarkStrategy.noWatermarks(), 'orders')
    .map((order) => ({ user: order.user, amount: order.amount * 2 }))
    .filter((order) => order.amount !== 2046)
    .keyBy((order) => order.user, Types.STRING)
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
async function run(): Promise<number> {
  const made = Array.from({ length: 100 * 1024 }, (_, index) => ({
    user: users[(index * 7919) % keys] ?? '',
    amount: index & 1023,
  }));
  const connectors: Connectors = { reader: () => readyReader(made), sink: () => noSink };
  let best = 0;
  for (let round = 0; round < 10; round++) {
    const tasks = new LocalTasks(countJob, connectors);
    await tasks.start();
    const begin = performance.now();
    await tasks.finishInput();
    best = Math.max(best, rows / (performance.now() - begin) / 1000);
    await tasks.stop();
  }
  return best;
}

export const bench: Bench = { name: 'chain', unit: 'M records/s', floor: 4, better: 'higher', run };
