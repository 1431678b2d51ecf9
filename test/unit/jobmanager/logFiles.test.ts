import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { NodeDisk } from '../../../runtime/host/nodeDisk';
import { logFilesOf } from '../../../runtime/jobmanager/rest/logFiles';

describe('the log files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'logs-'));
  after(() => rmSync(directory, { recursive: true }));
  const long = Buffer.alloc(200_000, 'line\n');
  writeFileSync(join(directory, 'runtime.log'), long);
  mkdirSync(join(directory, 'jobs'));
  const logs = logFilesOf(new NodeDisk(), directory);

  test('are those of the directory with their sizes, and no directories', async () => {
    const list = await logs.list();
    assert.deepEqual(
      list.map(({ name, sizeBytes }) => [name, sizeBytes]),
      [['runtime.log', 200_000]],
    );
    assert.ok((list[0]?.modifiedMs ?? 0) > 1e12);
  });

  test('are read in pieces, to the length that they had', async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of (await logs.read('runtime.log')) ?? []) {
      pieces.push(piece);
      if (pieces.length === 1)
        writeFileSync(join(directory, 'runtime.log'), Buffer.concat([long, Buffer.from('more')]));
    }
    assert.ok(pieces.length > 1);
    assert.deepEqual(Buffer.concat(pieces), long);
  });

  test('that are not in the directory are not there, whatever they are called', async () => {
    writeFileSync(join(directory, '..', 'outside-of-logs'), '');
    for (const name of ['nothing.log', 'jobs', '../outside-of-logs', '', '.', '..']) {
      assert.equal(await logs.read(name), undefined);
    }
    rmSync(join(directory, '..', 'outside-of-logs'));
  });

  test('of a directory that does not exist are none', async () => {
    assert.deepEqual(await logFilesOf(new NodeDisk(), join(directory, 'none')).list(), []);
  });
});
