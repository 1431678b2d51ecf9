/** The types that authors see are checked by the compiler (`npm run types`): `exactly` fails to compile, and so does an unused expected error. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  FileSink,
  GeneratorSource,
  KeyedProcessFunction,
  NdjsonSource,
  ParquetSource,
  PrintSink,
  StreamExecutionEnvironment,
  Types,
  ValueStateDescriptor,
  WatermarkStrategy,
  type Collector,
  type KeyedContext,
  type RuntimeContext,
  type SingleOutputStreamOperator,
  type TypeInformation,
  type TypeOf,
  type ValueState,
} from '../../../runtime/api/index';

/** Compiles only if the value is of exactly this type: each can take the place of the other. */
function exactly<Expected>(): <Actual extends Expected>(
  value: Actual,
  ...same: [Expected] extends [Actual] ? [] : [never]
) => void {
  return (value, ...same) => {
    assert.ok(value);
    assert.equal(same.length, 0);
  };
}

interface Flight {
  date: number;
  origin: string;
  delay: number;
}

const flights = () =>
  StreamExecutionEnvironment.getExecutionEnvironment().fromSource(
    new ParquetSource<Flight>({ path: 'flights.parquet', columns: ['date', 'origin', 'delay'] }),
    WatermarkStrategy.forMonotonousTimestamps().withTimestampAssigner((flight: Flight) => flight.date),
    'flights',
  );

class Totals extends KeyedProcessFunction<string, Flight, { origin: string; total: number }> {
  override open(context: RuntimeContext): void {
    const plain = context.getState(new ValueStateDescriptor('plain', Types.LONG));
    exactly<ValueState<number>>()(plain);
    const defaulted = context.getState(new ValueStateDescriptor('defaulted', Types.LONG, 0));
    exactly<ValueState<number, number>>()(defaulted);
    const days = context.getState(new ValueStateDescriptor('days', Types.MAP(Types.STRING, Types.LIST(Types.INT))));
    exactly<ValueState<Map<string, number[]>>>()(days);
    const untyped = context.getState(new ValueStateDescriptor<Flight>('untyped'));
    exactly<ValueState<Flight>>()(untyped);
    // @ts-expect-error a string is not a number
    plain.update('1');
  }

  processElement(
    flight: Flight,
    context: KeyedContext<string>,
    out: Collector<{ origin: string; total: number }>,
  ): void {
    out.collect({ origin: context.getCurrentKey(), total: flight.delay });
  }
}

describe('the types authors see', () => {
  test('declared types carry their TypeScript type', () => {
    exactly<TypeInformation<string>>()(Types.STRING);
    exactly<TypeInformation<number>>()(Types.LONG);
    exactly<TypeInformation<bigint>>()(Types.LONG_BIGINT);
    exactly<TypeInformation<Uint8Array>>()(Types.BYTES);
    const map = Types.MAP(Types.STRING, Types.LONG);
    exactly<TypeInformation<Map<string, number>>>()(map);
    exactly<TypeInformation<[string, boolean[]]>>()(Types.TUPLE(Types.STRING, Types.LIST(Types.BOOLEAN)));
    const pojo = Types.POJO('example.Stats', { count: Types.LONG, days: map });
    exactly<TypeInformation<{ count: number; days: Map<string, number> }>>()(pojo);
    exactly<TypeInformation<Flight>>()(Types.JSON<Flight>());
    const stats: TypeOf<typeof pojo> = { count: 1, days: new Map([['2001-01-01', 1]]) };
    // @ts-expect-error a count is a number
    stats.count = 'one';
  });

  test('are plain data, with the fields of a POJO sorted as Flink stores them', () => {
    const pojo = Types.POJO('example.Stats', { b: Types.LONG, a: Types.MAP(Types.STRING, Types.INT) });
    assert.deepEqual(JSON.parse(JSON.stringify(pojo)), {
      kind: 'POJO',
      className: 'example.Stats',
      fields: [
        { name: 'a', type: { kind: 'MAP', key: { kind: 'STRING' }, value: { kind: 'INT' } } },
        { name: 'b', type: { kind: 'LONG' } },
      ],
    });
  });

  test('refuse empty POJOs and tuples', () => {
    assert.throws(() => Types.POJO('', { a: Types.INT }), { code: 'type.pojo' });
    assert.throws(() => Types.POJO('a.B', {}), { code: 'type.pojo' });
    assert.throws(() => Types.TUPLE(), { code: 'type.tuple-size' });
  });

  test('flow through the operators', () => {
    const names = flights()
      .filter((flight) => flight.delay > 0)
      .map((flight) => flight.origin);
    exactly<SingleOutputStreamOperator<string>>()(names);
    const letters = names.flatMap((name, out: Collector<string>) => out.collect(name.slice(0, 1)));
    exactly<SingleOutputStreamOperator<string>>()(letters);
    const totals = flights()
      .keyBy((flight) => flight.origin, Types.STRING)
      .process(new Totals());
    exactly<SingleOutputStreamOperator<{ origin: string; total: number }>>()(totals);
    // @ts-expect-error the rows are objects
    exactly<SingleOutputStreamOperator<string>>()(totals);
    // @ts-expect-error the rows are known
    exactly<SingleOutputStreamOperator<unknown>>()(totals);
    totals.sinkTo(new FileSink({ path: 'out', format: ({ origin, total }) => `${origin} ${total}` }));
    totals.sinkTo(new PrintSink());
  });

  test('refuse what does not fit', () => {
    // @ts-expect-error the key is a string
    flights().keyBy((flight) => flight.origin, Types.LONG);
    const byDelay = flights().keyBy((flight) => flight.delay, Types.LONG);
    // @ts-expect-error the function is keyed by a string
    byDelay.process(new Totals());
    // @ts-expect-error the sink takes numbers
    flights().sinkTo(new FileSink<number>({ path: 'out' }));
    // @ts-expect-error there is no such column
    new ParquetSource<Flight>({ path: 'flights.parquet', columns: ['dates'] });
    // @ts-expect-error the descriptor holds numbers
    new ValueStateDescriptor<string>('name', Types.LONG);
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    const wrong = WatermarkStrategy.noWatermarks().withTimestampAssigner((row: { time: number }) => row.time);
    // @ts-expect-error the rows have no time
    env.fromSource(new NdjsonSource<Flight>({ path: 'flights.ndjson' }), wrong, 'flights');
    const generated = new GeneratorSource({ generate: (index) => index * 2 });
    exactly<GeneratorSource<number>>()(generated);
    // @ts-expect-error the rows are numbers
    exactly<GeneratorSource<string>>()(generated);
  });
});
