import {
  FileSink,
  GeneratorSource,
  KeyedProcessFunction,
  StreamExecutionEnvironment,
  Types,
  ValueStateDescriptor,
  WatermarkStrategy,
} from '../../runtime/api/index';
import type { Collector, KeyedContext, OnTimerContext, RuntimeContext, ValueState } from '../../runtime/api/index';
import type { JobStreamGraph } from '../../runtime/api/operatorSpec';

/** How many rows, how fast, how many keys: small numbers that still cross checkpoints, windows and both key-group ranges. */
export interface CountingJob {
  readonly rows: number;
  readonly keys: number;
  readonly rowsPerSecond: number;
  readonly parallelism: number;
  readonly checkpointIntervalMs: number;
}

interface Row {
  readonly key: string;
  readonly value: number;
  readonly atMs: number;
}

const windowMs = 100;

function rowOf(job: CountingJob, index: number): Row {
  return { key: `k${(index * 7919) % job.keys}`, value: index, atMs: index };
}

/** Counts and sums per key and window in a ValueState, emitted by event-time timers: order-independent integers. */
class CountByWindow extends KeyedProcessFunction<string, Row, string> {
  private state!: ValueState<Map<number, number[]>>;

  override open(context: RuntimeContext): void {
    this.state = context.getState(new ValueStateDescriptor('windows', Types.MAP(Types.LONG, Types.LIST(Types.LONG))));
  }

  override processElement(row: Row, context: KeyedContext<string>): void {
    const window = Math.floor(row.atMs / windowMs);
    const windows = this.state.value() ?? new Map<number, number[]>();
    const [count = 0, sum = 0] = windows.get(window) ?? [];
    if (count === 0) context.timerService().registerEventTimeTimer((window + 1) * windowMs - 1);
    windows.set(window, [count + 1, sum + row.value]);
    this.state.update(windows);
  }

  override onTimer(timestampMs: number, context: OnTimerContext<string>, out: Collector<string>): void {
    const windows = this.state.value();
    const window = Math.floor(timestampMs / windowMs);
    const found = windows?.get(window);
    if (windows === undefined || found === undefined) return;
    out.collect(lineOf(context.getCurrentKey(), window, found[0] ?? 0, found[1] ?? 0));
    windows.delete(window);
    if (windows.size === 0) this.state.clear();
    else this.state.update(windows);
  }
}

function lineOf(key: string, window: number, count: number, sum: number): string {
  return `${key} ${window} ${count} ${sum}`;
}

/** The job, with function objects of its own at each call. */
export function countingStreamGraph(job: CountingJob): JobStreamGraph {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.setParallelism(job.parallelism).enableCheckpointing(job.checkpointIntervalMs);
  env.configure({ checkpointing: { tolerableFailures: 'unlimited', timeoutMs: 2_000 } });
  env
    .fromSource(
      new GeneratorSource({
        count: job.rows,
        generate: (index) => rowOf(job, index),
        rowsPerSecond: job.rowsPerSecond,
      }),
      WatermarkStrategy.forMonotonousTimestamps<Row>().withTimestampAssigner((row) => row.atMs),
      'rows',
    )
    .uid('source')
    .filter(() => true)
    .keyBy((row) => row.key, Types.STRING)
    .process(new CountByWindow())
    .uid('count')
    .sinkTo(new FileSink<string>({ path: 'out', format: (line) => line }))
    .uid('sink');
  return env.getStreamGraph('counting');
}

/** What a plain loop over the same rows gives: the sorted lines. */
export function sequentialModel(job: CountingJob): string[] {
  const counts = new Map<string, [string, number, number, number]>();
  for (let index = 0; index < job.rows; index++) {
    const { key, value, atMs } = rowOf(job, index);
    const window = Math.floor(atMs / windowMs);
    const entry = counts.get(`${key} ${window}`) ?? [key, window, 0, 0];
    entry[2] += 1;
    entry[3] += value;
    counts.set(`${key} ${window}`, entry);
  }
  return [...counts.values()].map(([key, window, count, sum]) => lineOf(key, window, count, sum)).sort();
}
