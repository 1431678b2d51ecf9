import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { GeneratorSource, NdjsonSource, ParquetSource } from '../../../runtime/api/sources';
import type { JobStateError } from '../../../runtime/base/errors';
import { builtInConnectors } from '../../../runtime/connectors/connectors';
import type { ParquetDecoder } from '../../../runtime/connectors/parquetSource';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { connectorContext, read } from './support';

/** Two row groups of three rows, as the worker would decode them. */
const decoder: ParquetDecoder = {
  info: () => Promise.resolve({ columns: ['place', 'delay'], rowGroups: [{ rows: 3 }, { rows: 3 }] }),
  rowGroup: (_path, index) =>
    Promise.resolve([
      { t: 'texts', dictionary: ['ATL', 'LAX'], codes: Uint32Array.from([1, 2, 0]) },
      { t: 'numbers', values: Float64Array.from([index * 3, index * 3 + 1, index * 3 + 2]) },
    ]),
};
const connectors = builtInConnectors(decoder);

describe('NDJSON source', () => {
  const many = Array.from({ length: 60_000 }, (_, index) => ({
    index,
    text: `row ${index} ${'ü'.repeat(index % 40)}`,
  }));

  test('two readers together read every line exactly once, also those that cross a split border', async (t) => {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, 'in.ndjson'), many.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const seen: unknown[] = [];
    for (const subtask of [0, 1]) {
      const reader = connectors.reader(
        new NdjsonSource({ path: 'in.ndjson' }),
        connectorContext(directory, { subtask, parallelism: 2 }),
      );
      await reader.start(undefined);
      seen.push(...(await read(reader, Infinity, 997)));
      await reader.close();
    }
    assert.equal(seen.length, many.length);
    assert.deepEqual(new Set(seen.map((row) => (row as { index: number }).index)).size, many.length);
  });

  test('reads on from a snapshot without losing or repeating a row', async (t) => {
    const directory = temporaryDirectory(t);
    const rows = many.slice(0, 500);
    writeFileSync(join(directory, 'in.ndjson'), rows.map((row) => JSON.stringify(row)).join('\n'));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: rows.length }),
        fc.integer({ min: 1, max: 64 }),
        async (cut, atOnce) => {
          const first = connectors.reader(new NdjsonSource({ path: 'in.ndjson' }), connectorContext(directory));
          await first.start(undefined);
          const before = await read(first, cut, atOnce);
          const state = first.snapshot();
          await first.close();
          const second = connectors.reader(new NdjsonSource({ path: 'in.ndjson' }), connectorContext(directory));
          await second.start(JSON.parse(JSON.stringify(state)) as typeof state);
          assert.deepEqual([...before, ...(await read(second))], rows);
          await second.close();
        },
      ),
      { numRuns: 30 },
    );
  });

  test('fails at a bad line with its number, after the rows before it', async (t) => {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, 'in.ndjson'), '{"a":1}\n\n{"a":2}\nnot json\n{"a":3}\n');
    const reader = connectors.reader(new NdjsonSource({ path: 'in.ndjson' }), connectorContext(directory));
    await reader.start(undefined);
    assert.deepEqual(await read(reader, 2), [{ a: 1 }, { a: 2 }]);
    await assert.rejects(read(reader), (error: JobStateError) => {
      assert.equal(error.code, 'source.bad-line');
      assert.equal(error.subject.position, 4);
      assert.match(error.message, /Line 4 of .*in\.ndjson is not JSON: not json/);
      return true;
    });
    await reader.close();
  });

  test('skips bad lines and counts them when asked to', async (t) => {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, 'in.ndjson'), '{"a":1}\nbad\nworse\n{"a":2}\n');
    const context = connectorContext(directory);
    const reader = connectors.reader(new NdjsonSource({ path: 'in.ndjson', onError: 'skip' }), context);
    await reader.start(undefined);
    assert.deepEqual(await read(reader), [{ a: 1 }, { a: 2 }]);
    assert.equal(context.counts.get('linesSkipped'), 2);
    await reader.close();
  });

  test('names the file that is missing', async (t) => {
    const directory = temporaryDirectory(t);
    const reader = connectors.reader(new NdjsonSource({ path: 'none.ndjson' }), connectorContext(directory));
    await assert.rejects(reader.start(undefined), { code: 'source.input-missing' });
    await reader.close();
  });
});

