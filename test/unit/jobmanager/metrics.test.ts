import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { id, type JobId, type OperatorId, type VertexId } from '../../../runtime/base/ids';
import { aggregated, selected } from '../../../runtime/jobmanager/rest/flink/metricSelection';
import { scopeOf } from '../../../runtime/jobmanager/rest/flink/operatorMetrics';
import { backpressureOf } from '../../../runtime/jobmanager/rest/flink/backpressure';
import type { VertexRecord } from '../../../runtime/jobmanager/records';
import { operatorRatesOf, ratesOf, withSample, type MetricsSample } from '../../../runtime/jobmanager/taskRates';
import { asNumbers } from '../../../runtime/rest/parameters';
import type { TaskMetrics } from '../../../runtime/wire/messages';

const ref = { job: id<JobId>('a'.repeat(32)), vertex: id<VertexId>('b'.repeat(32)), subtask: 0, attempt: 0 };

function counted(recordsIn: number, busyMs: number, backPressuredMs = 0): TaskMetrics {
  return {
    ref,
    recordsIn,
    recordsOut: 2 * recordsIn,
    bytesIn: 10 * recordsIn,
    bytesOut: 0,
    busyMs,
    idleMs: 0,
    backPressuredMs,
    operators: [],
    states: [],
    notes: {},
  };
}

/** Reported at these times. */
function samples(reports: readonly (readonly [atMs: number, metrics: TaskMetrics])[]): readonly MetricsSample[] {
  return reports.reduce<readonly MetricsSample[]>((all, [atMs, metrics]) => withSample(all, atMs, metrics), []);
}

function vertexWith(all: readonly (readonly MetricsSample[])[]): VertexRecord {
  return {
    vertex: { id: ref.vertex, name: 'v', parallelism: all.length, maxParallelism: 128, operators: [] },
    subtasks: all.map((of, subtask) => ({
      name: { vertex: ref.vertex, subtask, parallelism: all.length, name: 'v' },
      attempts: [{ ref: { ...ref, subtask }, state: 'RUNNING', stateTimes: {}, samples: of }],
    })),
  };
}

describe('the rates of a task', () => {
  test('are what it has counted per second of the newest five seconds', () => {
    const reports = Array.from({ length: 21 }, (_, index) => [index * 500, counted(index * 100, index * 250)] as const);
    const rates = ratesOf(samples(reports), 10_000);
    assert.deepEqual([rates.recordsIn, rates.recordsOut, rates.bytesIn], [200, 400, 2_000]);
    assert.deepEqual([rates.busyMs, rates.backPressuredMs, rates.idleMs], [500, 0, 500]);
  });

  test('keep no more samples than they need', () => {
    const reports = Array.from({ length: 100 }, (_, index) => [index * 500, counted(index, 0)] as const);
    assert.equal(samples(reports).length, 11);
  });

  test('fall to nothing but waiting when nothing is heard any more', () => {
    const of = samples([
      [0, counted(0, 0)],
      [500, counted(1_000, 500)],
    ]);
    assert.equal(ratesOf(of, 1_000).recordsIn, 2_000);
    assert.equal(ratesOf(of, 2_500).recordsIn, 400);
    assert.deepEqual(ratesOf(of, 60_000), { ...ratesOf([], 0), idleMs: 1_000 });
  });

  test('divide each second, whatever is reported', () => {
    const report = fc.tuple(fc.nat(2_000), fc.nat(3_000), fc.nat(3_000));
    fc.assert(
      fc.property(fc.array(report, { minLength: 2 }), fc.nat(5_000), (reports, laterMs) => {
        let [atMs, busyMs, backPressuredMs] = [0, 0, 0];
        const of = samples(
          reports.map(([passedMs, busy, waited]) => {
            [atMs, busyMs, backPressuredMs] = [atMs + passedMs, busyMs + busy, backPressuredMs + waited];
            return [atMs, counted(0, busyMs, backPressuredMs)] as const;
          }),
        );
        const rates = ratesOf(of, atMs + laterMs);
        const parts = [rates.busyMs, rates.idleMs, rates.backPressuredMs];
        assert.ok(parts.every((part) => part >= 0 && part <= 1_000));
        const sum = parts.reduce((total, part) => total + part, 0);
        assert.ok(sum === 0 || Math.abs(sum - 1_000) < 1e-6);
      }),
    );
  });
});

describe('backpressure', () => {
  for (const [backPressuredMs, level] of [
    [0, 'ok'],
    [100, 'ok'],
    [101, 'low'],
    [500, 'low'],
    [501, 'high'],
  ] as const) {
    test(`of ${backPressuredMs} ms a second is ${level}, and the worst subtask counts`, () => {
      const waits = samples([
        [0, counted(0, 0)],
        [1_000, counted(1, 0, backPressuredMs)],
      ]);
      const answer = backpressureOf(vertexWith([samples([[0, counted(0, 0)]]), waits]), 1_000);
      assert.equal(answer.backpressureLevel, level);
      assert.deepEqual(
        answer.subtasks?.map((subtask) => [subtask.backpressureLevel, subtask.ratio]),
        [
          ['ok', 0],
          [level, backPressuredMs / 1_000],
        ],
      );
    });
  }
});

describe('a choice of metrics', () => {
  const all = [
    new Map([
      ['a', '489'],
      ['b', 'x'],
    ]),
    new Map([['a', '628']]),
  ];

  test('are the names alone, or the values of those that are known', () => {
    assert.deepEqual(selected(all[0] ?? new Map(), undefined), [{ id: 'a' }, { id: 'b' }]);
    assert.deepEqual(selected(all[0] ?? new Map(), ['b', 'c']), [{ id: 'b', value: 'x' }]);
  });

  test('over several things is aggregated, as Flink was recorded to do', () => {
    assert.deepEqual(aggregated(all, undefined, undefined), [{ id: 'a' }, { id: 'b' }]);
    assert.deepEqual(aggregated(all, ['a', 'b', 'c'], undefined), [
      { id: 'a', min: 489, max: 628, avg: 558.5, sum: 1117, skew: 12.444046553267682 },
    ]);
    assert.deepEqual(aggregated(all, ['a'], ['max']), [{ id: 'a', max: 628 }]);
  });

  test('of subtasks is given as numbers and ranges', () => {
    assert.deepEqual(asNumbers('0-2, 5'), ['0', '1', '2', '5']);
    assert.equal(asNumbers('0-x'), undefined);
  });
});

describe('the metrics of an operator', () => {
  test('have its name as Flink writes it there', () => {
    assert.equal(scopeOf('totals sink: Writer'), 'totals_sink__Writer');
    assert.equal(scopeOf('a.b,c (x)'), 'a_b_c_(x)');
    assert.equal(scopeOf('x'.repeat(100)).length, 80);
  });

  test('per second are what it has counted over the newest five seconds', () => {
    const operator = id<OperatorId>('c'.repeat(32));
    const other = id<OperatorId>('d'.repeat(32));
    const of = samples(
      Array.from({ length: 21 }, (_, index) => [
        index * 500,
        {
          ...counted(0, 0),
          operators: [
            { operator: other, recordsIn: 7, recordsOut: 7 },
            { operator, recordsIn: index * 50, recordsOut: index },
          ],
        },
      ]),
    );
    assert.deepEqual(operatorRatesOf(of, operator, 10_000), { recordsIn: 100, recordsOut: 2 });
    assert.deepEqual(operatorRatesOf(of, other, 10_000), { recordsIn: 0, recordsOut: 0 });
    assert.deepEqual(operatorRatesOf([], operator, 10_000), { recordsIn: 0, recordsOut: 0 });
  });
});
