import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CountTrigger,
  EventTimeSessionWindows,
  ProcessWindowFunction,
  ProcessingTimeSessionWindows,
  PurgingTrigger,
  SlidingProcessingTimeWindows,
  Trigger,
  TumblingEventTimeWindows,
  TumblingProcessingTimeWindows,
  Types,
  ValueStateDescriptor,
  type Collector,
  type TriggerResult,
  type WindowAssigner,
  type WindowContext,
} from '../../../runtime/api/index';
import { WindowHarness, windowSpec, type Row } from './harness';

const row = (timeMs: number, key = 'a'): Row => ({ key, timeMs, value: 1 });

/** `a 0..10 3`: key, window and number of rows. */
class Counted extends ProcessWindowFunction<Row, string, string> {
  override process(key: string, context: WindowContext, rows: readonly Row[], out: Collector<string>): void {
    out.collect(`${key} ${context.window().start}..${context.window().end} ${rows.length}`);
  }
}

const tumbling = () => TumblingEventTimeWindows.of(10);
const counting = (assigner: WindowAssigner<Row> = tumbling(), trigger?: Trigger<Row>) =>
  new WindowHarness(() =>
    windowSpec(assigner, (windows) =>
      (trigger === undefined ? windows : windows.trigger(trigger)).process(new Counted()),
    ),
  ).open();

describe('a window operator', () => {
  test('emits with the last millisecond of the window as timestamp', async () => {
    const harness = await counting();
    harness.rows(row(3), row(17));
    const { rows, timestamps } = harness.watermark(50);
    assert.deepEqual(
      [rows, timestamps],
      [
        ['a 0..10 1', 'a 10..20 1'],
        [9, 19],
      ],
    );
    await harness.close();
  });

  test('drops late rows and counts them, once each', async () => {
    const harness = await counting();
    harness.watermark(25);
    assert.deepEqual(harness.rows(row(3), row(25), row(9)).rows, []);
    assert.equal(harness.dropped, 2);
    assert.deepEqual(harness.states, { 'window-contents': 1, '_timer_state/event_window-timers': 1 });
    await harness.close();
  });

  test('keeps windows for ever when so much lateness is allowed', async () => {
    const spec = () =>
      windowSpec(tumbling(), (windows) => windows.allowedLateness(Number.MAX_SAFE_INTEGER).process(new Counted()));
    const harness = await new WindowHarness(spec).open();
    harness.rows(row(3));
    assert.deepEqual(harness.watermark(1e15).rows, ['a 0..10 1']);
    assert.deepEqual(harness.rows(row(4)).rows, ['a 0..10 2']);
    assert.deepEqual(harness.states, { 'window-contents': 1 });
    await harness.close();
  });

  test('with windows of processing time goes by the clock and knows no late rows', async () => {
    const harness = await counting(TumblingProcessingTimeWindows.of(10));
    harness.nowMs = 5;
    harness.rows(row(1_000), row(-1_000));
    harness.watermark(1e6);
    assert.equal(harness.nextProcessingTimeMs, 9);
    harness.nowMs = 12;
    harness.rows(row(0));
    assert.deepEqual(harness.processingTime(19).rows, ['a 0..10 2', 'a 10..20 1']);
    assert.deepEqual([harness.nextProcessingTimeMs, harness.states, harness.dropped], [undefined, {}, 0]);
    await harness.close();
  });

  test('has sliding windows of processing time, also after a restore', async () => {
    const harness = await counting(SlidingProcessingTimeWindows.of(10, 5));
    harness.nowMs = 7;
    harness.rows(row(0));
    assert.deepEqual(harness.processingTime(9).rows, ['a 0..10 1']);
    await harness.restore(await harness.snapshot());
    assert.deepEqual(harness.processingTime(14).rows, ['a 5..15 1']);
    assert.deepEqual(harness.states, {});
    await harness.close();
  });

  test('merges sessions of processing time', async () => {
    const harness = await counting(ProcessingTimeSessionWindows.withGap(10));
    for (const nowMs of [0, 6, 14]) {
      harness.processingTime(nowMs);
      harness.rows(row(NaN));
    }
    assert.deepEqual(harness.processingTime(23).rows, ['a 0..24 3']);
    assert.deepEqual(harness.states, {});
    await harness.close();
  });

  test('fires by count, and purges what it has emitted when the trigger says so', async () => {
    const byCount = await counting(tumbling(), CountTrigger.of(2));
    assert.deepEqual(byCount.rows(row(1), row(2), row(3), row(4)).rows, ['a 0..10 2', 'a 0..10 4']);
    assert.deepEqual(byCount.watermark(9).rows, [], 'it fires by count alone');
    assert.deepEqual(byCount.states, {}, 'the count is forgotten with its window');
    const purging = await counting(tumbling(), PurgingTrigger.of(CountTrigger.of(2)));
    assert.deepEqual(purging.rows(row(1), row(2), row(3), row(4)).rows, ['a 0..10 2', 'a 0..10 2']);
    await byCount.close();
    await purging.close();
  });

  test('adds up the counts of sessions that merge', async () => {
    const harness = await counting(EventTimeSessionWindows.withGap(5), CountTrigger.of(3));
    assert.deepEqual(harness.rows(row(0), row(8)).rows, []);
    await harness.restore(await harness.snapshot());
    assert.deepEqual(harness.rows(row(4)).rows, ['a 0..13 3']);
    harness.watermark(100);
    assert.deepEqual(harness.states, {});
    await harness.close();
  });

  test('does not let merging windows have a trigger that cannot merge', () => {
    class Never extends Trigger<Row> {
      override readonly name = 'Never';
      override onElement = (): TriggerResult => 'CONTINUE';
      override onEventTime = (): TriggerResult => 'CONTINUE';
      override onProcessingTime = (): TriggerResult => 'CONTINUE';
      override clear = (): void => undefined;
    }
    assert.throws(
      () =>
        windowSpec(EventTimeSessionWindows.withGap(5), (windows) =>
          windows.trigger(new Never()).process(new Counted()),
        ),
      { code: 'job.trigger', message: /^Never cannot be the trigger of EventTimeSessionWindows/ },
    );
  });
});

