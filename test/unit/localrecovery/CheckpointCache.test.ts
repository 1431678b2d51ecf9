import assert from 'node:assert/strict';
import { test } from 'node:test';
import { externalError } from '../../../runtime/base/errors';
import { CheckpointCache } from '../../../runtime/localrecovery/checkpointCache';
import { memoryEnv, type MemoryEnv } from '../../support/memoryEnv';
import { checkpoint, operator, storeCopy, writeCopy } from './support';

const directory = '/tm-1/localState/cache';
const open = (env: MemoryEnv, hasRoom = () => true) => CheckpointCache.open(env, directory, hasRoom);
const localFiles = (env: MemoryEnv) => env.disk.paths().filter((path) => path.startsWith(directory));

function why(cache: CheckpointCache, n: number): string {
  const found = cache.lookup(checkpoint(n), operator);
  assert.ok(!found.found);
  return found.why;
}

test('a stored copy is found for exactly its checkpoint', async () => {
  const env = memoryEnv();
  const cache = await open(env);
  await storeCopy(env, cache, 5);
  assert.ok(cache.lookup(checkpoint(5), operator).found);
  assert.equal(why(cache, 4), 'There is no local copy of checkpoint 4: this slot has local copies of 5 only.');
});

test('a confirmed checkpoint disposes the older ones and keeps the newer', async () => {
  const env = memoryEnv();
  const cache = await open(env);
  for (const n of [1, 2, 3]) await storeCopy(env, cache, n);
  await cache.confirm(checkpoint(2));
  assert.deepEqual(cache.checkpoints, [2, 3]);
  assert.deepEqual([...new Set(localFiles(env).map((path) => path.split('/')[4]))], ['chk_2', 'chk_3']);
});

test('an aborted checkpoint is discarded, also when its copy comes later', async () => {
  const env = memoryEnv();
  const cache = await open(env);
  await storeCopy(env, cache, 1);
  await cache.abort(checkpoint(1));
  assert.equal(why(cache, 1), 'The local copy of checkpoint 1 is gone: the checkpoint was aborted.');

  const late = await writeCopy(env, cache, 2);
  assert.ok(late !== undefined);
  await cache.abort(checkpoint(2));
  await cache.store(checkpoint(2), new Map([[operator, late]]));
  assert.equal(why(cache, 2), 'The local copy of checkpoint 2 is gone: the checkpoint was aborted.');
  assert.deepEqual(cache.checkpoints, []);
  assert.deepEqual(localFiles(env), []);
});

test('a copy that comes after a newer checkpoint was confirmed is not kept', async () => {
  const env = memoryEnv();
  const cache = await open(env);
  const late = await writeCopy(env, cache, 1);
  assert.ok(late !== undefined);
  await storeCopy(env, cache, 2);
  await cache.confirm(checkpoint(2));
  await cache.store(checkpoint(1), new Map([[operator, late]]));
  assert.deepEqual(cache.checkpoints, [2]);
});

test('a restore prunes every other checkpoint', async () => {
  const env = memoryEnv();
  const cache = await open(env);
  for (const n of [1, 2, 3]) await storeCopy(env, cache, n);
  await cache.pruneOnRestore(checkpoint(2));
  assert.deepEqual(cache.checkpoints, [2]);
  await cache.pruneOnRestore(undefined);
  assert.deepEqual(localFiles(env), []);
});

test('a hundred rounds of complete and fail leave one copy', async () => {
  const env = memoryEnv();
  const cache = await open(env);
  for (let n = 1; n <= 100; n++) {
    await storeCopy(env, cache, n);
    await cache.confirm(checkpoint(n));
    await cache.pruneOnRestore(checkpoint(n));
    assert.equal(localFiles(env).length, 2);
  }
  assert.deepEqual(cache.checkpoints, [100]);
});

test('checkpoints whose outcome is never told do not pile up', async () => {
  const env = memoryEnv();
  const cache = await open(env);
  await storeCopy(env, cache, 1);
  await cache.confirm(checkpoint(1));
  for (let n = 2; n <= 20; n++) await storeCopy(env, cache, n);
  assert.deepEqual(cache.checkpoints, [1, 18, 19, 20]);
});

test('the copies survive a restart of the process', async () => {
  const env = memoryEnv();
  const before = await open(env);
  await storeCopy(env, before, 3);
  const after = await open(memoryEnv(env.disk));
  const found = after.lookup(checkpoint(3), operator);
  assert.ok(found.found);
  assert.deepEqual([found.handle.range, found.handle.offsets, found.handle.id], [{ start: 0, end: 0 }, [0], 'state-3']);
  assert.deepEqual(after.newestCopy(operator), before.newestCopy(operator));
});

test('a restart removes what was not finished or is damaged, and says so', async () => {
  const env = memoryEnv();
  const before = await open(env);
  await writeCopy(env, before, 3);
  await storeCopy(env, before, 4);
  env.disk.put(`${directory}/chk_4/_local-copies.json`, Buffer.from('{"version":1,'));
  env.disk.put(`${directory}/stray`, new Uint8Array(1));
  const after = await open(env);
  assert.equal(why(after, 3), 'The local copy of checkpoint 3 is gone: it was not finished.');
  assert.match(why(after, 4), /^The local copy of checkpoint 4 is gone: .*_local-copies.json is damaged\.$/);
  assert.deepEqual(localFiles(env), []);
});

test('a copy whose index cannot be written is given up with the reason, without an error', async () => {
  const env = memoryEnv();
  const cache = await open(env);
  env.disk.before = (call, path) => {
    if (call === 'open' && path.includes('_local-copies')) {
      throw externalError('disk.full', 'The disk is full.', 'Free some space.');
    }
  };
  await storeCopy(env, cache, 6);
  assert.equal(
    why(cache, 6),
    'The local copy of checkpoint 6 is gone: its index could not be written: The disk is full.',
  );
  assert.deepEqual(localFiles(env), []);
  assert.equal(env.warnings.length, 1);
});

test('without room only the remote copy is written', async () => {
  const env = memoryEnv();
  const cache = await open(env, () => false);
  await storeCopy(env, cache, 1);
  assert.match(why(cache, 1), /take all the room that they may have/);
  assert.equal(env.disk.paths().length, 1);
});
