import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { FileSink } from '../../../runtime/api/sinks';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { assertRefused, connectors, connectorContext } from './support';

const sink = new FileSink<unknown>({ path: 'out' });

const visible = (directory: string): string[] => {
  const out = join(directory, 'out');
  if (!existsSync(out)) return [];
  return readdirSync(out)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => readFileSync(join(out, name), 'utf8').trimEnd().split('\n'));
};
const hidden = (directory: string): string[] =>
  readdirSync(join(directory, 'out')).filter((name) => name.startsWith('.'));

describe('file sink', () => {
  test('shows rows only after their checkpoint is committed', async (t) => {
    const directory = temporaryDirectory(t);
    const { writer, committer } = connectors.sink(sink, connectorContext(directory));
    writer.write([1, 2]);
    const prepared = await writer.prepareCommit(7);
    writer.write([3]);
    assert.deepEqual(visible(directory), []);
    await committer.commit(prepared);
    assert.deepEqual(visible(directory), ['1', '2']);
    await writer.close();
  });

  test('commits the same parts again without harm', async (t) => {
    const directory = temporaryDirectory(t);
    const { writer, committer } = connectors.sink(sink, connectorContext(directory));
    writer.write(['a']);
    const prepared = await writer.prepareCommit(1);
    await committer.commit(prepared);
    await committer.commit(prepared);
    assert.deepEqual(visible(directory), ['"a"']);
    await writer.close();
  });

  test('a checkpoint without rows has nothing to commit', async (t) => {
    const { writer } = connectors.sink(sink, connectorContext(temporaryDirectory(t)));
    assert.deepEqual(await writer.prepareCommit(1), []);
    await writer.close();
  });

  test('a restart removes what was begun and what belongs to newer checkpoints, and nothing else', async (t) => {
    const directory = temporaryDirectory(t);
    const first = connectors.sink(sink, connectorContext(directory, { attempt: 0 }));
    first.writer.write(['kept']);
    const kept = await first.writer.prepareCommit(4);
    first.writer.write(['newer']);
    await first.writer.prepareCommit(5);
    writeFileSync(join(directory, 'out', '.part-01234567-0-0-9.inprogress'), 'begun by a killed attempt');
    writeFileSync(join(directory, 'out', '.part-01234567-1-0-0.inprogress'), 'of another subtask');
    writeFileSync(join(directory, 'out', '.part-ffffffff-0-0-0.pending-9'), 'of another job');

    const second = connectors.sink(sink, connectorContext(directory, { attempt: 1 }));
    await second.committer.commit(kept);
    await second.committer.abandonNewer(4);
    assert.deepEqual(visible(directory), ['"kept"']);
    assert.deepEqual(hidden(directory), ['.part-01234567-1-0-0.inprogress', '.part-ffffffff-0-0-0.pending-9']);
    await second.writer.close();
  });

  test('says so when a prepared part has vanished', async (t) => {
    const directory = temporaryDirectory(t);
    const { writer, committer } = connectors.sink(sink, connectorContext(directory));
    writer.write(['x']);
    const prepared = await writer.prepareCommit(1);
    rmSync(join(directory, 'out'), { recursive: true });
    mkdirSync(join(directory, 'out'));
    await assert.rejects(committer.commit(prepared), { code: 'sink.committable-lost' });
    await writer.close();
  });

  test('never takes the name of a part that is there already', async (t) => {
    const directory = temporaryDirectory(t);
    for (const row of ['one life', 'another life of the same job id and attempt']) {
      const { writer, committer } = connectors.sink(sink, connectorContext(directory));
      writer.write([row]);
      await committer.commit(await writer.prepareCommit(1));
      await writer.close();
    }
    assert.equal(visible(directory).length, 2);
  });

  test('refuses a row that would break into two lines', (t) => {
    const broken = new FileSink<string>({ path: 'out', format: (value) => value });
    assertRefused(connectors.sink(broken, connectorContext(temporaryDirectory(t))), 'a\nb', {
      code: 'sink.line-break',
    });
  });
});
