/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  OutputTag,
  ProcessFunction,
  Types,
  ValueStateDescriptor,
  type Collector,
  type DataStream,
  type ProcessContext,
  type RuntimeContext,
} from '../../../runtime/api/index';
import { deployed, jobOf, numbers, outputOf } from './streamJobs';

const rows = Array.from({ length: 3000 }, (_, row) => row);

/** Says which subtask has processed a row. */
class Where extends ProcessFunction<number, string> {
  private subtask = -1;

  override open(context: RuntimeContext): void {
    this.subtask = context.getIndexOfThisSubtask();
  }

  override processElement(value: number, _context: ProcessContext, out: Collector<string>): void {
    out.collect(`${value} ${this.subtask}`);
  }
}

/** By subtask, the rows it has processed. */
async function dealt(way: (stream: DataStream<number>) => DataStream<number>, source = 2): Promise<number[][]> {
  const output = await outputOf(
    jobOf((env) => [way(numbers(env, rows.length).setParallelism(source)).process(new Where()).setParallelism(2)]),
  );
  const bySubtask: number[][] = [[], []];
  for (const row of output) {
    const [value = 0, subtask = 0] = String(row).split(' ').map(Number);
    bySubtask[subtask]?.push(value);
  }
  return bySubtask;
}

describe('partitioned streams', () => {
  for (const way of ['rebalance', 'rescale', 'shuffle'] as const) {
    test(`${way} gives each row to one subtask, and both have some`, async () => {
      const bySubtask = await dealt((stream) => stream[way](), 1);
      assert.deepEqual(
        bySubtask.flat().sort((a, b) => a - b),
        rows,
      );
      for (const each of bySubtask) assert.ok(each.length > 1000, `${each.length} rows`);
    });
  }

  test('forward keeps every row where it is', async () => {
    const [even, odd] = await dealt((stream) => stream.forward());
    assert.deepEqual([even?.every((row) => row % 2 === 0), odd?.every((row) => row % 2 === 1)], [true, true]);
  });

  test('broadcast gives every row to every subtask', async () => {
    assert.deepEqual(await dealt((stream) => stream.broadcast()), [rows, rows]);
  });

  test('global gives every row to the first subtask', async () => {
    assert.deepEqual(await dealt((stream) => stream.global()), [rows, []]);
  });
});

describe('a union', () => {
  test('has the rows of all its streams, also of one stream twice', async () => {
    const output = await outputOf(
      jobOf((env) => {
        const small = numbers(env, 5, 'small');
        return [small.union(numbers(env, 3, 'smaller').rebalance(), small).map((row) => row)];
      }),
    );
    assert.deepEqual(output, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4]);
  });
});

describe('side outputs', () => {
  const odd = new OutputTag<string>('odd');
  const third = new OutputTag<number>('third');

  class Split extends ProcessFunction<number, number> {
    override processElement(value: number, context: ProcessContext, out: Collector<number>): void {
      if (value % 3 === 0) context.output(third, value);
      if (value % 2 === 1) context.output(odd, `odd ${value} at ${context.timestamp()}`);
      else out.collect(value);
    }
  }

  test('are read apart from the main output, chained and over connections', async () => {
    const output = await outputOf(
      jobOf((env) => {
        const split = numbers(env, 10).process(new Split());
        return [
          split,
          split.getSideOutput(odd),
          split
            .getSideOutput(third)
            .rebalance()
            .map((row) => `third ${row}`),
        ];
      }),
    );
    assert.deepEqual(output, [
      ...[0, 2, 4, 6, 8],
      ...[1, 3, 5, 7, 9].map((row) => `odd ${row} at ${row}`),
      ...[0, 3, 6, 9].map((row) => `third ${row}`),
    ]);
  });

  test('that nobody reads are dropped', async () => {
    assert.deepEqual(
      await outputOf(jobOf((env) => [numbers(env, 5).process(new Split()).getSideOutput(third)])),
      [0, 3],
    );
  });

  test('keep the event time of their rows for what follows', async () => {
    class Time extends ProcessFunction<number, string> {
      override processElement(value: number, context: ProcessContext, out: Collector<string>): void {
        out.collect(`${value} ${context.timestamp()}`);
      }
    }
    const output = await outputOf(
      jobOf((env) => [numbers(env, 7).process(new Split()).getSideOutput(third).broadcast().process(new Time())], 1),
    );
    assert.deepEqual(output, ['0 0', '3 3', '6 6']);
  });
});

describe('chaining', () => {
  test('startNewChain and disableChaining make tasks of their own', async () => {
    const cluster = await deployed(
      jobOf((env) => {
        const a = numbers(env, 100)
          .map((row) => row)
          .name('a');
        const b = a
          .map((row) => row)
          .name('b')
          .startNewChain();
        const c = b
          .map((row) => row)
          .name('c')
          .disableChaining();
        return [c.map((row) => row).name('d')];
      }, 1),
    );
    await cluster.runToEnd();
    assert.deepEqual(
      cluster.tasks.map(({ vertex }) => vertex.name),
      ['Source: n -> a', 'b', 'c', 'd -> Sink: Writer'],
    );
    assert.equal(cluster.connectors.committed.length, 100);
  });
});

describe('a process function without keys', () => {
  for (const [what, code, use] of [
    ['keyed state', 'job.state-without-key', 'open'],
    ['timers', 'job.timer-without-key', 'processElement'],
  ] as const) {
    test(`is refused ${what}, naming the operator`, async () => {
      class Asking extends ProcessFunction<number, number> {
        override open(context: RuntimeContext): void {
          if (use === 'open') context.getState(new ValueStateDescriptor('x', Types.LONG));
        }

        override processElement(_value: number, context: ProcessContext): void {
          context.timerService().registerEventTimeTimer(1);
        }
      }
      const cluster = await deployed(jobOf((env) => [numbers(env, 10).process(new Asking()).uid('asking')], 1));
      const errors = () => cluster.of('taskState').flatMap(({ error }) => error ?? []);
      await cluster.until(() => errors().length > 0);
      assert.deepEqual([errors()[0]?.code, errors()[0]?.subject], [code, { operator: 'asking', subtask: 0 }]);
      await cluster.cancelAll();
    });
  }
});
