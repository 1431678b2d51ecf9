/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import {
  BroadcastProcessFunction,
  GeneratorSource,
  ListStateDescriptor,
  MapStateDescriptor,
  ProcessFunction,
  Types,
  type BroadcastContext,
  type BroadcastReader,
  type BroadcastState,
  type CheckpointedFunction,
  type Collector,
  type FunctionInitializationContext,
  type FunctionSnapshotContext,
  type ListState,
  type ProcessContext,
} from '../../../runtime/api/index';
import { windowMs, windowRows, type Row } from '../countedRow';
import { inOrder, type Detour } from './detour';
import { wrong } from './wrong';

/** Number and sum of the values that a subtask has seen; the part that tells it from those of others comes first. */
type Seen = [part: string, count: number, sum: number];

const seenType = Types.TUPLE(Types.STRING, Types.LONG, Types.LONG);

/** Counts what it sees in operator state of every kind; when they disagree after a restore, its rows show it. */
class CountInOperatorState extends ProcessFunction<Row, Row> implements CheckpointedFunction {
  private list!: ListState<Seen>;
  private union!: ListState<Seen>;
  private broadcast!: BroadcastState<string, number>;
  private parts: Seen[] = [];
  private count = 0;
  private sum = 0;
  private agree = true;

  initializeState(context: FunctionInitializationContext): void {
    const states = context.getOperatorStateStore();
    this.list = states.getListState(new ListStateDescriptor<Seen>('list', seenType));
    this.union = states.getUnionListState(new ListStateDescriptor<Seen>('union', seenType));
    this.broadcast = states.getBroadcastState(new MapStateDescriptor('broadcast', Types.STRING, Types.LONG));
    if (!context.isRestored()) return;
    this.parts = [...this.list.get()];
    const all = this.union.get().map(String);
    this.agree =
      this.parts.every((part) => all.includes(String(part))) &&
      this.broadcast.get('checkpoint') === context.getRestoredCheckpointId();
  }

  snapshotState(context: FunctionSnapshotContext): void {
    const checkpoint = context.getCheckpointId();
    const now: Seen = [`since ${checkpoint}`, this.count, this.sum];
    const parts: Seen[] = [...this.parts, now];
    this.list.update(parts);
    this.union.update(parts);
    this.broadcast.put('checkpoint', checkpoint);
  }

  override processElement(row: Row, _: ProcessContext, out: Collector<Row>): void {
    this.count += 1;
    this.sum += row.value;
    out.collect(this.agree ? row : { ...row, value: row.value + wrong });
  }
}

const windows = new MapStateDescriptor('windows', Types.LONG, Types.LONG);

/** Knows which windows were announced; what it knows of each must be what was said. */
class KnowWindows extends BroadcastProcessFunction<Row, { readonly window: number }, Row> {
  override processElement(row: Row, context: ProcessContext & BroadcastReader, out: Collector<Row>): void {
    const known = [...context.getBroadcastState(windows).entries()];
    const right = known.every(([window, twice]) => twice === 2 * window);
    out.collect(right ? row : { ...row, value: row.value + wrong });
  }

  override processBroadcastElement({ window }: { readonly window: number }, context: BroadcastContext): void {
    context.getBroadcastState(windows).put(window, 2 * window);
  }
}

/** Functions without keys that have state all the same. */
export const operatorStates: Detour = (rows, pipeline) => {
  const announced = inOrder(
    pipeline,
    new GeneratorSource({
      count: Math.ceil(pipeline.rows / windowRows),
      generate: (window) => ({ window, atMs: window * windowMs }),
      rowsPerSecond: pipeline.rowsPerSecond / windowRows,
    }),
    'announced',
  ).setParallelism(1);
  return rows
    .process(new CountInOperatorState())
    .uid(pipeline.uid('count-rows'))
    .connect(announced.broadcast(windows))
    .process(new KnowWindows())
    .uid(pipeline.uid('know-windows'));
};
