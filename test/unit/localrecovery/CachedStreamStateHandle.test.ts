import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CheckpointCache } from '../../../runtime/localrecovery/checkpointCache';
import { corruptLocalCopy, loseLocalCopy } from '../../../runtime/localrecovery/localCopyFaults';
import type { StateCopies } from '../../../runtime/state/prioritizedState';
import { openState } from '../../../runtime/state/stateSource';
import { memoryEnv } from '../../support/memoryEnv';
import { checkpoint, operator, storeCopy } from './support';

const content = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 251);
const remoteContent = new Uint8Array([9]);

async function storedCopy() {
  const env = memoryEnv();
  const cache = await CheckpointCache.open(env, '/local', () => true);
  await storeCopy(env, cache, 4, content);
  let remoteOpened = 0;
  const remote: StateCopies = {
    sizeBytes: () => remoteContent.length,
    location: () => 'in _metadata',
    open: () => {
      remoteOpened += 1;
      return openState(env.disk, { inline: true, data: remoteContent });
    },
  };
  const found = cache.lookup(checkpoint(4), operator);
  assert.ok(found.found);
  const path = cache.newestCopy(operator)?.path ?? '';
  return { env, cache, path, handle: found.pairWith(remote), remoteOpened: () => remoteOpened };
}

describe('a handle with a local and a remote copy', () => {
  test('opens the copy that it is asked for', async () => {
    const { handle, path } = await storedCopy();
    const local = await handle.open('local');
    assert.deepEqual(await local.read(1_500_000, 10), content.subarray(1_500_000, 1_500_010));
    await local.close();
    const remote = await handle.open('remote');
    assert.deepEqual(await remote.read(0, 1), remoteContent);
    assert.deepEqual([handle.location('local'), handle.location('remote')], [path, 'in _metadata']);
    assert.deepEqual([handle.sizeBytes('local'), handle.sizeBytes('remote')], [3_000_000, 1]);
  });

  test('refuses a corrupt local copy and does not fall back by itself', async () => {
    const { env, cache, handle, path, remoteOpened } = await storedCopy();
    const outcome = await corruptLocalCopy(env.disk, cache, operator);
    assert.deepEqual(outcome, {
      fired: true,
      outcome: `Flipped a bit at byte 1500000 of the local copy of checkpoint 4: ${path}.`,
    });
    assert.equal(env.disk.bytesOf(path)[1_500_000], (content[1_500_000] ?? 0) ^ 1);
    await assert.rejects(handle.open('local'), {
      code: 'local-copy.corrupt',
      message: /^The local copy of checkpoint 4 is corrupt: .* has CRC32C [0-9a-f]{8} instead of [0-9a-f]{8}\.$/,
    });
    assert.equal(remoteOpened(), 0);
    assert.equal(env.disk.openFiles, 0);
  });

  test('refuses a local copy that was removed', async () => {
    const { env, cache, handle, path } = await storedCopy();
    assert.equal((await loseLocalCopy(env.disk, cache, operator)).fired, true);
    await assert.rejects(handle.open('local'), {
      code: 'local-copy.gone',
      message: `The local copy of checkpoint 4 is gone: ${path} does not exist.`,
    });
  });

  test('refuses a local copy that was cut off', async () => {
    const { env, handle, path } = await storedCopy();
    env.disk.put(path, content.subarray(1));
    await assert.rejects(handle.open('local'), { code: 'local-copy.size' });
    assert.equal(env.disk.openFiles, 0);
  });

  test('corrupting leaves other hard links of the file as they are', async () => {
    const { env, cache, path } = await storedCopy();
    await env.disk.link(path, '/local/linked');
    await corruptLocalCopy(env.disk, cache, operator);
    assert.deepEqual(env.disk.bytesOf('/local/linked'), content);
  });

  test('without a copy a failure on demand says why it could not', async () => {
    const { env } = await storedCopy();
    assert.equal((await corruptLocalCopy(env.disk, undefined, operator)).fired, false);
    assert.equal((await loseLocalCopy(env.disk, undefined, operator)).fired, false);
  });
});
