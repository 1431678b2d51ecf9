/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  EventTimeSessionWindows,
  ProcessWindowFunction,
  SlidingEventTimeWindows,
  TumblingEventTimeWindows,
  Types,
  type DataStream,
  type WindowedStream,
} from '../../../runtime/api/index';
import { jobOf, numbers } from '../taskmanager/streamJobs';

class Report extends ProcessWindowFunction<number, number> {
  process(): void {
    // Says nothing.
  }
}
const anonymous = {
  createAccumulator: () => 0,
  add: (row: number) => row,
  getResult: (sum: number) => sum,
  merge: () => 0,
};
class Sum {
  createAccumulator = (): number => 0;
  add = (row: number, sum: number): number => row + sum;
  getResult = (sum: number): number => sum;
  merge = (a: number, b: number): number => a + b;
}
function larger(a: number, b: number): number {
  return Math.max(a, b);
}

type Windows = WindowedStream<number, number>;

const cases: readonly (readonly [
  string,
  'tumbling' | 'sliding' | 'session',
  (windows: Windows) => DataStream<number>,
])[] = [
  [
    'TumblingEventTimeWindows(100), EventTimeTrigger, larger, PassThroughWindowFunction',
    'tumbling',
    (w) => w.reduce(larger),
  ],
  [
    'TumblingEventTimeWindows(100), EventTimeTrigger, ReduceFunction, Report',
    'tumbling',
    (w) => w.reduce((a) => a, new Report()),
  ],
  [
    'SlidingEventTimeWindows(100, 50), EventTimeTrigger, Sum, PassThroughWindowFunction',
    'sliding',
    (w) => w.aggregate(new Sum()),
  ],
  [
    'TumblingEventTimeWindows(100), EventTimeTrigger, AggregateFunction, Report',
    'tumbling',
    (w) => w.aggregate(anonymous, new Report()),
  ],
  ['EventTimeSessionWindows(100), EventTimeTrigger, Report', 'session', (w) => w.process(new Report())],
];

const assigners = {
  tumbling: () => TumblingEventTimeWindows.of(100),
  sliding: () => SlidingEventTimeWindows.of(100, 50),
  session: () => EventTimeSessionWindows.withGap(100),
};

describe('the plan shows windows as Flink does', () => {
  for (const [text, kind, of] of cases) {
    test(text, () => {
      const graph = jobOf((env) => [
        of(
          numbers(env, 1)
            .keyBy((row) => row, Types.LONG)
            .window(assigners[kind]()),
        ),
      ])();
      const described = graph.nodes.flatMap(({ description }) => description ?? []);
      assert.deepEqual(described, [`Window(${text})`]);
    });
  }
});
