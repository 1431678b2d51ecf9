/**
 * Counts the numbers by their remainder, as KeyedCountJob.java does on Apache Flink: numbers, pairs, keyBy, counts, sink, with the same
 * uids and state. What differs from run to run comes in the environment.
 */
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
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
const valueChars = setting('VALUE_CHARS');
const samplesFolder = process.env['KEYED_COUNT_SAMPLES'];
const sampleEveryMs = 100;

/**
 * Writes how many records a subtask has counted, and how long its process has let nothing else run at most since the line before, every
 * 100 ms at most: lines of `epoch ms,records,ms`.
 */
class Samples {
  private readonly delay = monitorEventLoopDelay({ resolution: 1 });
  private records = 0;
  private lastMs = 0;

  constructor(private readonly path: string) {
    this.delay.enable();
  }

  record(): void {
    this.records += 1;
    if ((this.records & 255) !== 0) return;
    const nowMs = Date.now();
    if (nowMs - this.lastMs < sampleEveryMs) return;
    this.lastMs = nowMs;
    appendFileSync(this.path, `${nowMs},${this.records},${this.delay.max / 1e6}\n`);
    this.delay.reset();
  }

  close(): void {
    this.delay.disable();
  }
}

abstract class Sampled extends KeyedProcessFunction<Pair['key'], Pair, Pair> {
  protected samples: Samples | undefined;

  override open(context: RuntimeContext): void {
    if (samplesFolder === undefined) return;
    const file = `rate-${context.getIndexOfThisSubtask()}-${context.getAttemptNumber()}.csv`;
    this.samples = new Samples(`${samplesFolder}/${file}`);
  }

  override close(): void {
    this.samples?.close();
  }
}

class Count extends Sampled {
  private count: ValueState<number> | undefined;

  override open(context: RuntimeContext): void {
    super.open(context);
    this.count = context.getState(new ValueStateDescriptor('count', Types.LONG));
  }

  override processElement(pair: Pair, _context: KeyedContext<Pair['key']>, out: Collector<Pair>): void {
    const now = (this.count?.value() ?? 0) + pair.count;
    this.count?.update(now);
    out.collect({ key: pair.key, count: now });
    this.samples?.record();
  }
}

/** Instead of a count, one of some texts of a length. */
class KeepText extends Sampled {
  private readonly texts = Array.from({ length: 1024 }, (_, n) => String(n).padEnd(valueChars, `value-${n}-`));
  private text: ValueState<string> | undefined;
  private next = 0;

  override open(context: RuntimeContext): void {
    super.open(context);
    this.text = context.getState(new ValueStateDescriptor('text', Types.STRING));
  }

  override processElement(pair: Pair, _context: KeyedContext<Pair['key']>, out: Collector<Pair>): void {
    this.text?.update(this.texts[this.next++ & 1023] ?? '');
    out.collect(pair);
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
  .process(valueChars > 0 ? new KeepText() : new Count())
  .uid('counts')
  .name('counts')
  .filter(() => false)
  .uid('nothing')
  .name('nothing')
  .sinkTo(new PrintSink())
  .uid('sink')
  .name('sink');
await env.execute('keyed count');