describe('Parquet source', () => {
  test('makes row objects of the columns and goes on in the middle of a row group', async (t) => {
    const context = connectorContext(temporaryDirectory(t));
    const source = new ParquetSource<{ place: string; delay: number }>({
      path: 'x.parquet',
      columns: ['place', 'delay'],
    });
    const first = connectors.reader(source, context);
    await first.start(undefined);
    assert.deepEqual(await read(first, 4), [
      { place: 'ATL', delay: 0 },
      { place: 'LAX', delay: 1 },
      { place: null, delay: 2 },
      { place: 'ATL', delay: 3 },
    ]);
    assert.deepEqual(first.snapshot(), [{ split: 'rowgroup-1', position: 1 }]);
    const second = connectors.reader(source, context);
    await second.start(first.snapshot());
    assert.deepEqual(await read(second), [
      { place: 'LAX', delay: 4 },
      { place: null, delay: 5 },
    ]);
    assert.deepEqual(second.snapshot(), []);
    await Promise.all([first.close(), second.close()]);
  });

  test('a file that is missing is named as by every source, and what is wrong within it is told', async (t) => {
    const broken = builtInConnectors({
      info: () => Promise.reject(new Error('no footer')),
      rowGroup: () => Promise.reject(new Error('no row group')),
    });
    const directory = temporaryDirectory(t);
    const start = (): Promise<void> =>
      broken
        .reader(new ParquetSource<{ a: string }>({ path: 'x.parquet', columns: ['a'] }), connectorContext(directory))
        .start(undefined);
    await assert.rejects(start(), { code: 'source.input-missing' });
    writeFileSync(join(directory, 'x.parquet'), 'x');
    await assert.rejects(start(), /no footer/);
  });

  test('a reader without splits is exhausted at once', async (t) => {
    const reader = connectors.reader(
      new ParquetSource<{ place: string }>({ path: 'x.parquet', columns: ['place'] }),
      connectorContext(temporaryDirectory(t), { subtask: 2, parallelism: 3 }),
    );
    await reader.start(undefined);
    assert.deepEqual(await read(reader), []);
    await reader.close();
  });

  test('a column that is not there is named with those that are', async (t) => {
    const reader = connectors.reader(
      new ParquetSource<{ nowhere: string }>({ path: 'x.parquet', columns: ['nowhere'] }),
      connectorContext(temporaryDirectory(t)),
    );
    await assert.rejects(reader.start(undefined), {
      code: 'source.no-such-column',
      advice: 'Its columns are place, delay.',
    });
    await reader.close();
  });
});

describe('generator source', () => {
  test('subtasks together make every index once, from any snapshot on', async (t) => {
    const directory = temporaryDirectory(t);
    const source = new GeneratorSource({ count: 1000, generate: (index) => index });
    const seen: unknown[] = [];
    for (const subtask of [0, 1, 2]) {
      const context = connectorContext(directory, { subtask, parallelism: 3 });
      const first = connectors.reader(source, context);
      await first.start(undefined);
      seen.push(...(await read(first, 100 + subtask)));
      const second = connectors.reader(source, context);
      await second.start(first.snapshot());
      seen.push(...(await read(second)));
      await Promise.all([first.close(), second.close()]);
    }
    assert.deepEqual(
      (seen as number[]).sort((a, b) => a - b),
      Array.from({ length: 1000 }, (_, index) => index),
    );
  });
});
