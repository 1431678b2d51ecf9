import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReducingState, ReducingStateDescriptor } from '../../../runtime/api/state';
import { CountTrigger } from '../../../runtime/api/windowing/countTrigger';
import { PurgingTrigger } from '../../../runtime/api/windowing/purgingTrigger';
import {
  EventTimeTrigger,
  ProcessingTimeTrigger,
  type OnMergeContext,
  type Trigger,
} from '../../../runtime/api/windowing/triggers';

const window = { start: 0, end: 10 };

/** Notes what a trigger asks for. */
class Context implements OnMergeContext {
  readonly asked: string[] = [];
  private readonly values = new Map<string, unknown>();

  constructor(
    private readonly watermarkMs = -Infinity,
    private readonly nowMs = 0,
  ) {}

  getCurrentWatermark(): number {
    return this.watermarkMs;
  }

  getCurrentProcessingTime(): number {
    return this.nowMs;
  }

  registerEventTimeTimer(timestampMs: number): void {
    this.asked.push(`event ${timestampMs}`);
  }

  deleteEventTimeTimer(timestampMs: number): void {
    this.asked.push(`no event ${timestampMs}`);
  }

  registerProcessingTimeTimer(timestampMs: number): void {
    this.asked.push(`processing ${timestampMs}`);
  }

  deleteProcessingTimeTimer(timestampMs: number): void {
    this.asked.push(`no processing ${timestampMs}`);
  }

  getReducingState<S>({ name, reduce }: ReducingStateDescriptor<S>): ReducingState<S> {
    const { values } = this;
    return {
      get: () => values.get(name) as S | undefined,
      add: (value) => void values.set(name, values.has(name) ? reduce(values.get(name) as S, value) : value),
      clear: () => void values.delete(name),
    };
  }

  mergeReducingState<S>({ name }: ReducingStateDescriptor<S>): void {
    this.asked.push(`merge ${name}`);
  }
}

function onElement(trigger: Trigger<unknown>, context: Context): string {
  return trigger.onElement(undefined, 3, window, context);
}

describe('EventTimeTrigger', () => {
  const trigger = EventTimeTrigger.create();

  test('waits for the end of the window', () => {
    const context = new Context(8);
    assert.equal(onElement(trigger, context), 'CONTINUE');
    assert.deepEqual(context.asked, ['event 9']);
    assert.equal(trigger.onEventTime(9, window), 'FIRE');
    assert.equal(trigger.onEventTime(19, window), 'CONTINUE', 'the time when the window is forgotten');
    assert.equal(trigger.onProcessingTime(), 'CONTINUE');
  });

  test('fires at once for a row that comes after the end', () => {
    const context = new Context(9);
    assert.equal(onElement(trigger, context), 'FIRE');
    assert.deepEqual(context.asked, []);
  });

  test('waits for the end of a merged window that is to come', () => {
    const [before, after] = [new Context(8), new Context(9)];
    trigger.onMerge(window, before);
    trigger.onMerge(window, after);
    trigger.clear(window, after);
    assert.deepEqual([before.asked, after.asked], [['event 9'], ['no event 9']]);
  });
});

describe('ProcessingTimeTrigger', () => {
  const trigger = ProcessingTimeTrigger.create();

  test('waits for the end of the window by the clock', () => {
    const context = new Context(100, 5);
    assert.equal(onElement(trigger, context), 'CONTINUE');
    trigger.onMerge(window, context);
    trigger.onMerge(window, new Context(0, 9));
    trigger.clear(window, context);
    assert.deepEqual(context.asked, ['processing 9', 'processing 9', 'no processing 9']);
    assert.equal(trigger.onProcessingTime(), 'FIRE');
    assert.equal(trigger.onEventTime(), 'CONTINUE');
  });
});

describe('CountTrigger', () => {
  test('fires with each row that makes the count full', () => {
    const context = new Context();
    const trigger = CountTrigger.of(3);
    const results = Array.from({ length: 7 }, () => onElement(trigger, context));
    assert.deepEqual(
      results.map((result) => result === 'FIRE'),
      [false, false, true, false, false, true, false],
    );
    trigger.clear(window, context);
    assert.deepEqual([onElement(trigger, context), onElement(trigger, context)], ['CONTINUE', 'CONTINUE']);
  });

  test('adds up what merged windows have counted', () => {
    const context = new Context();
    CountTrigger.of(3).onMerge(window, context);
    assert.deepEqual(context.asked, ['merge count']);
  });

  test('refuses a count that is none', () => {
    assert.throws(() => CountTrigger.of(0), { code: 'job.bad-setting', subject: { field: 'maxCount' } });
  });
});

describe('PurgingTrigger', () => {
  test('purges whenever the other one fires, and passes on the rest', () => {
    const context = new Context();
    const trigger = PurgingTrigger.of(CountTrigger.of(2));
    assert.deepEqual([onElement(trigger, context), onElement(trigger, context)], ['CONTINUE', 'FIRE_AND_PURGE']);
    const onTime = PurgingTrigger.of(EventTimeTrigger.create());
    assert.equal(onTime.onEventTime(9, window, context), 'FIRE_AND_PURGE');
    assert.equal(onTime.onProcessingTime(9, window, context), 'CONTINUE');
    onTime.onMerge(window, context);
    onTime.clear(window, context);
    assert.deepEqual(context.asked, ['event 9', 'no event 9']);
    assert.equal(onTime.canMerge, true);
  });
});
