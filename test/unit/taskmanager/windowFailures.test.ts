import { describe, test } from 'node:test';
import {
  EventTimeSessionWindows,
  GeneratorSource,
  ProcessWindowFunction,
  Trigger,
  TumblingEventTimeWindows,
  Types,
  WatermarkStrategy,
  type AggregateFunction,
  type SingleOutputStreamOperator,
  type StreamExecutionEnvironment,
  type TriggerContext,
  type TriggerResult,
  type WindowedStream,
} from '../../../runtime/api/index';
import { failsWith, keyed, type Build } from './failures';

function onPurpose(): never {
  throw new Error('on purpose');
}

function throwFor3(value: number): void {
  if (value === 3) onPurpose();
}

const sums: AggregateFunction<number, number, number> = {
  createAccumulator: () => 0,
  add: (row, sum) => sum + row,
  getResult: (sum) => sum,
  merge: (a, b) => a + b,
};

type Windows = (env: StreamExecutionEnvironment) => WindowedStream<number, number>;

/** Rows 0 … 4 by whether they are odd, all in one window. */
const oneWindow: Windows = (env) => keyed(env).window(TumblingEventTimeWindows.of(10));

/** The same in windows of two; event time passes the ends of the first two. */
const shortWindows: Windows = (env) => keyed(env).window(TumblingEventTimeWindows.of(2));

/** The sessions of the rows 0 and 1 become one with that of the row 2. */
const sessions: Windows = (env) =>
  env
    .fromSource(
      new GeneratorSource<number>({ generate: (index) => index, count: 3 }),
      WatermarkStrategy.forBoundedOutOfOrderness<number>(100).withTimestampAssigner((row) => [0, 20, 10][row] ?? 0),
      'n',
    )
    .keyBy(() => 0, Types.LONG)
    .window(EventTimeSessionWindows.withGap(15));

const windowed =
  (windows: Windows, use: (stream: WindowedStream<number, number>) => SingleOutputStreamOperator<unknown>): Build =>
  (env) =>
    use(windows(env));

class FailingWindow extends ProcessWindowFunction<number, number, number> {
  constructor(private readonly where: 'open' | 'process' | 'clear') {
    super();
  }

  override open(): void {
    if (this.where === 'open') onPurpose();
  }

  override process(key: number): void {
    if (this.where === 'process' && key === 1) onPurpose();
  }

  override clear(): void {
    if (this.where === 'clear') onPurpose();
  }
}

class FailingTrigger extends Trigger<number> {
  readonly name = 'FailingTrigger';

  constructor(private readonly where: 'onElement' | 'onEventTime' | 'onProcessingTime' | 'onMerge' | 'clear') {
    super();
  }

  override onElement(value: number, _ms: number, window: { end: number }, context: TriggerContext): TriggerResult {
    if (this.where === 'onElement') throwFor3(value);
    if (this.where === 'onProcessingTime') context.registerProcessingTimeTimer(0);
    context.registerEventTimeTimer(window.end - 1);
    return 'CONTINUE';
  }

  override onEventTime(): TriggerResult {
    return this.where === 'onEventTime' ? onPurpose() : 'FIRE';
  }

  override onProcessingTime(): TriggerResult {
    return this.where === 'onProcessingTime' ? onPurpose() : 'CONTINUE';
  }

  override onMerge(): void {
    if (this.where === 'onMerge') onPurpose();
  }

  override clear(): void {
    if (this.where === 'clear') onPurpose();
  }
}

const triggered = (where: ConstructorParameters<typeof FailingTrigger>[0], windows: Windows): Build =>
  windowed(windows, (stream) => stream.trigger(new FailingTrigger(where)).aggregate(sums, Types.LONG));

const aggregated = (part: Partial<typeof sums>, windows: Windows): Build =>
  windowed(windows, (stream) => stream.aggregate<number, number>({ ...sums, ...part }, Types.LONG));

const processed = (where: 'open' | 'process' | 'clear'): Build =>
  windowed(shortWindows, (stream) => stream.process(new FailingWindow(where), Types.LONG));

const gap = EventTimeSessionWindows.withDynamicGap((row: number) => {
  throwFor3(row);
  return 10;
});

const reduced = windowed(oneWindow, (stream) =>
  stream.reduce((a, b) => {
    throwFor3(b);
    return a + b;
  }, Types.LONG),
);

function addTo(row: number, sum: number): number {
  throwFor3(row);
  return sum + row;
}

const forRow = (row: number): string => `processElement for the record ${row}`;
const timer = 'a timer of the window from 0 to 2 of key 0';

const failures: readonly (readonly [what: string, build: Build, message: string])[] = [
  ['the gap of a session', (env) => keyed(env).window(gap).aggregate(sums, Types.LONG), forRow(3)],
  ['onElement of a trigger', triggered('onElement', oneWindow), forRow(3)],
  ['onMerge of a trigger', triggered('onMerge', sessions), forRow(2)],
  ['onEventTime of a trigger', triggered('onEventTime', shortWindows), timer],
  ['onProcessingTime of a trigger', triggered('onProcessingTime', shortWindows), timer],
  ['clear of a trigger', triggered('clear', shortWindows), timer],
  ['a reduce function', reduced, forRow(3)],
  ['createAccumulator of an aggregate function', aggregated({ createAccumulator: onPurpose }, oneWindow), forRow(0)],
  ['add of an aggregate function', aggregated({ add: addTo }, oneWindow), forRow(3)],
  ['getResult of an aggregate function', aggregated({ getResult: onPurpose }, shortWindows), timer],
  ['merge of an aggregate function', aggregated({ merge: onPurpose }, sessions), forRow(2)],
  ['open of a window function', processed('open'), 'open'],
  ['process of a window function', processed('process'), 'the window from 0 to 2 of key 1'],
  ['clear of a window function', processed('clear'), 'the window from 0 to 2 of key 0'],
];

describe('what throws in windows fails its task, with the operator and the row, or the window and its key:', () => {
  for (const [what, build, message] of failures) test(what, () => failsWith(build, message));
});
