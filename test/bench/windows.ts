/**
 * Tumbling windows of event time with an aggregate, in one thread, through what a job runs on: source with timestamps and watermarks ⇒ keyBy ⇒
 * window. A thousand keys, sixty rows a key and window.
 */
import type { Connectors, PollResult, SinkConnection, SourceReader } from '../../runtime/api/connector';
import {
  GeneratorSource,
  PrintSink,
  StreamExecutionEnvironment,
  TumblingEventTimeWindows,
  Types,
  WatermarkStrategy,
} from '../../runtime/api/index';
import type { JobStreamGraph } from '../../runtime/api/operatorSpec';
import type { Bench } from './support/bench';
import { LocalTasks } from './support/localTasks';

const keys = 1000;
const rows = 1_200_000;
const windowMs = 60_000;

interface Reading {
  readonly sensor: number;
  readonly value: number;
  readonly timeMs: number;
}

const reading = (index: number): Reading => ({ sensor: (index * 7919) % keys, value: index & 1023, timeMs: index });

function windowJob(): JobStreamGraph {
  const env = StreamExecutionEnvironment.getExecutionEnvironment().setMaxParallelism(128);
  env
    .fromSource(
      new GeneratorSource<Reading>({ generate: reading, count: rows }),
      WatermarkStrategy.forBoundedOutOfOrderness<Reading>(1_000).withTimestampAssigner((row) => row.timeMs),
      'readings',
    )
    .keyBy((row) => row.sensor, Types.LONG)
    .window(TumblingEventTimeWindows.of(windowMs))
    .aggregate<number, number>(
      {
        createAccumulator: () => 0,
        add: (row, sum) => sum + row.value,
        getResult: (sum) => sum,
        merge: (a, b) => a + b,
      },
      Types.LONG,
    )
    .sinkTo(new PrintSink());
  return env.getStreamGraph('windows');
}

/** Rows made beforehand, so that the generator is not what is measured. */
function readyReader(made: readonly Reading[]): SourceReader<unknown> {
  let position = 0;
  return {
    start: () => Promise.resolve(),
    poll: (maxRows): PollResult<unknown> => {
      if (position >= rows) return { t: 'exhausted' };
      const batch = made.slice(position, position + maxRows);
      position += batch.length;
      return { t: 'rows', rows: batch };
    },
    onAvailable: () => undefined,
    snapshot: () => [],
    close: () => Promise.resolve(),
  };
}

let emitted = 0;

const countingSink: SinkConnection<unknown> = {
  writer: {
    write: (batch) => void (emitted += batch.length),
    isFull: () => false,
    onAvailable: () => undefined,
    prepareCommit: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  },
  committer: { commit: () => Promise.resolve(), abandonNewer: () => Promise.resolve() },
};

/** Million records a second, the best of some runs: what else the machine does must not count. */
async function run(): Promise<number> {
  const made = Array.from({ length: rows }, (_, index) => reading(index));
  const connectors: Connectors = { reader: () => readyReader(made), sink: () => countingSink };
  let best = 0;
  for (let round = 0; round < 8; round++) {
    emitted = 0;
    const tasks = new LocalTasks(windowJob, connectors);
    await tasks.start();
    const begin = performance.now();
    await tasks.finishInput();
    best = Math.max(best, rows / (performance.now() - begin) / 1000);
    await tasks.stop();
    if (emitted !== (rows / windowMs) * keys) throw new Error(`${emitted} windows were emitted`);
  }
  return best;
}

export const bench: Bench = { name: 'windows', unit: 'M records/s', floor: 1.5, better: 'higher', run };
