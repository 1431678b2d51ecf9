import {
  FileSink,
  GeneratorSource,
  KeyedProcessFunction,
  StreamExecutionEnvironment,
  Types,
  ValueStateDescriptor,
  WatermarkStrategy,
  type Collector,
  type KeyedContext,
  type RuntimeContext,
  type ValueState,
} from '../../../runtime/api/index';
import type { JobStreamGraph } from '../../../runtime/api/operatorSpec';

export interface Event {
  readonly key: string;
  readonly index: number;
  readonly timeMs: number;
}

export interface Count {
  readonly key: string;
  readonly count: number;
  readonly index: number;
}

/** Emits the running count of a key for each of its records. */
class RunningCount extends KeyedProcessFunction<string, Event, Count> {
  private count: ValueState<number> | undefined;

  override open(context: RuntimeContext): void {
    this.count = context.getState(new ValueStateDescriptor('count', Types.LONG));
  }

  override processElement(value: Event, context: KeyedContext<string>, out: Collector<Count>): void {
    const count = (this.count?.value() ?? 0) + 1;
    this.count?.update(count);
    out.collect({ key: context.getCurrentKey(), count, index: value.index });
  }
}

/** Counts per key, emitted once, by an event-time timer `windowMs` after the first record of a window. */
class WindowCount extends KeyedProcessFunction<string, Event, Count> {
  private count: ValueState<number> | undefined;

  override open(context: RuntimeContext): void {
    this.count = context.getState(new ValueStateDescriptor('count', Types.LONG));
  }

  override processElement(value: Event, context: KeyedContext<string>): void {
    const count = (this.count?.value() ?? 0) + 1;
    this.count?.update(count);
    context.timerService().registerEventTimeTimer(windowEnd(context.timestamp() ?? value.timeMs));
  }

  override onTimer(timestampMs: number, context: KeyedContext<string>, out: Collector<Count>): void {
    out.collect({ key: context.getCurrentKey(), count: this.count?.value() ?? 0, index: timestampMs });
    this.count?.clear();
  }
}

const windowMs = 1000;

export function windowEnd(timeMs: number): number {
  return Math.floor(timeMs / windowMs) * windowMs + windowMs - 1;
}

export interface JobOptions {
  readonly rows: number;
  readonly keys: number;
  readonly parallelism?: number;
  readonly failOn?: number;
  readonly windows?: boolean;
  /** Puts something that is no data into the rows from this one on. */
  readonly spoil?: number;
}

function eventOf(index: number, keys: number): Event {
  return { key: `key-${(index * 7919) % keys}`, index, timeMs: index * 10 };
}

/** source → map → filter ⇒ keyBy ⇒ count → sink, with uids. */
export function countingJob({
  rows,
  keys,
  parallelism = 1,
  failOn,
  spoil,
  windows = false,
}: JobOptions): JobStreamGraph {
  const env = StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(parallelism).setMaxParallelism(16);
  const watermarks = WatermarkStrategy.forMonotonousTimestamps<Event>().withTimestampAssigner((event) => event.timeMs);
  env
    .fromSource(
      new GeneratorSource<Event>({ generate: (index) => eventOf(index, keys), count: rows }),
      watermarks,
      'events',
    )
    .uid('events')
    .map((event) => {
      if (event.index === failOn) throw new Error(`cannot read ${event.index}`);
      return event.index >= (spoil ?? Infinity) ? { ...event, spoiled: Symbol('no data') } : event;
    })
    .name('parse')
    .filter((event) => event.index % 10 !== 3)
    .keyBy((event) => event.key, Types.STRING)
    .process(windows ? new WindowCount() : new RunningCount())
    .uid('count')
    .sinkTo(new FileSink<Count>({ path: 'out' }))
    .uid('out');
  return env.getStreamGraph('counting');
}

/** What the job gives, computed plainly: the last count of each key. */
export function expectedCounts({ rows, keys }: JobOptions): Map<string, number> {
  const counts = new Map<string, number>();
  for (let index = 0; index < rows; index++) {
    const { key } = eventOf(index, keys);
    if (index % 10 !== 3) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** What exactly-once means for the running counts: each record once, each key's counts 1, 2, 3, … */
export function assertExactlyOnce(rows: readonly unknown[], options: JobOptions): void {
  const counts = new Map<string, number[]>();
  for (const row of rows as Count[]) counts.set(row.key, [...(counts.get(row.key) ?? []), row.count]);
  const expected = expectedCounts(options);
  for (const [key, count] of expected) {
    const seen = (counts.get(key) ?? []).sort((a, b) => a - b);
    const wanted = Array.from({ length: count }, (_, n) => n + 1);
    if (JSON.stringify(seen) !== JSON.stringify(wanted)) {
      throw new Error(
        `${key}: counts ${seen.slice(0, 30).join(' ')} of ${seen.length}, but there are ${count} records.`,
      );
    }
  }
  if (counts.size !== expected.size) throw new Error(`${counts.size} keys instead of ${expected.size}.`);
}
