import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { JsonArraySource } from '../../../runtime/api/sources';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { connectors, connectorContext, read, readAll } from './support';

const source = new JsonArraySource<unknown>({ path: 'in.json' });

function withInput(t: TestContext, text: string) {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, 'in.json'), text);
  return connectorContext(directory);
}

describe('JSON array source', () => {
  test('reads the elements of an array that is far larger than a read, from any snapshot on', async (t) => {
    const rows = Array.from({ length: 20_000 }, (_, index) => ({ index, text: `[${'ü"]},{\\'.repeat(index % 9)}` }));
    const context = withInput(t, `\uFEFF ${JSON.stringify(rows)}\n`);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: rows.length }), async (cut) => {
        const first = connectors.reader(source, context);
        await first.start(undefined);
        const before = await read(first, cut, 777);
        const state = first.snapshot();
        await first.close();
        const second = connectors.reader(source, context);
        await second.start(JSON.parse(JSON.stringify(state)) as typeof state);
        assert.deepEqual([...before, ...(await read(second))], rows);
        await second.close();
      }),
      { numRuns: 10 },
    );
  });

  test('an empty array has no rows', async (t) => {
    assert.deepEqual(await readAll(source, withInput(t, ' [ ] ')), []);
  });

  test('fails at an element that is not JSON with line and byte; skips and counts it when asked to', async (t) => {
    const context = withInput(t, '[1,\n {a: 1}, nul, "x" , ]');
    await assert.rejects(readAll(source, context), /Line 2 \(byte 5\) of .*in\.json is not JSON: \{a: 1\}/);
    const lenient = new JsonArraySource<unknown>({ path: 'in.json', onError: 'skip' });
    assert.deepEqual(await readAll(lenient, context), [1, 'x']);
    assert.equal(context.counts.get('linesSkipped'), 3);
  });

  const broken: readonly [text: string, message: RegExp][] = [
    ['{"a": 1}', /Line 1 \(byte 0\) of .* does not begin a JSON array/],
    ['', /is the end of the file, but not of its JSON array/],
    ['[1, {"a": 2}', /is the end of the file, but not of its JSON array/],
    ['[1, "2', /is the end of the file, but not of its JSON array/],
    ['["1" "2"]', /holds neither , nor \] behind an element/],
    ['[1] [2]', /goes on behind the end of the array/],
  ];
  for (const [text, message] of broken) {
    test(`nothing can be skipped in ${text === '' ? 'an empty file' : text}`, async (t) => {
      const lenient = new JsonArraySource<unknown>({ path: 'in.json', onError: 'skip' });
      await assert.rejects(readAll(lenient, withInput(t, text)), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'source.broken-input');
        assert.match(error.message, message);
        return true;
      });
    });
  }
});
