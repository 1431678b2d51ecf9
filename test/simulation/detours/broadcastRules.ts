/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import {
  GeneratorSource,
  KeyedBroadcastProcessFunction,
  MapStateDescriptor,
  Types,
  type BroadcastContext,
  type BroadcastReader,
  type Collector,
  type KeyedContext,
  type MapState,
  type OnTimerContext,
  type RuntimeContext,
} from '../../../runtime/api/index';
import { windowMs, windowOf, windowRows, type Row } from '../countedRow';
import { inOrder, type Detour } from './detour';

/** What is added to the values of the rows of a window. It comes right before the window begins. */
interface Rule {
  readonly window: number;
  readonly add: number;
  readonly atMs: number;
}

function ruleOf(window: number): Rule {
  return { window, add: 1 + window * window, atMs: window * windowMs - 1 };
}

const rules = new MapStateDescriptor('rules', Types.LONG, Types.LONG);

/** Keeps rows until event time says that the rule of their window has come, and applies it. */
class ApplyRules extends KeyedBroadcastProcessFunction<string, Row, Rule, Row> {
  /** Values by time. */
  private waiting!: MapState<number, number>;

  override open(context: RuntimeContext): void {
    this.waiting = context.getMapState(new MapStateDescriptor('waiting', Types.LONG, Types.LONG));
  }

  override processElement({ value, atMs }: Row, context: KeyedContext<string>): void {
    this.waiting.put(atMs, value);
    context.timerService().registerEventTimeTimer(atMs);
  }

  override processBroadcastElement({ window, add }: Rule, context: BroadcastContext): void {
    context.getBroadcastState(rules).put(window, add);
  }

  override onTimer(atMs: number, context: OnTimerContext<string> & BroadcastReader, out: Collector<Row>): void {
    const value = this.waiting.get(atMs);
    // Without its rule, the row shows in the output.
    const add = context.getBroadcastState(rules).get(windowOf({ atMs })) ?? 0;
    if (value !== undefined) out.collect({ key: context.getCurrentKey(), value: value + add, atMs });
    this.waiting.remove(atMs);
  }
}

/** What is taken from each value, a rule that every subtask knows gives back. */
export const broadcastRules: Detour = (rows, pipeline) => {
  const ruleStream = inOrder(
    pipeline,
    new GeneratorSource<Rule>({
      count: Math.ceil(pipeline.rows / windowRows),
      generate: ruleOf,
      rowsPerSecond: pipeline.rowsPerSecond / windowRows,
    }),
    'rules',
  ).setParallelism(1);
  return rows
    .map((row) => ({ ...row, value: row.value - ruleOf(windowOf(row)).add }))
    .keyBy((row) => row.key, Types.STRING)
    .connect(ruleStream.broadcast(rules))
    .process(new ApplyRules())
    .uid(pipeline.uid('apply-rules'));
};
