/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CoProcessFunction,
  KeyedCoProcessFunction,
  OutputTag,
  Types,
  ValueStateDescriptor,
  type Collector,
  type KeyedContext,
  type OnTimerContext,
  type ProcessContext,
  type RuntimeContext,
  type ValueState,
} from '../../../runtime/api/index';
import { deployed, jobOf, numbers, outputAcrossRestore, outputOf } from './streamJobs';

const odd = new OutputTag<string>('odd');

/** Says which input a row came from; odd ones aside. */
class Which extends CoProcessFunction<number, string, string> {
  override processElement1(value: number, context: ProcessContext, out: Collector<string>): void {
    if (value % 2 === 1) context.output(odd, `odd ${value}`);
    else out.collect(`first ${value} at ${context.timestamp()}`);
  }

  override processElement2(value: string, _context: ProcessContext, out: Collector<string>): void {
    out.collect(`second ${value}`);
  }
}

/** Adds up both inputs per key, and emits the sums a while after the last watermark has passed. */
class SumBoth extends KeyedCoProcessFunction<number, number, number, string> {
  private sum: ValueState<number> | undefined;

  override open(context: RuntimeContext): void {
    this.sum = context.getState(new ValueStateDescriptor('sum', Types.LONG));
  }

  override processElement1(value: number, context: KeyedContext<number>): void {
    this.add(value, context);
  }

  override processElement2(value: number, context: KeyedContext<number>): void {
    this.add(1000 * value, context);
  }

  override onTimer(timestampMs: number, context: OnTimerContext<number>, out: Collector<string>): void {
    out.collect(`${context.getCurrentKey()}: ${this.sum?.value()} at ${timestampMs}`);
  }

  private add(value: number, context: KeyedContext<number>): void {
    this.sum?.update((this.sum.value() ?? 0) + value);
    context.timerService().registerEventTimeTimer(10_000);
  }
}

function sums(rows1: number, rows2: number): string[] {
  const bySum = (count: number, key: number): number =>
    Array.from({ length: count }, (_, row) => row).reduce((sum, row) => (row % 3 === key ? sum + row : sum), 0);
  return [0, 1, 2].map((key) => `${key}: ${bySum(rows1, key) + 1000 * bySum(rows2, key)} at 10000`);
}

describe('connected streams', () => {
  test('give each function the rows of its stream, and their side outputs', async () => {
    const output = await outputOf(
      jobOf((env) => {
        const other = numbers(env, 2, 'other').map((row) => `row ${row}`);
        const which = numbers(env, 4).connect(other).process(new Which());
        return [which, which.getSideOutput(odd)];
      }),
    );
    assert.deepEqual(output, ['first 0 at 0', 'first 2 at 2', 'odd 1', 'odd 3', 'second row 0', 'second row 1']);
  });

  test('map and flatMap with a function for each', async () => {
    const output = await outputOf(
      jobOf((env) => {
        const connected = numbers(env, 2).connect(numbers(env, 2, 'other').rebalance());
        return [
          connected.map({ map1: (row) => `a${row}`, map2: (row) => `b${row}` }),
          connected.flatMap<string>({
            flatMap1: (row, out) => {
              for (let n = 0; n <= row; n++) out.collect(`c${row}`);
            },
            flatMap2: () => undefined,
          }),
        ];
      }),
    );
    assert.deepEqual(output, ['a0', 'a1', 'b0', 'b1', 'c0', 'c1', 'c1']);
  });

  test('share state and timers by key; event time is that of the slower one', async () => {
    const output = await outputOf(
      jobOf((env) => [
        numbers(env, 30)
          .connect(numbers(env, 9, 'other'))
          .keyBy(
            (row) => row % 3,
            (row) => row % 3,
            Types.LONG,
          )
          .process(new SumBoth()),
      ]),
    );
    assert.deepEqual(output, sums(30, 9));
  });

  test('find their state and timers again after a restore', async () => {
    const job = jobOf((env) => {
      const keyed = numbers(env, 300).keyBy((row) => row % 3, Types.LONG);
      return [keyed.connect(numbers(env, 200, 'other').keyBy((row) => row % 3, Types.LONG)).process(new SumBoth())];
    });
    assert.deepEqual(await outputAcrossRestore(job, 150), sums(300, 200));
  });

  test('are never chained to what they read, and have names as in Flink', async () => {
    const cluster = await deployed(
      jobOf(
        (env) => [
          numbers(env, 5)
            .connect(numbers(env, 5, 'other').map(String))
            .process(new Which()),
        ],
        1,
      ),
    );
    assert.deepEqual(
      cluster.tasks.map(({ vertex }) => vertex.name),
      ['Source: n', 'Source: other -> Map', 'Co-Process -> Sink: Writer'],
    );
    await cluster.runToEnd();
  });

  test('are refused a keyed function without keys, and keys of two types', () => {
    const unkeyed = jobOf((env) => [numbers(env, 1).connect(numbers(env, 1)).process(new SumBoth())]);
    assert.throws(unkeyed, { code: 'job.not-keyed', domain: 'user' });
    const mixed = jobOf((env) => {
      const other = numbers(env, 1).keyBy((row) => row, Types.INT);
      return [
        numbers(env, 1)
          .keyBy((row) => row, Types.LONG)
          .connect(other)
          .process(new SumBoth()),
      ];
    });
    assert.throws(mixed, { code: 'job.key-types-differ', domain: 'user' });
  });
});

