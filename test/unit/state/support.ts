import { ValueStateDescriptor } from '../../../runtime/api/state';
import { Types, type TypeInformation, type TypeSpec } from '../../../runtime/api/types';
import { id, type CheckpointId } from '../../../runtime/base/ids';
import type { KeyGroupRange } from '../../../runtime/base/keyGroupRange';
import type { KeyedHandle } from '../../../runtime/formats/handles';
import { CloseableRegistry } from '../../../runtime/state/closeableRegistry';
import { FileCheckpointStreamFactory } from '../../../runtime/state/fileCheckpointStreamFactory';
import { HeapKeyedBackend } from '../../../runtime/state/heapKeyedBackend';
import { locate } from '../../../runtime/state/stateLocation';
import { openState } from '../../../runtime/state/stateSource';
import type { SnapshotType } from '../../../runtime/wire/messages';
import type { MemoryEnv } from '../../support/memoryEnv';

export const checkpointType: SnapshotType = { t: 'checkpoint' };
export const savepointType: SnapshotType = { t: 'savepoint', format: 'canonical', thenStop: false };
export const range: KeyGroupRange = { start: 0, end: 7 };
export const directory = '/chk-1';

export const checkpoint = (n: number): CheckpointId => id<CheckpointId>(n);

export function newBackend(env: MemoryEnv, keyType: TypeSpec = Types.STRING, within = range): HeapKeyedBackend {
  return new HeapKeyedBackend(env, { keyType, range: within, maxParallelism: 8 });
}

/** Any fixed function of the key will do: the backend does not compute key groups. */
export function keyGroupOf(key: unknown): number {
  const text = String(key);
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 8;
  return sum;
}

export function counter<T>(backend: HeapKeyedBackend, type: TypeInformation<T>, name = 'count') {
  const state = backend.keyedStates.getState(new ValueStateDescriptor(name, type));
  const at = (key: unknown): typeof state => {
    backend.setCurrentKey(key, keyGroupOf(key));
    return state;
  };
  return { at };
}

export async function streams(env: MemoryEnv, inlineThresholdBytes = 0): Promise<FileCheckpointStreamFactory> {
  await env.disk.makeDirectory(directory);
  const directories = { exclusive: directory, shared: directory, taskOwned: directory };
  return new FileCheckpointStreamFactory(env, directories, inlineThresholdBytes);
}

export async function snapshotOf(
  env: MemoryEnv,
  backend: HeapKeyedBackend,
  type: SnapshotType = checkpointType,
): Promise<KeyedHandle> {
  const out = await streams(env);
  const { jobManagerOwned } = await backend.snapshot(checkpoint(1), type, out, new CloseableRegistry()).result;
  if (jobManagerOwned === undefined) throw new Error('The snapshot is empty.');
  return jobManagerOwned;
}

/** Reads the handle into the backend; returns the entries read. */
export async function restoreInto(env: MemoryEnv, backend: HeapKeyedBackend, handle: KeyedHandle): Promise<number> {
  if (!('data' in handle)) throw new Error('Not a handle of one file.');
  const source = await openState(env.disk, locate(directory, handle.data));
  try {
    return await backend.restore(handle, source, new CloseableRegistry());
  } finally {
    await source.close();
  }
}
