import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FileSink,
  GeneratorSource,
  ListStateDescriptor,
  MapStateDescriptor,
  ProcessFunction,
  StreamExecutionEnvironment,
  Types,
  WatermarkStrategy,
  type BroadcastState,
  type CheckpointedFunction,
  type Collector,
  type FunctionInitializationContext,
  type ListState,
  type ProcessContext,
} from '../../../runtime/api/index';
import type { JobStreamGraph } from '../../../runtime/api/operatorSpec';
import { MiniCluster } from './miniCluster';

const rows = 3000;

/** Numbers the rows it sees, over restarts; the last number and the rows by remainder are operator state. */
class Numbering extends ProcessFunction<number, [number, number]> implements CheckpointedFunction {
  private seen = 0;
  private numbers: ListState<number> | undefined;
  private byRemainder: BroadcastState<number, number> | undefined;

  initializeState(context: FunctionInitializationContext): void {
    const store = context.getOperatorStateStore();
    this.numbers = store.getListState(new ListStateDescriptor('seen', Types.LONG));
    this.byRemainder = store.getBroadcastState(new MapStateDescriptor('by-remainder', Types.INT, Types.LONG));
    assert.equal(context.isRestored(), context.getRestoredCheckpointId() !== undefined);
    assert.equal(this.numbers.get().length, context.isRestored() ? 1 : 0);
    this.seen = this.numbers.get()[0] ?? 0;
  }

  snapshotState(): void {
    this.numbers?.update([this.seen]);
  }

  override processElement(value: number, _: ProcessContext, out: Collector<[number, number]>): void {
    this.seen += 1;
    const count = (this.byRemainder?.get(value % 3) ?? 0) + 1;
    this.byRemainder?.put(value % 3, count);
    out.collect([this.seen, count]);
  }
}

function numberingJob(): JobStreamGraph {
  const env = StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(1).setMaxParallelism(16);
  const source = new GeneratorSource<number>({ generate: (index) => index, count: rows });
  env
    .fromSource(source, WatermarkStrategy.noWatermarks(), 'numbers')
    .uid('numbers')
    .process(new Numbering())
    .uid('numbering')
    .sinkTo(new FileSink<[number, number]>({ path: 'out' }))
    .uid('out');
  return env.getStreamGraph('numbering');
}

test('a function with operator state goes on from its snapshot', async () => {
  const cluster = new MiniCluster();
  await cluster.start(1);
  cluster.connectors.limit = 1500;
  cluster.deploy(numberingJob);
  await cluster.allIn('RUNNING');
  const restore = await cluster.takeCheckpoint();
  cluster.connectors.raise(2000);
  await cluster.pass(50);
  await cluster.cancelAll();
  cluster.connectors.raise(Infinity);
  cluster.deploy(numberingJob, { restore });
  await cluster.runToEnd();
  const numbered = cluster.connectors.committed as [number, number][];
  assert.deepEqual(
    numbered,
    Array.from({ length: rows }, (_, index) => [index + 1, Math.floor(index / 3) + 1]),
  );
});
