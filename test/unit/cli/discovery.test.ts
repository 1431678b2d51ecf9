import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { discoveryDirectory, publishDiscovery, readDiscovery } from '../../../runtime/host/discovery';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'job-state-discovery-'));
});
afterEach(() => rm(directory, { recursive: true }));

const entry = { url: 'http://127.0.0.1:4711', token: 'secret', pid: process.pid, folder: '/folder' };

describe('discovery files', () => {
  test('are found while their runtime lives, and are gone when it takes them back', async () => {
    const takeBack = await publishDiscovery(entry, directory);
    assert.deepEqual(await readDiscovery(directory), [entry]);
    await takeBack();
    assert.deepEqual(await readDiscovery(directory), []);
    assert.deepEqual(await readdir(directory), []);
  });

  test(
    'can be read by their user alone',
    { skip: process.platform === 'win32' && 'Windows has no modes' },
    async () => {
      await publishDiscovery(entry, directory);
      const { mode } = await stat(join(directory, `${process.pid}.json`));
      assert.equal(mode & 0o777, 0o600);
    },
  );

  test('of a runtime that is gone are ignored and removed', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await publishDiscovery({ ...entry, pid }, directory);
    assert.deepEqual(await readDiscovery(directory), []);
    assert.deepEqual(await readdir(directory), []);
  });

  test('that are not ours are left alone', async () => {
    await writeFile(join(directory, 'x.json'), '{"url": 1}');
    await writeFile(join(directory, 'y.json'), 'no JSON');
    assert.deepEqual(await readDiscovery(directory), []);
    assert.equal((await readdir(directory)).length, 2);
  });

  test('are none where there is no folder for them', async () => {
    assert.deepEqual(await readDiscovery(join(directory, 'nowhere')), []);
  });
});

test("the folder is the platform's own for state", () => {
  assert.equal(discoveryDirectory('linux', { HOME: '/h' }), '/h/.local/state/job-state/runtimes');
  assert.equal(discoveryDirectory('linux', { HOME: '/h', XDG_STATE_HOME: '/s' }), '/s/job-state/runtimes');
  assert.equal(discoveryDirectory('darwin', { HOME: '/h' }), '/h/Library/Application Support/job-state/runtimes');
  assert.match(discoveryDirectory('win32', { HOME: '/h', LOCALAPPDATA: '/l' }), /^[/\\]l[/\\]job-state[/\\]runtimes$/);
});
