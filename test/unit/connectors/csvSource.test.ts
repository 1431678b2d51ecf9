import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { CsvSource, type CsvColumns } from '../../../runtime/api/csvSource';
import { StreamExecutionEnvironment } from '../../../runtime/api/environment';
import { WatermarkStrategy } from '../../../runtime/api/watermarks';
import type { RowOf } from '../../../runtime/api/sourceRows';
import { Types } from '../../../runtime/api/types';
import type { JobStateError } from '../../../runtime/base/errors';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { connectors, connectorContext, read, readAll } from './support';

const delays = {
  origin: Types.STRING,
  delay: { type: Types.LONG, nullable: true },
} as const;

/** What a source of these columns reads of a text. */
async function rowsOf(t: TestContext, text: string, options: Partial<ConstructorParameters<typeof CsvSource>[0]> = {}) {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, 'in.csv'), text);
  return readAll(new CsvSource({ path: 'in.csv', columns: delays, ...options }), connectorContext(directory));
}

describe('CSV source', () => {
  test('finds its columns in the header, whatever their order and company', async (t) => {
    assert.deepEqual(await rowsOf(t, '\uFEFFdelay,"x,y", origin \r\n5,ignored,ATL\r\n\r\n-3,,"L""A""X"\r\n'), [
      { origin: 'ATL', delay: 5 },
      { origin: 'L"A"X', delay: -3 },
    ]);
  });

  test('takes the declared order without a header, and another delimiter', async (t) => {
    const rows = await rowsOf(t, 'ATL;1\nLAX;2', { header: false, delimiter: ';' });
    assert.deepEqual(rows, [
      { origin: 'ATL', delay: 1 },
      { origin: 'LAX', delay: 2 },
    ]);
  });

  test('makes values of the declared types', async (t) => {
    const columns = {
      long: Types.LONG,
      big: Types.LONG_BIGINT,
      int: Types.INT,
      double: Types.DOUBLE,
      yes: Types.BOOLEAN,
      text: Types.STRING,
    };
    const text = `9007199254740991, -9223372036854775808 ,-0,1.5e-3,TRUE,5" pipe\n`;
    assert.deepEqual(await rowsOf(t, text, { columns, header: false }), [
      { long: Number.MAX_SAFE_INTEGER, big: -(2n ** 63n), int: 0, double: 0.0015, yes: true, text: '5" pipe' },
    ]);
  });

  test('an empty field is null where that is declared; an empty text in quotes is a text', async (t) => {
    const columns = { a: { type: Types.STRING, nullable: true }, b: { type: Types.DOUBLE, nullable: true } };
    assert.deepEqual(await rowsOf(t, ',""\n"",\n', { columns, header: false }), [
      { a: null, b: null },
      { a: '', b: null },
    ]);
  });

  test('the compiler knows the rows', () => {
    type Delay = RowOf<CsvSource<typeof delays>>;
    const row: Delay = { origin: 'ATL', delay: null };
    // @ts-expect-error a column that is not nullable
    const wrong: Delay = { origin: null, delay: 1 };
    assert.notDeepEqual(row, wrong);

    StreamExecutionEnvironment.getExecutionEnvironment()
      .fromSource(new CsvSource({ path: 'x', columns: delays }), WatermarkStrategy.noWatermarks(), 'delays')
      .map((of) => (of.delay ?? 0) + of.origin.length);
  });

  const bad: readonly [what: string, line: string, message: RegExp][] = [
    ['too few fields', 'ATL', /Line 3 of .*in\.csv has 1 fields instead of 2: ATL/],
    [
      'a value of another type',
      'ATL,late',
      /Line 3 of .* holds something else than an integer up to 2\^53 or empty in its column delay: ATL,late/,
    ],
    ['an integer that a number cannot hold', 'ATL,9007199254740993', /Line 3 .* holds something else than an integer/],
    ['a text behind a quote', '"ATL"x,1', /Line 3 .* has text between a closing quote and the next delimiter/],
    ['a quote that is never closed', '"ATL,1', /Line 3 .* has a field in quotes without its closing quote/],
  ];
  for (const [what, line, message] of bad) {
    test(`fails at ${what} with the line, after the rows before it; skips and counts it when asked to`, async (t) => {
      const directory = temporaryDirectory(t);
      writeFileSync(join(directory, 'in.csv'), `origin,delay\nA,1\n${line}\nB,2\n`);
      const strict = connectors.reader(new CsvSource({ path: 'in.csv', columns: delays }), connectorContext(directory));
      await strict.start(undefined);
      assert.deepEqual(await read(strict, 1), [{ origin: 'A', delay: 1 }]);
      await assert.rejects(read(strict), (error: JobStateError) => {
        assert.equal(error.code, 'source.bad-line');
        assert.equal(error.subject.position, 3);
        assert.match(error.message, message);
        return true;
      });
      await strict.close();

      const context = connectorContext(directory);
      const rows = await readAll(new CsvSource({ path: 'in.csv', columns: delays, onError: 'skip' }), context);
      assert.deepEqual(rows, [
        { origin: 'A', delay: 1 },
        { origin: 'B', delay: 2 },
      ]);
      assert.equal(context.counts.get('linesSkipped'), 1);
    });
  }

  test('text that is not UTF-8 is a bad line, not question marks', async (t) => {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, 'in.csv'), Buffer.from('Z\xfcrich\n', 'latin1'));
    const source = new CsvSource({ path: 'in.csv', columns: { city: Types.STRING }, header: false });
    await assert.rejects(
      readAll(source, connectorContext(directory)),
      /Line 1 .* holds something else than UTF-8 in its column city/,
    );
  });

  test('readers of a directory share its files', async (t) => {
    const directory = temporaryDirectory(t);
    mkdirSync(join(directory, 'in', 'below'), { recursive: true });
    for (const name of ['a', 'b', 'c', '.hidden', 'below/d']) {
      writeFileSync(join(directory, 'in', name), `${name},1\n`);
    }
    const source = new CsvSource({ path: 'in', columns: delays, header: false });
    const rows = await Promise.all(
      [0, 1].map((subtask) => readAll(source, connectorContext(directory, { subtask, parallelism: 2 }))),
    );
    assert.deepEqual(
      rows.map((some) => (some as { origin: string }[]).map(({ origin }) => origin)),
      [['a', 'c'], ['b']],
    );
  });

  test('a column that is declared and not there is named with those that are', async (t) => {
    await assert.rejects(rowsOf(t, 'from,delay\n'), {
      code: 'source.no-such-column',
      advice: 'Its columns are from, delay.',
    });
    await assert.rejects(rowsOf(t, ''), { code: 'source.no-header' });
  });

  test('a type that no field can have is refused where it is written', () => {
    const columns = { list: Types.LIST(Types.LONG) } as unknown as CsvColumns;
    assert.throws(() => new CsvSource({ path: 'x', columns }), { code: 'job.bad-setting' });
    assert.throws(() => new CsvSource({ path: 'x', columns: {} }), { code: 'job.bad-setting' });
    assert.throws(() => new CsvSource({ path: 'x', columns: delays, delimiter: 'ü' }), { code: 'job.bad-setting' });
  });
});

