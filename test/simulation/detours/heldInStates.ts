/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import {
  AggregatingStateDescriptor,
  KeyedProcessFunction,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  StateTtlConfig,
  Types,
  ValueStateDescriptor,
  type AggregateFunction,
  type AggregatingState,
  type Collector,
  type KeyedContext,
  type ListState,
  type MapState,
  type OnTimerContext,
  type ReducingState,
  type RuntimeContext,
  type ValueState,
} from '../../../runtime/api/index';
import type { Row } from '../countedRow';
import type { Detour } from './detour';
import { wrong } from './wrong';

const longer = StateTtlConfig.newBuilder(3_600_000).setUpdateType('OnReadAndWrite').cleanupFullSnapshot().build();

const sum: AggregateFunction<number, number, number> = {
  createAccumulator: () => 0,
  add: (value, before) => before + value,
  getResult: (total) => total,
  merge: (a, b) => a + b,
};

/** Keeps rows in states of every kind until event time has come to them, and lets them go if the states agree about them. */
class HoldInStates extends KeyedProcessFunction<string, Row, Row> {
  private times!: ListState<number>;
  private count!: ReducingState<number>;
  private total!: AggregatingState<number, number>;
  private values!: MapState<number, number>;
  private latest!: ValueState<number>;
  private recent!: ListState<number>;
  private clocked!: ValueState<number, number>;

  override open(context: RuntimeContext): void {
    const values = new MapStateDescriptor('values', Types.LONG, Types.LONG);
    const latest = new ValueStateDescriptor('latest', Types.LONG);
    const recent = new ListStateDescriptor('recent', Types.LONG);
    for (const descriptor of [values, latest, recent]) descriptor.enableTimeToLive(longer);
    this.times = context.getListState(new ListStateDescriptor('times', Types.LONG));
    this.count = context.getReducingState(new ReducingStateDescriptor<number>('count', (a, b) => a + b, Types.LONG));
    this.total = context.getAggregatingState(new AggregatingStateDescriptor('total', sum, Types.LONG));
    this.values = context.getMapState(values);
    this.latest = context.getState(latest);
    this.recent = context.getListState(recent);
    this.clocked = context.getState(new ValueStateDescriptor('clocked', Types.LONG, 0));
  }

  override processElement({ value, atMs }: Row, context: KeyedContext<string>): void {
    // At least once, a row may come again while it is held.
    if (!this.values.contains(atMs)) {
      this.times.add(atMs);
      this.count.add(1);
      this.total.add(value);
      this.values.put(atMs, value);
      this.recent.update([atMs, value]);
      this.latest.update(atMs);
    }
    const time = context.timerService();
    time.registerEventTimeTimer(atMs);
    time.registerProcessingTimeTimer(time.currentProcessingTime() + 30);
  }

  override onTimer(atMs: number, context: OnTimerContext<string>, out: Collector<Row>): void {
    if (context.timeDomain() === 'processing') {
      this.clocked.update(this.clocked.value() + 1);
      return;
    }
    const value = this.values.get(atMs);
    if (value === undefined) return;
    const agree = this.agree();
    this.times.update(this.times.get().filter((time) => time !== atMs));
    this.count.add(-1);
    this.total.add(-value);
    this.values.remove(atMs);
    out.collect({ key: context.getCurrentKey(), value: agree ? value : value + wrong, atMs });
  }

  private agree(): boolean {
    const times = [...this.times.get()].sort((a, b) => a - b);
    const held = [...this.values.entries()].sort(([a], [b]) => a - b);
    const [recentAtMs] = this.recent.get();
    return (
      this.count.get() === times.length &&
      this.total.get() === held.reduce((total, [, value]) => total + value, 0) &&
      held.map(([time]) => time).join() === times.join() &&
      recentAtMs !== undefined &&
      recentAtMs === this.latest.value()
    );
  }
}

/** Rows wait in lists, maps, sums and values, some with a time to live that is longer than the job's. */
export const heldInStates: Detour = (rows, { uid }) =>
  rows
    .keyBy((row) => row.key, Types.STRING)
    .process(new HoldInStates())
    .uid(uid('hold'));
