import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckpointCacheManager } from '../../../runtime/localrecovery/checkpointCacheManager';
import { memoryEnv, type MemoryEnv } from '../../support/memoryEnv';
import { checkpoint, localRoot, operator, owner, storeCopy } from './support';

const open = (env: MemoryEnv, limitBytes?: number) => CheckpointCacheManager.open(env, localRoot, limitBytes);
const localFiles = (env: MemoryEnv) => env.disk.paths().filter((path) => path.startsWith(localRoot));

test('local copies lie in the layout of Flink', async () => {
  const env = memoryEnv();
  const cache = await (await open(env)).cacheFor(owner('a', 1));
  await storeCopy(env, cache, 7);
  const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(32));
  const directory = `${localRoot}/aid_${a}/jid_${b}/vtx_${c}_sti_1/chk_7`;
  assert.equal(cache.newestCopy(operator)?.path.startsWith(`${directory}/`), true);
  assert.equal(localFiles(env).length, 2);
});

test('a task that comes back to its slot gets the cache of its earlier attempt', async () => {
  const manager = await open(memoryEnv());
  assert.equal(await manager.cacheFor(owner('a')), await manager.cacheFor(owner('a')));
  assert.notEqual(await manager.cacheFor(owner('a', 1)), await manager.cacheFor(owner('a')));
});

test('a restarted TaskManager finds the copies by its directory', async () => {
  const env = memoryEnv();
  await storeCopy(env, await (await open(env)).cacheFor(owner('a')), 7);
  const cache = await (await open(env)).cacheFor(owner('a'));
  assert.ok(cache.lookup(checkpoint(7), operator).found);
});

test('a task that moves to another slot loses the copies of the old one', async () => {
  const env = memoryEnv();
  const manager = await open(env);
  await storeCopy(env, await manager.cacheFor(owner('a')), 7);
  await storeCopy(env, await manager.cacheFor(owner('a', 1)), 7);
  const moved = await manager.cacheFor(owner('d'));
  const found = moved.lookup(checkpoint(7), operator);
  assert.ok(!found.found);
  assert.equal(found.why, 'There is no local copy of checkpoint 7: this slot has no local copies.');
  assert.equal(localFiles(env).length, 2);
});

test('a slot that is not retained, and a job that ends, take their copies with them', async () => {
  const env = memoryEnv();
  const manager = await open(env);
  await storeCopy(env, await manager.cacheFor(owner('a', 0)), 7);
  await storeCopy(env, await manager.cacheFor(owner('d', 1)), 7);
  await manager.retainAllocations([owner('d').allocation]);
  assert.equal(localFiles(env).length, 2);
  await manager.releaseJob(owner('d').job);
  assert.deepEqual(await env.disk.list(localRoot), []);
  assert.equal(manager.sizeBytes, 0);
});

test('what is not of the layout is removed at the start', async () => {
  const env = memoryEnv();
  env.disk.put(`${localRoot}/aid_x/jid_y/stray/file`, new Uint8Array(1));
  await open(env);
  assert.deepEqual(env.disk.paths(), []);
});

test('the copies of all tasks together stay within the limit by not being written', async () => {
  const env = memoryEnv();
  const manager = await open(env, 100);
  await storeCopy(env, await manager.cacheFor(owner('a', 0)), 7, new Uint8Array(100));
  const other = await manager.cacheFor(owner('a', 1));
  await storeCopy(env, other, 7, new Uint8Array(100));
  assert.equal(manager.sizeBytes, 100);
  assert.ok(!other.lookup(checkpoint(7), operator).found);
});

test('the cache with a copy of an operator is found by job and subtask', async () => {
  const env = memoryEnv();
  const manager = await open(env);
  const cache = await manager.cacheFor(owner('a', 1));
  await storeCopy(env, cache, 7);
  assert.equal(manager.cacheWith(owner('a').job, operator, 1), cache);
  assert.equal(manager.cacheWith(owner('a').job, operator, 0), undefined);
});
