import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { FileSink } from '../../../runtime/api/sinks';
import { externalError } from '../../../runtime/base/errors';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { MemoryDisk, type DiskCall } from '../../support/memoryDisk';
import { connectors, connectorContext } from './support';

const sink = new FileSink<unknown>({ path: 'out' });

describe('a file sink that cannot write', () => {
  test('names the file in the way of its directory', async (t) => {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, 'out'), 'a file');
    for (const path of ['out', 'out/below']) {
      const { writer } = connectors.sink(new FileSink({ path }), connectorContext(directory));
      writer.write(['x']);
      await assert.rejects(writer.prepareCommit(1), { code: 'sink.not-a-directory', domain: 'external' });
      await writer.close();
    }
  });

  const failing: readonly [disk: string, call: DiskCall, code: string][] = [
    ['disk.full', 'append', 'disk.full'],
    ['disk.full', 'sync', 'disk.full'],
    ['disk.read-only', 'open', 'disk.read-only'],
    ['disk.denied', 'open', 'sink.denied'],
    ['disk.not-found', 'rename', 'sink.vanished'],
  ];
  for (const [code, call, expected] of failing) {
    test(`tells ${expected} when the disk says ${code} to ${call}, at once and with every later row`, async () => {
      const disk = new MemoryDisk();
      disk.before = (at, path) => {
        if (at === call) throw externalError(code, `${path} fails.`, 'Free some space.', { subject: { file: path } });
      };
      const { writer } = connectors.sink(sink, { ...connectorContext('/'), disk });
      writer.write(['x']);
      await assert.rejects(writer.prepareCommit(1), (error: Error & { code?: string; advice?: string }) => {
        assert.equal(error.code, expected);
        assert.notEqual(error.advice, '');
        return true;
      });
      assert.equal(writer.isFull(), false, 'a writer that has failed takes rows to tell of it');
      assert.throws(() => writer.write(['y']), { code: expected });
      disk.before = () => undefined;
      await writer.close();
      assert.deepEqual(disk.paths(), [], 'what was begun is gone');
      assert.equal(disk.openFiles, 0);
    });
  }
});
