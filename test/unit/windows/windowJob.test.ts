/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  EventTimeSessionWindows,
  GeneratorSource,
  ListStateDescriptor,
  OutputTag,
  ProcessWindowFunction,
  TumblingEventTimeWindows,
  Types,
  WatermarkStrategy,
  type CheckpointedFunction,
  type Collector,
  type FunctionInitializationContext,
  type ListState,
  type WindowContext,
} from '../../../runtime/api/index';
import { operatorMetrics } from '../../../runtime/jobmanager/rest/flink/operatorMetrics';
import type { AttemptRecord } from '../../../runtime/jobmanager/records';
import { MiniCluster } from '../taskmanager/miniCluster';
import { deployed, jobOf, numbers } from '../taskmanager/streamJobs';

const late = new OutputTag<number>('late');
const rows = 2_000;

/** Rows by key in windows of a hundred milliseconds; what is late goes to a sink of its own. */
const sums = jobOf((env) => {
  const windows = numbers(env, rows)
    .keyBy((row) => row % 7, Types.LONG)
    .window(TumblingEventTimeWindows.of(100))
    .sideOutputLateData(late)
    .aggregate<number, number>(
      { createAccumulator: () => 0, add: (row, sum) => sum + row, getResult: (sum) => sum, merge: (a, b) => a + b },
      Types.LONG,
    )
    .uid('sums');
  return [windows.map((sum) => sum), windows.getSideOutput(late)];
});

/** Counts rows by window; every tenth row jumps a thousand milliseconds back, behind the watermark. */
const jumping = jobOf(
  (env) => [
    env
      .fromSource(
        new GeneratorSource<number>({ generate: (index) => index, count: rows }),
        WatermarkStrategy.forMonotonousTimestamps<number>().withTimestampAssigner((row) =>
          row % 10 === 9 ? row - 1_000 : row,
        ),
        'n',
      )
      .keyBy((row) => row % 7, Types.LONG)
      .window(TumblingEventTimeWindows.of(100))
      .aggregate<number, number>(
        {
          createAccumulator: () => 0,
          add: (_, count) => count + 1,
          getResult: (count) => count,
          merge: (a, b) => a + b,
        },
        Types.LONG,
      ),
  ],
  1,
);

/** Numbers the windows of its subtask, over restarts; the last number is operator state. */
class Numbering extends ProcessWindowFunction<number, number> implements CheckpointedFunction {
  private windows = 0;
  private last: ListState<number> | undefined;

  initializeState(context: FunctionInitializationContext): void {
    this.last = context.getOperatorStateStore().getListState(new ListStateDescriptor('last', Types.LONG));
    this.windows = this.last.get()[0] ?? 0;
  }

  snapshotState(): void {
    this.last?.update([this.windows]);
  }

  override process(_key: unknown, _context: WindowContext, _rows: readonly number[], out: Collector<number>): void {
    this.windows += 1;
    out.collect(this.windows);
  }
}

const numbered = jobOf(
  (env) => [
    numbers(env, rows)
      .keyBy(() => 'all', Types.STRING)
      .window(TumblingEventTimeWindows.of(100))
      .process(new Numbering())
      .uid('numbered')
      .map((number) => number),
  ],
  1,
);

const total = (rows * (rows - 1)) / 2;
const sumOf = (values: readonly unknown[]): number => values.reduce<number>((sum, value) => sum + Number(value), 0);

describe('a job with windows', () => {
  test('counts the rows that come too late for their windows, and shows them as the metric of its operator', async () => {
    const cluster = new MiniCluster();
    await cluster.start(1);
    cluster.connectors.limit = rows / 2;
    cluster.deploy(jumping);
    await cluster.allIn('RUNNING');
    // The watermark passes the first half before the second one comes.
    await cluster.pass(1_000);
    cluster.connectors.raise(Infinity);
    await cluster.runToEnd();
    const metrics = cluster.taskFigures('TumblingEventTimeWindows');
    assert.ok(metrics !== undefined);
    const attempt: AttemptRecord = {
      ref: cluster.taskOf('TumblingEventTimeWindows').ref,
      state: 'FINISHED',
      stateTimes: {},
      metrics,
    };
    const shown = operatorMetrics(cluster.taskOf('TumblingEventTimeWindows').vertex, attempt, 0);
    const counted = (name: string): number => Number(shown.get(`TumblingEventTimeWindows.${name}`));
    const dropped = counted('numLateRecordsDropped');
    assert.ok(dropped > 0);
    assert.equal(counted('numRecordsIn'), rows);
    assert.equal(sumOf(cluster.connectors.committed), rows - dropped, 'each row is in its window or was dropped');
  });

  test('sums every row once, on two subtasks, and its operator has the name of its windows', async () => {
    const cluster = await deployed(sums);
    await cluster.runToEnd();
    assert.equal(sumOf(cluster.connectors.committed), total);
    const [operator] = cluster.taskOf('sums').vertex.operators;
    assert.deepEqual([operator?.name, operator?.kind], ['TumblingEventTimeWindows', 'window']);
  });

  test('goes on from a checkpoint in the midst of its windows, with the state of Flink', async () => {
    const cluster = await deployed(sums);
    await cluster.until(() => (cluster.taskFigures('sums')?.recordsIn ?? 0) > 0);
    const restore = await cluster.takeCheckpoint();
    await cluster.cancelAll();
    cluster.deploy(sums, { restore });
    await cluster.runToEnd();
    assert.equal(sumOf(cluster.connectors.committed), total);
  });

  test('has operator state where its window function asks for it, which goes on from a checkpoint', async () => {
    const cluster = new MiniCluster();
    await cluster.start(1);
    cluster.connectors.limit = rows / 2;
    cluster.deploy(numbered);
    await cluster.until(() => cluster.taskFigures('numbered')?.recordsIn === rows / 2);
    const restore = await cluster.takeCheckpoint();
    await cluster.cancelAll();
    cluster.connectors.raise(Infinity);
    cluster.deploy(numbered, { restore });
    await cluster.runToEnd();
    assert.deepEqual(
      cluster.connectors.committed,
      Array.from({ length: rows / 100 }, (_, window) => window + 1),
    );
  });

  test('of sessions makes one of a stream without gaps', async () => {
    const cluster = await deployed(
      jobOf((env) => [
        numbers(env, rows)
          .keyBy(() => 'all', Types.STRING)
          .window(EventTimeSessionWindows.withGap(5))
          .reduce((a, b) => a + b, Types.LONG)
          .map((sum) => sum),
      ]),
    );
    await cluster.runToEnd();
    assert.deepEqual(cluster.connectors.committed, [total]);
  });
});
