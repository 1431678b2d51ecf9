/** The ways to count rows per key and window, which all give the same lines. */
import {
  EventTimeSessionWindows,
  KeyedProcessFunction,
  ProcessWindowFunction,
  SlidingEventTimeWindows,
  TumblingEventTimeWindows,
  Types,
  ValueStateDescriptor,
  type AggregateFunction,
  type Collector,
  type KeyedContext,
  type KeyedStream,
  type OnTimerContext,
  type RuntimeContext,
  type SingleOutputStreamOperator,
  type ValueState,
  type WindowAssigner,
  type WindowContext,
} from '../../runtime/api/index';
import { windowMs, windowOf, type Row } from './countedRow';

export const windowNames = ['tumbling', 'sliding', 'sessions', 'lists', 'reduced'] as const;

export type WindowName = (typeof windowNames)[number];

/** Counts and sums per key and window in a ValueState, emitted by event-time timers: order-independent integers. */
class CountByWindow extends KeyedProcessFunction<string, Row, string> {
  private state!: ValueState<Map<number, number[]>>;

  override open(context: RuntimeContext): void {
    this.state = context.getState(new ValueStateDescriptor('windows', Types.MAP(Types.LONG, Types.LIST(Types.LONG))));
  }

  override processElement(row: Row, context: KeyedContext<string>): void {
    const window = windowOf(row);
    const windows = this.state.value() ?? new Map<number, number[]>();
    const [count = 0, sum = 0] = windows.get(window) ?? [];
    if (count === 0) context.timerService().registerEventTimeTimer((window + 1) * windowMs - 1);
    windows.set(window, [count + 1, sum + row.value]);
    this.state.update(windows);
  }

  override onTimer(timestampMs: number, context: OnTimerContext<string>, out: Collector<string>): void {
    const windows = this.state.value();
    const window = windowOf({ atMs: timestampMs });
    const found = windows?.get(window);
    if (windows === undefined || found === undefined) return;
    out.collect(lineOf(context.getCurrentKey(), window, found[0] ?? 0, found[1] ?? 0));
    windows.delete(window);
    if (windows.size === 0) this.state.clear();
    else this.state.update(windows);
  }
}

/** A session for each window: a row lasts until the last millisecond of its window, so that it does not touch the next one. */
const untilEndOfWindow = EventTimeSessionWindows.withDynamicGap(({ atMs }: Row) => windowMs - 1 - (atMs % windowMs));

const countAndSum: AggregateFunction<Row, [number, number], [number, number]> = {
  createAccumulator: () => [0, 0],
  add: (row, [count, sum]) => [count + 1, sum + row.value],
  getResult: (result) => result,
  merge: (a, b) => [a[0] + b[0], a[1] + b[1]],
};

class LineOfWindow extends ProcessWindowFunction<[number, number], string, string> {
  override process(
    key: string,
    context: WindowContext,
    [[count, sum] = [0, 0]]: readonly [number, number][],
    out: Collector<string>,
  ): void {
    out.collect(lineOf(key, Math.floor(context.window().start / windowMs), count, sum));
  }
}

class LineOfRows extends ProcessWindowFunction<Row, string, string> {
  override process(key: string, context: WindowContext, rows: readonly Row[], out: Collector<string>): void {
    const sum = rows.reduce((total, { value }) => total + value, 0);
    out.collect(lineOf(key, Math.floor(context.window().start / windowMs), rows.length, sum));
  }
}

class LineOfCounted extends ProcessWindowFunction<Counted, string, string> {
  override process(key: string, context: WindowContext, [found]: readonly Counted[], out: Collector<string>): void {
    const { count, value } = found ?? { count: 0, value: 0 };
    out.collect(lineOf(key, Math.floor(context.window().start / windowMs), count ?? 1, value));
  }
}

type Counted = Row & { readonly count?: number };

const countedType = Types.JSON<Counted>();

function aggregatedBy(rows: KeyedStream<Row, string>, assigner: WindowAssigner<Row>) {
  return rows.window(assigner).aggregate(countAndSum, new LineOfWindow(), Types.TUPLE(Types.LONG, Types.LONG));
}

/** The count and sum of each key and window, as lines. Without windows of the API a process function has its own. */
export function counted(rows: KeyedStream<Row, string>, windows?: WindowName): SingleOutputStreamOperator<string> {
  switch (windows) {
    case undefined:
      return rows.process(new CountByWindow());
    case 'tumbling':
      return aggregatedBy(rows, TumblingEventTimeWindows.of(windowMs));
    case 'sliding':
      return aggregatedBy(rows, SlidingEventTimeWindows.of(windowMs, windowMs));
    case 'sessions':
      return aggregatedBy(rows, untilEndOfWindow);
    case 'lists':
      return rows.window(TumblingEventTimeWindows.of(windowMs)).process(new LineOfRows(), Types.JSON<Row>());
    case 'reduced':
      return rows
        .window(TumblingEventTimeWindows.of(windowMs))
        .reduce(
          (a: Counted, b: Counted) => ({ ...a, value: a.value + b.value, count: (a.count ?? 1) + (b.count ?? 1) }),
          new LineOfCounted(),
          countedType,
        );
  }
}

/** What the jobs write. */
export function lineOf(key: string, window: number, count: number, sum: number): string {
  return `${key} ${window} ${count} ${sum}`;
}
