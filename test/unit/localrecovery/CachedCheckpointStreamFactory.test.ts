import assert from 'node:assert/strict';
import { test } from 'node:test';
import { externalError } from '../../../runtime/base/errors';
import { crc32c } from '../../../runtime/formats/crc32c';
import { CachedCheckpointStreamFactory } from '../../../runtime/localrecovery/cachedCheckpointStreamFactory';
import { memoryEnv, type MemoryEnv } from '../../support/memoryEnv';
import type { DiskCall } from '../../support/memoryDisk';
import { remoteFactory } from './support';

const full = externalError('disk.full', 'The disk is full.', 'Free some space.');

async function cached(env: MemoryEnv, inlineThresholdBytes = 0) {
  const reasons: string[] = [];
  const primary = await remoteFactory(env, inlineThresholdBytes);
  const factory = new CachedCheckpointStreamFactory(env, primary, '/local/chk_7', (reason) => reasons.push(reason));
  return { factory, reasons };
}

function failBelow(env: MemoryEnv, directory: string, failing: DiskCall): void {
  env.disk.before = (call, path) => {
    if (call === failing && path.startsWith(directory)) throw full;
  };
}

const filesBelow = (env: MemoryEnv, directory: string) => env.disk.paths().filter((path) => path.startsWith(directory));

test('every byte goes to the remote and to the local file', async () => {
  const env = memoryEnv();
  const { factory } = await cached(env);
  const stream = factory.createStream('exclusive');
  const parts = [new Uint8Array([1, 2]), new Uint8Array(100_000).fill(7), new Uint8Array([3])];
  for (const part of parts) await stream.write(part);
  assert.equal(stream.position, 100_003);
  const { handle, local } = await stream.closeAndGetHandle();

  assert.ok(handle.t === 'relative' && local !== undefined);
  const remote = env.disk.bytesOf(`/remote/${handle.path}`);
  assert.deepEqual(remote, new Uint8Array(Buffer.concat(parts)));
  assert.deepEqual(env.disk.bytesOf(local.path), remote);
  assert.deepEqual([local.sizeBytes, local.crc32c], [100_003, crc32c(remote)]);
  assert.equal(env.disk.openFiles, 0);
});

test('state that is small enough for the metadata still has a local file', async () => {
  const env = memoryEnv();
  const { factory } = await cached(env, 1000);
  const stream = factory.createStream('exclusive');
  await stream.write(new Uint8Array([1, 2, 3]));
  const { handle, local } = await stream.closeAndGetHandle();
  assert.equal(handle.t, 'bytes');
  assert.deepEqual(env.disk.paths(), [local?.path]);
});

for (const call of ['open', 'append', 'sync', 'close'] as const) {
  test(`a local disk that fails in ${call} costs only the local copy`, async () => {
    const env = memoryEnv();
    failBelow(env, '/local', call);
    const { factory, reasons } = await cached(env);
    const stream = factory.createStream('exclusive');
    await stream.write(new Uint8Array(80_000));
    await stream.write(new Uint8Array(80_000));
    const { handle, local } = await stream.closeAndGetHandle();
    assert.ok(handle.t === 'relative' && handle.sizeBytes === 160_000);
    assert.equal(local, undefined);
    assert.deepEqual(reasons, ['The disk is full.']);
    assert.deepEqual(filesBelow(env, '/local'), []);
  });

  test(`a remote disk that fails in ${call} fails the snapshot and leaves no file`, async () => {
    const env = memoryEnv();
    failBelow(env, '/remote', call);
    const { factory } = await cached(env);
    const stream = factory.createStream('exclusive');
    await assert.rejects(async () => {
      await stream.write(new Uint8Array(80_000));
      await stream.write(new Uint8Array(80_000));
      await stream.closeAndGetHandle();
    }, full);
    await stream.close();
    assert.deepEqual(env.disk.paths(), []);
  });
}

test('a remote file that cannot be made durable takes the local one with it', async () => {
  const env = memoryEnv();
  failBelow(env, '/remote', 'sync');
  const { factory, reasons } = await cached(env);
  const stream = factory.createStream('exclusive');
  await stream.write(new Uint8Array(10));
  await assert.rejects(stream.closeAndGetHandle(), full);
  assert.deepEqual(env.disk.paths(), []);
  assert.deepEqual(reasons, []);
});

test('closing a stream before its end deletes both files', async () => {
  const env = memoryEnv();
  const { factory, reasons } = await cached(env);
  const stream = factory.createStream('exclusive');
  await stream.write(new Uint8Array(80_000));
  assert.equal(env.disk.paths().length, 2);
  await stream.close();
  assert.deepEqual(env.disk.paths(), []);
  await assert.rejects(stream.write(new Uint8Array(1)), { code: 'state.stream-closed' });
  assert.deepEqual(reasons, []);
});

test('closing a finished stream keeps both files', async () => {
  const env = memoryEnv();
  const { factory } = await cached(env);
  const stream = factory.createStream('exclusive');
  await stream.write(new Uint8Array(80_000));
  await stream.closeAndGetHandle();
  await stream.close();
  assert.equal(env.disk.paths().length, 2);
});
