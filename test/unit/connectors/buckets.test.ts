import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CsvSource } from '../../../runtime/api/csvSource';
import { CsvFileSink, FileSink } from '../../../runtime/api/sinks';
import { Types } from '../../../runtime/api/types';
import { checkBucket } from '../../../runtime/connectors/bucketId';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { assertRefused, connectors, connectorContext, readAll } from './support';

interface Row {
  readonly day: string;
  readonly value: number;
  readonly text?: string;
}

const sink = new FileSink<Row>({ path: 'out', bucket: ({ day }) => day && `day=${day}`, suffix: '.ndjson' });

/** The relative paths of all files below a directory, sorted. */
const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(directory, path)).isFile())
    .sort();

describe('a file sink with buckets', () => {
  test('puts each row into the part of its directory', async (t) => {
    const directory = temporaryDirectory(t);
    const { writer, committer } = connectors.sink(sink, connectorContext(directory));
    writer.write([
      { day: '1', value: 1 },
      { day: '2', value: 2 },
      { day: '', value: 3 },
      { day: '1', value: 4 },
    ]);
    await committer.commit(await writer.prepareCommit(1));
    assert.deepEqual(
      filesBelow(join(directory, 'out')).map((path) => [path, readFileSync(join(directory, 'out', path), 'utf8')]),
      [
        ['day=1/part-01234567-0-0-1.ndjson', '{"day":"1","value":1}\n{"day":"1","value":4}\n'],
        ['day=2/part-01234567-0-0-2.ndjson', '{"day":"2","value":2}\n'],
        ['part-01234567-0-0-3.ndjson', '{"day":"","value":3}\n'],
      ],
    );
    await writer.close();
  });

  test('writes more directories than it keeps files open, and goes on in each of them', async (t) => {
    const directory = temporaryDirectory(t);
    const { writer, committer } = connectors.sink(sink, connectorContext(directory));
    const text = 'x'.repeat(70_000); // more than is gathered before it is handed to the disk
    for (const value of [1, 2]) {
      for (let day = 0; day < 150; day++) writer.write([{ day: String(day), value, text }]);
    }
    await committer.commit(await writer.prepareCommit(1));
    const files = filesBelow(join(directory, 'out'));
    assert.equal(files.length, 150);
    for (const path of files) {
      const lines = readFileSync(join(directory, 'out', path), 'utf8')
        .trimEnd()
        .split('\n');
      assert.deepEqual(
        lines.map((line) => (JSON.parse(line) as Row).value),
        [1, 2],
      );
    }
    await writer.close();
  });

  test('a restart clears every directory of what was begun and not completed', async (t) => {
    const directory = temporaryDirectory(t);
    const first = connectors.sink(sink, connectorContext(directory));
    first.writer.write([{ day: 'a', value: 1 }]);
    const kept = await first.writer.prepareCommit(1);
    first.writer.write([{ day: 'b', value: 2 }]);
    await first.writer.prepareCommit(2);
    mkdirSync(join(directory, 'out', 'day=c'));
    writeFileSync(join(directory, 'out', 'day=c', '.part-01234567-0-0-9.ndjson.inprogress'), 'of a killed attempt');

    const second = connectors.sink(sink, connectorContext(directory, { attempt: 1 }));
    await second.committer.commit(JSON.parse(JSON.stringify(kept)) as typeof kept);
    await second.committer.abandonNewer(1);
    assert.deepEqual(filesBelow(join(directory, 'out')), ['day=a/part-01234567-0-0-1.ndjson']);
    await Promise.all([first.writer.close(), second.writer.close()]);
  });

  test('a writer that is closed leaves nothing that it began', async (t) => {
    const directory = temporaryDirectory(t);
    const { writer } = connectors.sink(sink, connectorContext(directory));
    writer.write([{ day: 'a', value: 1, text: 'x'.repeat(70_000) }]);
    await writer.close();
    assert.deepEqual(filesBelow(join(directory, 'out')), []);
  });

  const outside = [
    '..',
    '../x',
    'a/../../x',
    '/etc',
    'a//b',
    'a/',
    '.hidden',
    'a/.',
    'C:',
    'a\\b',
    'nul\u0000',
    'x. ',
    'part-1',
  ];
  for (const bucket of outside) {
    test(`refuses ${JSON.stringify(bucket)}, which is no directory below its own`, (t) => {
      const directory = temporaryDirectory(t);
      const leaving = new FileSink<Row>({ path: 'out', bucket: () => bucket });
      const sink = connectors.sink(leaving, connectorContext(directory));
      assertRefused(sink, { day: 'x', value: 1 }, { code: 'sink.bad-bucket', domain: 'user' });
      assert.equal(existsSync(join(directory, 'out')), false);
    });
  }

  test('whatever text is accepted stays below the directory', () => {
    const texts = fc.string({ unit: fc.constantFrom('.', '/', '\\', 'a', ':', ' ', 'é', '\n') });
    fc.assert(
      fc.property(texts, (bucket) => {
        try {
          checkBucket(bucket);
        } catch {
          return;
        }
        assert.ok(join('/base', bucket) === '/base' + (bucket && `/${bucket}`), bucket);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('what other jobs left', () => {
  const dayMs = 24 * 3_600_000;
  const left = (directory: string, name: string, ageMs: number): void => {
    const path = join(directory, 'out', name);
    writeFileSync(path, 'rows');
    utimesSync(path, new Date(), new Date(Date.now() - ageMs));
  };

  test('is removed when it was begun and not touched for a day; what a snapshot may hold stays', async (t) => {
    const directory = temporaryDirectory(t);
    mkdirSync(join(directory, 'out'));
    left(directory, '.part-ffffffff-0-0-1.inprogress', dayMs + 60_000);
    left(directory, '.part-ffffffff-3-0-1.csv.inprogress', dayMs + 60_000);
    left(directory, '.part-ffffffff-0-0-2.inprogress', dayMs - 60_000);
    left(directory, '.part-ffffffff-0-0-3.pending-7', 9 * dayMs);
    left(directory, 'part-ffffffff-0-0-4', 9 * dayMs);
    left(directory, '.something.inprogress', 9 * dayMs);
    for (const subtask of [1, 0]) {
      const plain = new FileSink<Row>({ path: 'out' });
      const { committer } = connectors.sink(plain, connectorContext(directory, { subtask, parallelism: 2 }));
      await committer.abandonNewer(subtask === 0 ? 3 : undefined);
      if (subtask === 1) assert.equal(filesBelow(join(directory, 'out')).length, 6, 'one subtask does it for all');
    }
    assert.deepEqual(filesBelow(join(directory, 'out')), [
      '.part-ffffffff-0-0-2.inprogress',
      '.part-ffffffff-0-0-3.pending-7',
      '.something.inprogress',
      'part-ffffffff-0-0-4',
    ]);
  });
});

describe('CSV file sink', () => {
  test('writes what the CSV source reads: the same rows come back', async (t) => {
    const directory = temporaryDirectory(t);
    const columns = {
      text: { type: Types.STRING, nullable: true },
      count: { type: Types.LONG, nullable: true },
      share: Types.DOUBLE,
      yes: Types.BOOLEAN,
    } as const;
    const fields = {
      text: fc.option(fc.string({ unit: fc.constantFrom('"', ';', '\n', '\r', 'ü', 'a', ' ') })),
      count: fc.option(fc.maxSafeInteger().map((value) => value + 0)),
      share: fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0),
      yes: fc.boolean(),
    };
    const row = fc.record(fields, { noNullPrototype: true });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), fc.boolean(), async (rows, header) => {
        const path = `out-${run++}`;
        const names = ['text', 'count', 'share', 'yes'] as const;
        const csv = new CsvFileSink<(typeof rows)[number]>({ path, columns: names, delimiter: ';', header });
        const { writer, committer } = connectors.sink(csv, connectorContext(directory));
        writer.write(rows);
        await committer.commit(await writer.prepareCommit(1));
        await writer.close();
        const source = new CsvSource({ path, columns, delimiter: ';', header });
        assert.deepEqual(await readAll(source, connectorContext(directory)), rows);
      }),
      { numRuns: 60 },
    );
  });

  test('has a header in each file, and a record for a row without any value', async (t) => {
    const directory = temporaryDirectory(t);
    const csv = new CsvFileSink<{ a: string | null }>({ path: 'out', columns: ['a'] });
    const { writer, committer } = connectors.sink(csv, connectorContext(directory));
    for (const checkpoint of [1, 2]) {
      writer.write([{ a: null }, { a: 'x' }]);
      await committer.commit(await writer.prepareCommit(checkpoint));
    }
    const files = filesBelow(join(directory, 'out'));
    assert.deepEqual(files, ['part-01234567-0-0-1.csv', 'part-01234567-0-0-2.csv']);
    for (const file of files) assert.equal(readFileSync(join(directory, 'out', file), 'utf8'), 'a\n""\nx\n');
    await writer.close();
  });
});
