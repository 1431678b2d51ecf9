import {
  id,
  type AllocationId,
  type CheckpointId,
  type JobId,
  type OperatorId,
  type VertexId,
} from '../../../runtime/base/ids';
import type { CheckpointCache } from '../../../runtime/localrecovery/checkpointCache';
import type { CacheOwner } from '../../../runtime/localrecovery/checkpointCacheManager';
import { FileCheckpointStreamFactory } from '../../../runtime/state/fileCheckpointStreamFactory';
import type { CheckpointStreamFactory } from '../../../runtime/state/checkpointStreamFactory';
import type { LocalCopy } from '../../../runtime/state/snapshotResult';
import type { MemoryEnv } from '../../support/memoryEnv';

export const operator = id<OperatorId>('0123456789abcdef0123456789abcdef');
export const localRoot = '/tm-1/localState';

export const checkpoint = (n: number): CheckpointId => id<CheckpointId>(n);

export function owner(slot: string, subtask = 0): CacheOwner {
  const hex = (digit: string) => digit.repeat(32);
  return {
    allocation: id<AllocationId>(hex(slot)),
    job: id<JobId>(hex('b')),
    vertex: id<VertexId>(hex('c')),
    subtask,
  };
}

/** Streams into `/remote`; everything below `inlineThresholdBytes` goes into the handle. */
export async function remoteFactory(env: MemoryEnv, inlineThresholdBytes = 0): Promise<CheckpointStreamFactory> {
  await env.disk.makeDirectory('/remote');
  const directories = { exclusive: '/remote', shared: '/remote', taskOwned: '/remote' };
  return new FileCheckpointStreamFactory(env, directories, inlineThresholdBytes);
}

/** Writes `content` as the keyed state of checkpoint n through the cache; the local copy, when there is one. */
export async function writeCopy(
  env: MemoryEnv,
  cache: CheckpointCache,
  n: number,
  content: Uint8Array = new Uint8Array([n, 2, 3, 4]),
): Promise<LocalCopy | undefined> {
  const stream = cache.streamFactory(checkpoint(n), await remoteFactory(env)).createStream('exclusive');
  await stream.write(content);
  const { handle, local } = await stream.closeAndGetHandle();
  if (local === undefined) return undefined;
  return {
    handle: { t: 'keyGroups', range: { start: 0, end: 0 }, offsets: [0], data: handle, id: `state-${n}` },
    file: local,
  };
}

/** {@link writeCopy} and remember it, as a task does before it acknowledges. */
export async function storeCopy(
  env: MemoryEnv,
  cache: CheckpointCache,
  n: number,
  content?: Uint8Array,
): Promise<void> {
  const copy = await writeCopy(env, cache, n, content);
  await cache.store(checkpoint(n), new Map(copy === undefined ? [] : [[operator, copy]]));
}
