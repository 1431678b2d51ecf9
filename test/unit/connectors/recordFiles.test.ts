import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CsvSource } from '../../../runtime/api/csvSource';
import type { JsonValue } from '../../../runtime/api/connector';
import { Types } from '../../../runtime/api/types';
import { csvOf } from '../../../runtime/connectors/csvSource';
import { InputFile } from '../../../runtime/connectors/inputFile';
import { jsonArray } from '../../../runtime/connectors/jsonArraySource';
import { RecordCursor } from '../../../runtime/connectors/recordCursor';
import type { FileParser } from '../../../runtime/connectors/wholeFiles';
import { MemoryDisk } from '../../support/memoryDisk';
import { connectorContext } from './support';

/** Reads a text in windows of some bytes, and from each position that a row left behind again; returns the rows of the whole. */
async function readFromEverywhere(
  text: string,
  windowBytes: number,
  parserOf: (input: InputFile) => Promise<FileParser>,
): Promise<unknown[]> {
  const disk = new MemoryDisk();
  disk.put('/in', new TextEncoder().encode(text));
  const input = await InputFile.open(disk, '/in');
  const { parser, start } = await parserOf(input);
  const readFrom = async (at: number): Promise<{ rows: unknown[]; positions: JsonValue[] }> => {
    const range = { start: at, end: Infinity };
    const close = (): Promise<void> => Promise.resolve();
    const cursor = new RecordCursor(input, parser, range, 'fail', connectorContext('/'), close, windowBytes);
    const rows: unknown[] = [];
    const positions: JsonValue[] = [];
    for (let chunk = await cursor.next(); chunk !== undefined; chunk = await cursor.next()) {
      rows.push(...chunk.rows(0, chunk.length));
      for (let row = 1; row <= chunk.length; row++) positions.push(chunk.positionAfter(row));
    }
    return { rows, positions };
  };
  const { rows, positions } = await readFrom(start);
  for (const [index, position] of positions.entries()) {
    assert.deepEqual((await readFrom(Number(position))).rows, rows.slice(index + 1), `behind row ${index + 1}`);
  }
  return rows;
}

const windows = fc.integer({ min: 1, max: 40 });
const field = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'ü', '😀', 'a', ' '), maxLength: 6 }),
  fc.constant('a text longer than what engines copy'),
);

/** RFC 4180 as written by another hand: quotes where they must be, and sometimes where they need not. */
const inCsv = (text: string, quoteAnyway: boolean): string =>
  quoteAnyway || text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

describe('records of a file, however it is cut into reads', () => {
  test('CSV gives the same rows from every position', async () => {
    const source = new CsvSource({ path: '/in', columns: { a: Types.STRING, b: Types.STRING } });
    const row = fc.record({ a: field, b: field, quoteAnyway: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 8 }),
        windows,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        async (rows, windowBytes, lineEnd, lastLineEnds) => {
          const lines = rows.map(({ a, b, quoteAnyway }) => `${inCsv(a, quoteAnyway)},${inCsv(b, quoteAnyway)}`);
          const text = ['a,b', ...lines].join(lineEnd) + (lastLineEnds ? lineEnd : '');
          assert.deepEqual(
            await readFromEverywhere(text, windowBytes, (input) => csvOf(source, input)),
            rows.map(({ a, b }) => ({ a, b })),
          );
        },
      ),
    );
  });

  test('a JSON array gives the same rows from every position', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 8 }),
        windows,
        fc.constantFrom(undefined, 1, '\t'),
        fc.constantFrom('', '\n', ' \r\n'),
        async (values, windowBytes, indent, around) => {
          const text = `${around}${JSON.stringify(values, undefined, indent)}${around}`;
          assert.deepEqual(
            await readFromEverywhere(text, windowBytes, () => Promise.resolve({ parser: jsonArray, start: 0 })),
            JSON.parse(text),
          );
        },
      ),
    );
  });
});
