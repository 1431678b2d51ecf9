import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ValueStateDescriptor } from '../../runtime/api/state';
import { Types } from '../../runtime/api/types';
import { id, type CheckpointId } from '../../runtime/base/ids';
import { keyGroupFor } from '../../runtime/graph/keyGroups';
import { NodeDisk } from '../../runtime/host/nodeDisk';
import { keyHasher } from '../../runtime/api/keyHash';
import { CloseableRegistry } from '../../runtime/state/closeableRegistry';
import { FileCheckpointStreamFactory } from '../../runtime/state/fileCheckpointStreamFactory';
import { HeapKeyedBackend } from '../../runtime/state/heapKeyedBackend';
import { memoryEnv } from '../support/memoryEnv';
import type { Bench } from './support/bench';

const keys = 1_000_000;
const maxParallelism = 128;

/**
 * How long a barrier stops a keyed operator with a million keys: the synchronous part of a heap snapshot, the worst of five. The files go
 * to a real disk: one in memory would measure its own copying.
 */
export const bench: Bench = {
  name: 'barrier-pause',
  unit: 'ms',
  floor: 5,
  better: 'lower',
  run: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'barrier-pause-'));
    try {
      return await worstPauseMs(directory);
    } finally {
      await rm(directory, { recursive: true });
    }
  },
};

async function worstPauseMs(directory: string): Promise<number> {
  const env = { ...memoryEnv(), disk: new NodeDisk() };
  const directories = { exclusive: directory, shared: directory, taskOwned: directory };
  const out = new FileCheckpointStreamFactory(env, directories, 0);
  const range = { start: 0, end: maxParallelism - 1 };
  const backend = new HeapKeyedBackend(env, { keyType: Types.STRING, range, maxParallelism });
  fill(backend);
  let worst = 0;
  for (let n = 1; n <= 5; n++) {
    const start = performance.now();
    const { result } = backend.snapshot(id<CheckpointId>(n), { t: 'checkpoint' }, out, new CloseableRegistry());
    worst = Math.max(worst, performance.now() - start);
    assert.ok((await result).jobManagerOwned);
  }
  return worst;
}

function fill(backend: HeapKeyedBackend): void {
  const hash = keyHasher(Types.STRING);
  const state = backend.keyedStates.getState(new ValueStateDescriptor('count', Types.LONG));
  for (let i = 0; i < keys; i++) {
    const key = `key ${i}`;
    backend.setCurrentKey(key, keyGroupFor(hash(key), maxParallelism));
    state.update(i);
  }
}
