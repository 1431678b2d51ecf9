/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  BroadcastProcessFunction,
  KeyedBroadcastProcessFunction,
  MapStateDescriptor,
  Types,
  ValueStateDescriptor,
  type BroadcastContext,
  type BroadcastReader,
  type Collector,
  type KeyedContext,
  type OnTimerContext,
  type ProcessContext,
  type RuntimeContext,
  type ValueState,
} from '../../../runtime/api/index';
import { jobOf, numbers, outputAcrossRestore, outputOf } from './streamJobs';

const rules = new MapStateDescriptor('rules', Types.LONG, Types.STRING);

/** Keeps the rules; at the end of time says, per key, how many rows there were and which rules. */
class Rules extends KeyedBroadcastProcessFunction<number, number, number, string> {
  private count: ValueState<number> | undefined;

  override open(context: RuntimeContext): void {
    this.count = context.getState(new ValueStateDescriptor('count', Types.LONG));
  }

  override processElement(_value: number, context: KeyedContext<number> & BroadcastReader): void {
    this.countOne();
    context.timerService().registerEventTimeTimer(100_000);
  }

  protected countOne(): void {
    this.count?.update((this.count.value() ?? 0) + 1);
  }

  override processBroadcastElement(value: number, context: BroadcastContext): void {
    context.getBroadcastState(rules).put(value % 3, `rule ${value}`);
  }

  override onTimer(_at: number, context: OnTimerContext<number> & BroadcastReader, out: Collector<string>): void {
    const known = [...context.getBroadcastState(rules).entries()].map(([key, rule]) => `${key}=${rule}`).sort();
    out.collect(`${context.getCurrentKey()}: ${this.count?.value()} rows, ${known.join(', ')}`);
  }
}

const rulesJob = jobOf((env) => [
  numbers(env, 400)
    .keyBy((row) => row % 4, Types.LONG)
    .connect(numbers(env, 300, 'rules').setParallelism(1).broadcast(rules))
    .process(new Rules()),
]);

function expected(): string[] {
  return [0, 1, 2, 3].map((key) => `${key}: 100 rows, 0=rule 297, 1=rule 298, 2=rule 299`);
}

describe('a broadcast state', () => {
  test('is the same in every subtask, beside state and timers of keys', async () => {
    assert.deepEqual(await outputOf(rulesJob), expected());
  });

  test('is found again after a restore', async () => {
    assert.deepEqual(await outputAcrossRestore(rulesJob, 150), expected());
  });

  test('is read beside a stream without keys, and only read', async () => {
    class Reads extends BroadcastProcessFunction<number, number, string> {
      override processElement(value: number, context: ProcessContext & BroadcastReader, out: Collector<string>): void {
        out.collect(`${value} ${'put' in context.getBroadcastState(rules)}`);
      }

      override processBroadcastElement(value: number, context: BroadcastContext, out: Collector<string>): void {
        context.getBroadcastState(rules).put(value, 'x');
        out.collect(`rule ${value}`);
      }
    }
    const output = await outputOf(
      jobOf((env) => [
        numbers(env, 2)
          .connect(numbers(env, 2, 'rules').broadcast(rules))
          .process(new Reads()),
      ]),
    );
    assert.deepEqual(output, ['0 false', '1 false', 'rule 0', 'rule 0', 'rule 1', 'rule 1']);
  });

  test('comes without a key: keyed state is refused there, after rows with keys, too', async () => {
    let rows = 0;
    class Confuses extends Rules {
      override processElement(): void {
        rows += 1;
        this.countOne();
      }

      override processBroadcastElement(): void {
        if (rows > 0) this.countOne();
      }
    }
    const job = jobOf((env) => [
      numbers(env, 50)
        .keyBy((row) => row % 4, Types.LONG)
        .connect(numbers(env, 20_000, 'rules').broadcast(rules))
        .process(new Confuses()),
    ]);
    await assert.rejects(outputOf(job), /no current key/);
  });

  test('is refused a keyed function on a stream without keys', () => {
    const job = jobOf((env) => [numbers(env, 1).connect(numbers(env, 1).broadcast(rules)).process(new Rules())]);
    assert.throws(job, { code: 'job.not-keyed', domain: 'user' });
  });
});
