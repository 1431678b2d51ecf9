import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Types } from '../../../runtime/api/types';
import type { KeyGroupsHandle } from '../../../runtime/formats/handles';
import { keyGroupOfString } from '../../../runtime/graph/keyGroups';
import { operatorIdOfUid } from '../../../runtime/graph/operatorIds';
import { NodeDisk } from '../../../runtime/host/nodeDisk';
import { ValueStateDescriptor } from '../../../runtime/api/state';
import { CloseableRegistry } from '../../../runtime/state/closeableRegistry';
import { HeapKeyedBackend } from '../../../runtime/state/heapKeyedBackend';
import { locate } from '../../../runtime/state/stateLocation';
import { openState } from '../../../runtime/state/stateSource';
import { memoryEnv } from '../../support/memoryEnv';
import { copied, snapshotsOf } from '../formats/recordings';
import { savepointType, snapshotOf, restoreInto } from './support';

const recording = join(copied, '1.20.5-heap');
const options = existsSync(recording) ? {} : { skip: 'the recording of Flink 1.20.5 is not here' };
const open = new CloseableRegistry();
const uid = 'order-totals';

type Pairs = readonly (readonly [string, unknown])[];

/** The keyed state of the operator's subtasks. */
function keyedHandles(snapshot: ReturnType<typeof snapshotsOf>[number]): KeyGroupsHandle[] {
  const operator = snapshot.metadata.operators.find((each) => each.operatorId === operatorIdOfUid(uid));
  assert.ok(operator);
  return operator.subtasks.flatMap(({ state }) => {
    const handle = state === 'finished' ? undefined : state.managedKeyed;
    return handle?.t === 'keyGroups' || handle?.t === 'savepoint' ? [handle] : [];
  });
}

const newBackend = (handle: KeyGroupsHandle) =>
  new HeapKeyedBackend(memoryEnv(), { keyType: Types.STRING, range: handle.range, maxParallelism: 128 });

function valuesOf(backend: HeapKeyedBackend, keys: readonly string[]): Map<string, unknown> {
  const state = backend.keyedStates.getState(new ValueStateDescriptor('count', Types.LONG));
  const found = new Map<string, unknown>();
  for (const key of keys) {
    const keyGroup = keyGroupOfString(key, 128);
    if (keyGroup < backend.range.start || keyGroup > backend.range.end) continue;
    backend.setCurrentKey(key, keyGroup);
    const value = state.value();
    if (value !== undefined) found.set(key, value);
  }
  return found;
}

describe('state that Flink 1.20.5 wrote', options, () => {
  for (const snapshot of existsSync(recording) ? snapshotsOf(recording) : []) {
    const expected = snapshot.expected.state?.[uid];
    const counts = new Map((expected?.['count'] ?? []) as Pairs);

    test(`is restored from its ${snapshot.expected.kind}, with every key where Flink's key group is`, async () => {
      const found = new Map<string, unknown>();
      let eventTimers = 0;
      for (const handle of keyedHandles(snapshot)) {
        const backend = newBackend(handle);
        const source = await openState(new NodeDisk(), locate(snapshot.directory, handle.data));
        await backend.restore(handle, source, open);
        await source.close();
        for (const [key, value] of valuesOf(backend, [...counts.keys()])) found.set(key, value);
        eventTimers += backend.describe().find(({ state }) => state.includes('/event_'))?.entries ?? 0;
      }
      assert.ok(counts.size > 0);
      assert.deepEqual(found, counts);
      assert.equal(eventTimers, expected?.['(event-time timers)']?.length);
    });

    test(`of its ${snapshot.expected.kind} goes unchanged through a savepoint of ours, with lists, maps and TTL`, async () => {
      for (const handle of keyedHandles(snapshot)) {
        const env = memoryEnv();
        const config = { keyType: Types.STRING, range: handle.range, maxParallelism: 128 };
        const backend = new HeapKeyedBackend(env, config);
        const source = await openState(new NodeDisk(), locate(snapshot.directory, handle.data));
        await backend.restore(handle, source, open);
        await source.close();
        const again = new HeapKeyedBackend(env, config);
        await restoreInto(env, again, await snapshotOf(env, backend, savepointType));
        const content = (of: HeapKeyedBackend) =>
          of.describe().map(({ state, kind, type, entries }) => {
            const all = of
              .entries(state, 1000)
              .entries.map((entry) => JSON.stringify(entry))
              .sort();
            return { state, kind, type, entries, all };
          });
        assert.ok(content(backend).length > 10);
        assert.deepEqual(content(again), content(backend));
      }
    });
  }
});
