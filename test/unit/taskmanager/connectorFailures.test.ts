import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CollectSink,
  CsvFileSink,
  FileSink,
  GeneratorSource,
  PrintSink,
  StreamExecutionEnvironment,
  WatermarkStrategy,
  type Sink,
} from '../../../runtime/api/index';
import type { JobStreamGraph } from '../../../runtime/api/operatorSpec';
import type { ErrorData } from '../../../runtime/base/errors';
import { builtInConnectors } from '../../../runtime/connectors/connectors';
import { assertNamed, firstFailure } from './failures';
import { deployed } from './streamJobs';

const noParquet = () => Promise.reject(new Error('no Parquet here'));
const connectors = builtInConnectors({ info: noParquet, rowGroup: noParquet });

/** Throws for 3. */
function picky(value: number): number {
  if (value === 3) throw new Error('on purpose');
  return value;
}

interface Parts {
  readonly generate?: (index: number) => number;
  readonly timestampOf?: (row: number) => number;
  readonly rowOf?: (row: number) => unknown;
  readonly sink?: Sink<unknown>;
}

/** Rows 0 … 4 into a sink. */
function job({ generate = (index) => index, timestampOf = (row) => row, rowOf, sink }: Parts): JobStreamGraph {
  const env = StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(1);
  const rows = env
    .fromSource(
      new GeneratorSource<number>({ generate, count: 5 }),
      WatermarkStrategy.forMonotonousTimestamps<number>().withTimestampAssigner(timestampOf),
      'Mine',
    )
    .uid(sink === undefined ? 'it' : 'source');
  rows
    .map((row) => (rowOf === undefined ? row : rowOf(row)))
    .sinkTo(sink ?? new FileSink({ path: '/out' }))
    .uid(sink === undefined ? 'sink' : 'it')
    .name('Mine');
  return env.getStreamGraph('job');
}

async function failureOf(parts: Parts): Promise<ErrorData> {
  return firstFailure(await deployed(() => job(parts), 1, connectors));
}

describe('a function of a source or sink that throws fails its task, with the operator, the function and the row:', () => {
  test('generate', async () => {
    assertNamed(withoutPrefix(await failureOf({ generate: picky })), 'generate for the index 3');
  });

  test('the timestamp assigner', async () => {
    assertNamed(withoutPrefix(await failureOf({ timestampOf: picky })), 'the timestamp assigner for the record 3');
  });

  const sinks: readonly (readonly [what: string, sink: Sink<unknown>])[] = [
    ['format', new FileSink<number>({ path: '/out', format: (row) => String(picky(row)) }) as Sink<unknown>],
    ['bucket', new FileSink<number>({ path: '/out', bucket: (row) => `n=${picky(row)}` }) as Sink<unknown>],
  ];
  for (const [what, sink] of sinks) {
    test(what, async () => assertNamed(withoutPrefix(await failureOf({ sink })), `${what} for the record 3`));
  }

  const refused: readonly (readonly [what: string, sink: Sink<unknown>, row: unknown, why: RegExp])[] = [
    [
      'two lines',
      new FileSink({ path: '/out', format: String }),
      'a\nb',
      /^format for the record "a\\nb": A formatted row holds a line break\.$/,
    ],
    [
      'a way out of the directory',
      new FileSink({ path: '/out', bucket: String }),
      '../x',
      /^bucket for the record "\.\.\/x": /,
    ],
    ['what is not JSON data', new CollectSink({ path: '/out' }), new Map(), /^format for the record \{\}: /],
    [
      'a circle as CSV',
      new CsvFileSink<{ a: unknown }>({ path: '/out', columns: ['a'] }) as Sink<unknown>,
      { a: circle() },
      /^format for the record \[object Object\]: /,
    ],
    ['a circle to print', new PrintSink(), circle(), /^printing for the record \[object Object\]: /],
  ];
  for (const [what, sink, row, why] of refused) {
    test(`a sink that is given ${what}`, async () => {
      const failure = withoutPrefix(await failureOf({ sink, rowOf: (index) => (index === 3 ? row : {}) }));
      assert.match(failure.message.replace('Mine failed in ', ''), why);
      assert.deepEqual([failure.domain, failure.subject.operator], ['user', 'it']);
      assert.notEqual(failure.advice, '');
    });
  }
});

/** Sources and sinks have a prefix in their names, as in Flink. */
function withoutPrefix(failure: ErrorData): ErrorData {
  return { ...failure, message: failure.message.replace(/^(Source|Sink): /, '').replace(/^Mine: Writer/, 'Mine') };
}

function circle(): object {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}
