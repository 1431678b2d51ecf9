import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CollectSink } from '../../../runtime/api/sinks';
import { collected } from '../../../runtime/testing';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { assertRefused, connectors, connectorContext } from './support';

const sink = new CollectSink<unknown>({ path: 'collected' });

describe('collecting sink', () => {
  test('gives back every row of every subtask as it was, once it is committed', async (t) => {
    const directory = temporaryDirectory(t);
    const rows = [{ name: 'ü\n"', list: [1, null, { deep: true }] }, 'text', 4.5, null];
    assert.deepEqual(await collected(join(directory, 'collected')), []);
    for (const subtask of [0, 1]) {
      const { writer, committer } = connectors.sink(sink, connectorContext(directory, { subtask }));
      await committer.abandonNewer(undefined);
      writer.write(rows.slice(subtask * 2, subtask * 2 + 2));
      const prepared = await writer.prepareCommit(1);
      assert.equal((await collected(join(directory, 'collected'))).length, subtask * 2, 'nothing before the commit');
      await committer.commit(prepared);
      await writer.close();
    }
    assert.deepEqual(await collected(join(directory, 'collected')), rows);
  });

  test('starts empty with a fresh job, and is continued from a snapshot', async (t) => {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, 'unrelated.txt'), 'x');
    mkdirSync(join(directory, 'collected'));
    writeFileSync(join(directory, 'collected', 'notes.txt'), 'x');
    writeFileSync(join(directory, 'collected', 'part-ffffffff-0-0-1.collected'), '"of another job"\n');
    const { committer } = connectors.sink(sink, connectorContext(directory));
    await committer.abandonNewer(3);
    assert.deepEqual(await collected(join(directory, 'collected')), ['of another job']);
    await committer.abandonNewer(undefined);
    assert.deepEqual(await collected(join(directory, 'collected')), []);
    assert.ok(existsSync(join(directory, 'collected', 'notes.txt')));
  });

  test('says so when a file there is not of a collecting sink', async (t) => {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, 'part-1.collected'), '1\nrubbish\n');
    await assert.rejects(collected(directory), /Line 2 of .*part-1\.collected is not what/);
  });

  for (const [what, row] of [
    ['a Map', { counts: new Map([['a', 1]]) }],
    ['a Date', { at: new Date(0) }],
    ['NaN', [1, NaN]],
    ['bigint', 1n],
    ['a Uint8Array', new Uint8Array(2)],
  ] as const) {
    test(`refuses a row with ${what}, which would not come back`, (t) => {
      assertRefused(connectors.sink(sink, connectorContext(temporaryDirectory(t))), row, {
        code: 'sink.not-json',
        message: new RegExp(`is ${what}, which JSON`),
      });
    });
  }
});