/** How often a window and a key have fired. */
class Firings extends ProcessWindowFunction<Row, string, string> {
  private readonly firings = new ValueStateDescriptor('firings', Types.LONG, 0);
  private readonly ofKey = new ValueStateDescriptor('firings-of-key', Types.LONG, 0);

  override process(key: string, context: WindowContext, _rows: readonly Row[], out: Collector<string>): void {
    const counts = [context.windowState().getState(this.firings), context.globalState().getState(this.ofKey)];
    for (const count of counts) count.update(count.value() + 1);
    out.collect(`${key} ${context.window().start} ${counts.map((count) => count.value()).join(' ')}`);
  }

  override clear(context: WindowContext): void {
    context.windowState().getState(this.firings).clear();
  }
}

describe('a window function', () => {
  test('has state of its window, which it clears with it, and state of its key', async () => {
    const spec = () => windowSpec(tumbling(), (windows) => windows.allowedLateness(20).process(new Firings()));
    const harness = await new WindowHarness(spec).open();
    harness.rows(row(1), row(11));
    assert.deepEqual(harness.watermark(20).rows, ['a 0 1 1', 'a 10 1 2']);
    assert.deepEqual(harness.rows(row(2)).rows, ['a 0 2 3']);
    await harness.restore(await harness.snapshot());
    harness.watermark(20);
    assert.deepEqual(harness.rows(row(12)).rows, ['a 10 2 4']);
    harness.watermark(100);
    assert.deepEqual(harness.states, { 'firings-of-key': 1 });
    await harness.close();
  });

  test('of windows that merge has no state of a window', async () => {
    const spec = () => windowSpec(EventTimeSessionWindows.withGap(5), (windows) => windows.process(new Firings()));
    const harness = await new WindowHarness(spec).open();
    harness.rows(row(1));
    assert.throws(() => harness.watermark(100), {
      code: 'window.no-window-state',
      subject: { operator: 'w', subtask: 0 },
    });
    await harness.close();
  });
});