describe('a keyed stream', () => {
  interface Row {
    readonly key: number;
    readonly n: number;
  }

  test('reduces: for each row, all rows of its key so far', async () => {
    const output = await outputOf(
      jobOf((env) => [
        numbers(env, 7)
          .setParallelism(1)
          .keyBy((row) => row % 2, Types.LONG)
          .reduce((a, b) => a + b, Types.LONG),
      ]),
    );
    assert.deepEqual(output, [0, 1, 2, 4, 6, 9, 12]);
  });

  test('keeps what it has reduced under the name of Flink, without timers', async () => {
    const cluster = await deployed(
      jobOf(
        (env) => [
          numbers(env, 7)
            .keyBy((row) => row % 2, Types.LONG)
            .reduce((a, b) => a + b, Types.LONG),
        ],
        1,
      ),
    );
    await cluster.until(() => cluster.taskFigures('Keyed Reduce')?.recordsIn === 7);
    assert.deepEqual(
      cluster.taskFigures('Keyed Reduce')?.states.map(({ state, kind, entries }) => [state, kind, entries]),
      [
        ['_op_state', 'value', 2],
        ['writer_raw_states', 'operator-list', 0],
      ],
    );
    await cluster.runToEnd();
  });

  test('has rolling sums and extremes of a field, as in Flink', async () => {
    const rolling = (rows: readonly Row[], name: 'sum' | 'min' | 'max' | 'minBy' | 'maxBy'): Promise<unknown[]> =>
      outputOf(
        jobOf((env) => {
          const stream = numbers(env, rows.length).map((row) => rows[row] ?? { key: -1, n: 0 });
          const keyed = stream.keyBy(() => 0, Types.LONG);
          return [keyed[name]('n').map(({ key, n }) => `${key}:${n}`)];
        }, 1),
      );
    const rows = [
      { key: 1, n: 5 },
      { key: 2, n: 3 },
      { key: 3, n: 3 },
      { key: 4, n: 9 },
    ];
    assert.deepEqual(await rolling(rows, 'sum'), ['1:5', '1:8', '1:11', '1:20']);
    assert.deepEqual(await rolling(rows, 'min'), ['1:3', '1:3', '1:3', '1:5']);
    assert.deepEqual(await rolling(rows, 'max'), ['1:5', '1:5', '1:5', '1:9']);
    assert.deepEqual(await rolling(rows, 'minBy'), ['1:5', '2:3', '2:3', '2:3']);
    assert.deepEqual(await rolling(rows, 'maxBy'), ['1:5', '1:5', '1:5', '4:9']);
  });
});
