import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  EventTimeSessionWindows,
  OutputTag,
  ProcessWindowFunction,
  SlidingEventTimeWindows,
  TumblingEventTimeWindows,
  Types,
  type Collector,
  type SingleOutputStreamOperator,
  type WindowAssigner,
  type WindowContext,
  type WindowedStream,
} from '../../../runtime/api/index';
import { savepointType } from '../state/support';
import { WindowHarness, windowSpec, type Row } from './harness';
import { WindowModel } from './windowModel';

const late = new OutputTag<Row>('late');

/** A line of a window, whatever its elements are. */
class Line<In> extends ProcessWindowFunction<In, string, string> {
  constructor(private readonly valuesOf: (elements: readonly In[]) => readonly number[]) {
    super();
  }

  override process(key: string, context: WindowContext, elements: readonly In[], out: Collector<string>): void {
    const { start, end } = context.window();
    const values = this.valuesOf(elements).toSorted((a, b) => a - b);
    out.collect(`${key} ${start}..${end} ${values.join(',')}`);
  }
}

const rowType = Types.POJO('windows.Row', { key: Types.STRING, timeMs: Types.LONG, value: Types.LONG });

/** The three ways to keep the rows of a window, all of which give the same lines. */
const ways: Readonly<Record<string, (windows: WindowedStream<Row, string>) => SingleOutputStreamOperator<unknown>>> = {
  process: (windows) => windows.process(new Line<Row>((rows) => rows.map((row) => row.value)), rowType),
  aggregate: (windows) =>
    windows.aggregate(
      {
        createAccumulator: (): number[] => [],
        add: (row, values) => [...values, row.value],
        getResult: (values) => values,
        merge: (a, b) => [...a, ...b],
      },
      new Line<number[]>(([values]) => values ?? []),
      Types.LIST(Types.LONG),
    ),
  // The values of a window are unequal powers of two, so that their sum tells them.
  reduce: (windows) =>
    windows.reduce(
      (a, b) => ({ ...a, value: a.value + b.value }),
      new Line<Row>(([sum]) => powersOf(sum?.value ?? 0)),
      rowType,
    ),
};

function powersOf(sum: number): number[] {
  const powers: number[] = [];
  for (let power = 1, rest = sum; rest > 0; power *= 2, rest = Math.floor(rest / 2))
    if (rest % 2 === 1) powers.push(power);
  return powers;
}

interface Kind {
  readonly assigner: () => WindowAssigner<Row>;
  readonly merges?: boolean;
}

const kinds: Readonly<Record<string, Kind>> = {
  tumbling: { assigner: () => TumblingEventTimeWindows.of(10, 3) },
  sliding: { assigner: () => SlidingEventTimeWindows.of(10, 4) },
  'sliding with gaps': { assigner: () => SlidingEventTimeWindows.of(4, 10) },
  session: { assigner: () => EventTimeSessionWindows.withGap(5), merges: true },
  'dynamic session': {
    assigner: () => EventTimeSessionWindows.withDynamicGap((row: Row) => 1 + (row.timeMs % 7)),
    merges: true,
  },
};

type Step =
  | { readonly t: 'rows'; readonly rows: readonly { readonly key: string; readonly timeMs: number }[] }
  | { readonly t: 'watermark'; readonly byMs: number }
  | { readonly t: 'restore'; readonly canonical: boolean };

const row = fc.record({ key: fc.constantFrom('a', 'b'), timeMs: fc.integer({ min: 0, max: 60 }) });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ t: fc.constant('rows' as const), rows: fc.array(row, { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ t: fc.constant('watermark' as const), byMs: fc.integer({ min: 0, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ t: fc.constant('restore' as const), canonical: fc.boolean() }) },
);
const steps = fc.array(step, { maxLength: 20 });
const lateness = fc.constantFrom(0, 0, 4, 25);

async function compare(kind: Kind, way: keyof typeof ways, given: readonly Step[], latenessMs: number): Promise<void> {
  const assigner = kind.assigner();
  const model = new WindowModel({
    windowsOf: (each) => [...assigner.assignWindows(each, each.timeMs, 0)],
    merges: kind.merges ?? false,
    latenessMs,
  });
  const use = ways[way];
  if (use === undefined) throw new Error('No such way.');
  const harness = await new WindowHarness(() =>
    windowSpec(kind.assigner(), (windows) => use(windows.allowedLateness(latenessMs).sideOutputLateData(late))),
  ).open();
  const lateRows: number[] = [];
  let [watermarkMs, made] = [-10, 0];
  for (const each of given) {
    if (each.t === 'rows') {
      const rows = each.rows.map((it): Row => ({ ...it, value: 2 ** made++ % 2 ** 50 }));
      const emitted = harness.rows(...rows);
      assert.deepEqual(
        emitted.rows,
        rows.flatMap((it) => model.row(it)),
      );
      lateRows.push(...emitted.side.map(([, it]) => (it as Row).value));
    } else if (each.t === 'watermark') {
      watermarkMs += each.byMs;
      const emitted = harness.watermark(watermarkMs);
      assert.deepEqual(emitted.rows.toSorted(), model.watermark(watermarkMs).toSorted());
      assert.ok(emitted.timestamps.every((ms) => ms <= watermarkMs));
    } else {
      // Without windows there are no files.
      if (model.windows > 0) await harness.restore(await harness.snapshot(each.canonical ? savepointType : undefined));
      else continue;
      model.restored();
    }
    assert.equal(harness.states['window-contents'] ?? 0, model.windows);
    if (kind.merges === true) assert.equal((harness.states['merging-window-set'] ?? 0) > 0, model.windows > 0);
  }
  assert.deepEqual(harness.watermark(1e6).rows.toSorted(), model.watermark(1e6).toSorted());
  assert.deepEqual(lateRows, model.late);
  assert.deepEqual(harness.states, {}, 'what windows leave behind');
  await harness.close();
}

describe('a window operator emits what the model of its windows does', () => {
  for (const [name, kind] of Object.entries(kinds)) {
    for (const way of Object.keys(ways)) {
      test(`${name} windows, ${way}: late rows, watermarks and restores wherever they come`, async () => {
        const property = fc.asyncProperty(steps, lateness, (given, latenessMs) =>
          compare(kind, way, given, latenessMs),
        );
        await fc.assert(property, { numRuns: 100 });
      });
    }
  }
});
