/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EventTimeSessionWindows, OutputTag, TumblingEventTimeWindows, Types } from '../../../runtime/api/index';
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

const total = (rows * (rows - 1)) / 2;
const sumOf = (values: readonly unknown[]): number => values.reduce<number>((sum, value) => sum + Number(value), 0);

describe('a job with windows', () => {
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