describe('a function of a window that throws is named with its operator', () => {
  const thrower = (): never => {
    throw new Error('it broke');
  };
  const sum = {
    createAccumulator: () => 0,
    add: (_: Row, count: number) => count + 1,
    getResult: (count: number) => count,
    merge: (a: number, b: number) => a + b,
  };
  class Throwing extends Counted {
    constructor(method: 'open' | 'process' | 'clear' | 'close') {
      super();
      this[method] = thrower;
    }
  }
  class ThrowingTrigger extends Trigger<Row> {
    override readonly name = 'ThrowingTrigger';
    override onElement = thrower;
    override onEventTime = thrower;
    override onProcessingTime = thrower;
    override clear = thrower;
  }
  const sessions = () => EventTimeSessionWindows.withGap(5);
  const cases: Readonly<Record<string, { spec: () => ReturnType<typeof windowSpec>; message: RegExp }>> = {
    reduce: {
      spec: () => windowSpec(tumbling(), (windows) => windows.reduce(thrower)),
      message: /^window failed in processElement for the record .*"timeMs":2/,
    },
    'aggregate.createAccumulator': {
      spec: () => windowSpec(tumbling(), (windows) => windows.aggregate({ ...sum, createAccumulator: thrower })),
      message: /^window failed in processElement for the record .*"timeMs":1/,
    },
    'aggregate.add': {
      spec: () => windowSpec(tumbling(), (windows) => windows.aggregate({ ...sum, add: thrower })),
      message: /^window failed in processElement for the record/,
    },
    'aggregate.getResult': {
      spec: () => windowSpec(tumbling(), (windows) => windows.aggregate({ ...sum, getResult: thrower })),
      message: /^window failed in a timer of the window from 0 to 10/,
    },
    'aggregate.merge': {
      spec: () => windowSpec(sessions(), (windows) => windows.aggregate({ ...sum, merge: thrower })),
      message: /^window failed in processElement for the record .*"timeMs":5/,
    },
    'a session gap': {
      spec: () => windowSpec(EventTimeSessionWindows.withDynamicGap<Row>(thrower), (windows) => windows.aggregate(sum)),
      message: /^window failed in processElement for the record/,
    },
    'trigger.onElement': {
      spec: () => windowSpec(tumbling(), (windows) => windows.trigger(new ThrowingTrigger()).aggregate(sum)),
      message: /^window failed in processElement for the record/,
    },
    'a window function in open': {
      spec: () => windowSpec(tumbling(), (windows) => windows.process(new Throwing('open'))),
      message: /^window failed in open/,
    },
    'a window function in process': {
      spec: () => windowSpec(tumbling(), (windows) => windows.process(new Throwing('process'))),
      message: /^window failed in the window from 0 to 10 of key "a": it broke/,
    },
    'a window function in clear': {
      spec: () => windowSpec(tumbling(), (windows) => windows.process(new Throwing('clear'))),
      message: /^window failed in the window from 0 to 10 of key "a": it broke/,
    },
    'a window function in close': {
      spec: () => windowSpec(tumbling(), (windows) => windows.process(new Throwing('close'))),
      message: /^window failed in close/,
    },
  };
  for (const [name, { spec, message }] of Object.entries(cases)) {
    test(name, async () => {
      const harness = new WindowHarness(spec);
      const run = async (): Promise<void> => {
        await harness.open();
        harness.rows(row(1), row(2), row(9), row(5));
        harness.watermark(100);
        await harness.close();
      };
      await assert.rejects(run, { code: 'job.function-failed', message, subject: { operator: 'w', subtask: 0 } });
    });
  }
});
