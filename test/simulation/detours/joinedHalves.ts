/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import {
  KeyedCoProcessFunction,
  Types,
  ValueStateDescriptor,
  type Collector,
  type KeyedContext,
  type OnTimerContext,
  type RuntimeContext,
  type ValueState,
} from '../../../runtime/api/index';
import type { Row } from '../countedRow';
import type { Detour } from './detour';

type KeyHalf = Omit<Row, 'value'>;
type ValueHalf = Omit<Row, 'key'>;

/** Keeps both halves of a row until event time says that they have come, and joins them. */
class JoinHalves extends KeyedCoProcessFunction<number, KeyHalf, ValueHalf, Row> {
  private key!: ValueState<string>;
  private value!: ValueState<number>;

  override open(context: RuntimeContext): void {
    this.key = context.getState(new ValueStateDescriptor('key', Types.STRING));
    this.value = context.getState(new ValueStateDescriptor('value', Types.LONG));
  }

  override processElement1({ key, atMs }: KeyHalf, context: KeyedContext<number>): void {
    this.key.update(key);
    context.timerService().registerEventTimeTimer(atMs);
  }

  override processElement2({ value, atMs }: ValueHalf, context: KeyedContext<number>): void {
    this.value.update(value);
    context.timerService().registerEventTimeTimer(atMs);
  }

  override onTimer(atMs: number, _context: OnTimerContext<number>, out: Collector<Row>): void {
    const [key, value] = [this.key.value(), this.value.value()];
    if (key !== undefined && value !== undefined) out.collect({ key, value, atMs });
    this.key.clear();
    this.value.clear();
  }
}

/** The rows are cut in halves that go ways of their own, and are joined by their time, which no two rows share. */
export const joinedHalves: Detour = (rows, { uid }) => {
  const keyHalves = rows.map(({ key, atMs }): KeyHalf => ({ key, atMs }));
  const valueHalves = rows.map(({ value, atMs }): ValueHalf => ({ value, atMs }));
  return keyHalves
    .connect(valueHalves)
    .keyBy(
      ({ atMs }) => atMs,
      ({ atMs }) => atMs,
      Types.LONG,
    )
    .process(new JoinHalves())
    .uid(uid('join'));
};