describe('the input of a source', () => {
  const source = new CsvSource({ path: 'in', columns: delays, header: false });

  test('that is missing is named', async (t) => {
    await assert.rejects(readAll(source, connectorContext(temporaryDirectory(t))), {
      code: 'source.input-missing',
      domain: 'user',
    });
  });

  test('that is an empty directory is named', async (t) => {
    const directory = temporaryDirectory(t);
    mkdirSync(join(directory, 'in'));
    await assert.rejects(readAll(source, connectorContext(directory)), { code: 'source.input-missing' });
  });

  test(
    'that may not be read says so',
    { skip: process.getuid?.() === 0 ? 'root may read everything' : false },
    async (t) => {
      const directory = temporaryDirectory(t);
      writeFileSync(join(directory, 'in'), 'A,1\n');
      chmodSync(join(directory, 'in'), 0);
      await assert.rejects(readAll(source, connectorContext(directory)), { code: 'source.input-denied' });
    },
  );

  test('that is shorter than what was read of it before is not read on', async (t) => {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, 'in'), 'A,1\nB,2\n');
    const first = connectors.reader(source, connectorContext(directory));
    await first.start(undefined);
    await read(first, 2);
    const state = first.snapshot();
    await first.close();
    truncateSync(join(directory, 'in'), 4);
    const second = connectors.reader(source, connectorContext(directory));
    await second.start(state);
    await assert.rejects(read(second), { code: 'source.input-changed' });
    await second.close();
  });
});
