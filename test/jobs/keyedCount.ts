/**
 * Counts the numbers by their remainder, as KeyedCountJob.java does on Apache Flink: numbers, pairs, keyBy, counts, sink, with the same
 * uids and state. What differs from run to run comes in the environment.
 */
import { appendFileSync } from 'node:fs';
import {
  GeneratorSource,
  KeyedProcessFunction,
  PrintSink,
  StreamExecutionEnvironment,
  Types,
  ValueStateDescriptor,
  WatermarkStrategy,
  type Collector,
  type KeyedContext,
  type RuntimeContext,
  type TypeInformation,
  type ValueState,
} from 'job-state';

interface Pair {
  readonly key: number | string;
  readonly count: number;
}

const setting = (name: string): number => Number(process.env[`KEYED_COUNT_${name}`] ?? 0);
const keys = setting('KEYS') || 1000;
const strings = process.env['KEYED_COUNT_KEY_TYPE'] === 'STRING';
const rowsPerSecond = setting('RATE');
const checkpointMs = setting('CHECKPOINT_MS');
const samplesFolder = process.env['KEYED_COUNT_SAMPLES'];
const sampleEveryMs = 100;

/** Writes how many records a subtask has counted, every 100 ms at most: lines of `epoch ms,records`. */
class RateSamples {
  private records = 0;
  private lastMs = 0;

  constructor(private readonly path: string) {}

  record(): void {
    this.records += 1;
    if ((this.records & 255) !== 0) return;
    const nowMs = Date.now();
    if (nowMs - this.lastMs < sampleEveryMs) return;
    this.lastMs = nowMs;
    appendFileSync(this.path, `${nowMs},${this.records}\n`);
  }
}

class Count extends KeyedProcessFunction<Pair['key'], Pair, Pair> {
  private count: ValueState<number> | undefined;
  private samples: RateSamples | undefined;

  override open(context: RuntimeContext): void {
    this.count = context.getState(new ValueStateDescriptor('count', Types.LONG));
    if (samplesFolder === undefined) return;
    const file = `rate-${context.getIndexOfThisSubtask()}-${context.getAttemptNumber()}.csv`;
    this.samples = new RateSamples(`${samplesFolder}/${file}`);
  }

  override processElement(pair: Pair, _context: KeyedContext<Pair['key']>, out: Collector<Pair>): void {
    const now = (this.count?.value() ?? 0) + pair.count;
    this.count?.update(now);
    out.collect({ key: pair.key, count: now });
    this.samples?.record();
  }
}

const names = strings ? Array.from({ length: keys }, (_, key) => `user-${key}`) : [];
const toPair = strings
  ? (number: number): Pair => ({ key: names[number % keys] ?? '', count: 1 })
  : (number: number): Pair => ({ key: number % keys, count: 1 });

const keyType: TypeInformation<Pair['key']> = strings ? Types.STRING : Types.LONG;

const env = StreamExecutionEnvironment.getExecutionEnvironment();
if (checkpointMs > 0) env.enableCheckpointing(checkpointMs, 'exactly_once');
env
  .fromSource(
    new GeneratorSource({ generate: (index) => index, ...(rowsPerSecond > 0 ? { rowsPerSecond } : {}) }),
    WatermarkStrategy.noWatermarks(),
    'numbers',
  )
  .uid('numbers')
  .map(toPair)
  .uid('pairs')
  .name('pairs')
  .keyBy((pair) => pair.key, keyType)
  .process(new Count())
  .uid('counts')
  .name('counts')
  .filter(() => false)
  .uid('nothing')
  .name('nothing')
  .sinkTo(new PrintSink())
  .uid('sink')
  .name('sink');
await env.execute('keyed count');
