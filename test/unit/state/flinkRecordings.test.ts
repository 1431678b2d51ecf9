import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Types } from '../../../runtime/api/types';
import type { KeyGroupsHandle } from '../../../runtime/formats/handles';
import { keyGroupOfString } from '../../../runtime/graph/keyGroups';
import { operatorIdOfUid } from '../../../runtime/graph/operatorIds';
import { NodeDisk } from '../../../runtime/host/nodeDisk';
import type { AggregateFunction } from '../../../runtime/api/aggregations';
import {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
  type StateDescriptor,
} from '../../../runtime/api/state';
import { StateTtlConfig } from '../../../runtime/api/stateTtlConfig';
import { DataInput } from '../../../runtime/formats/dataInput';
import { readKeyedHeader } from '../../../runtime/formats/keyed/header';
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

/** Every kind of state of the job, declared as its Java code does; an age that no value reaches. */
function statesOf(backend: HeapKeyedBackend) {
  const ttl = StateTtlConfig.newBuilder(Number.MAX_SAFE_INTEGER).build();
  const living = <D extends StateDescriptor>(descriptor: D): D => {
    descriptor.enableTimeToLive(ttl);
    return descriptor;
  };
  const { keyedStates: of } = backend;
  const sum = (a: number, b: number) => a + b;
  const average: AggregateFunction<number, [number, number], number> = {
    createAccumulator: () => [0, 0],
    add: (value, [total, count]) => [total + value, count + 1],
    getResult: ([total, count]) => total / count,
    merge: (a, b) => [a[0] + b[0], a[1] + b[1]],
  };
  const accumulator = Types.TUPLE(Types.LONG, Types.LONG);
  const last = of.getState(new ValueStateDescriptor('last-item', Types.TUPLE(Types.STRING, Types.LONG)));
  const recent = of.getListState(new ListStateDescriptor('recent-items', Types.STRING));
  const byItem = of.getMapState(new MapStateDescriptor('amount-by-item', Types.STRING, Types.LONG));
  const total = of.getReducingState(new ReducingStateDescriptor('amount-sum', sum, Types.LONG));
  const mean = of.getAggregatingState(new AggregatingStateDescriptor('amount-average', average, accumulator));
  const seen = of.getState(living(new ValueStateDescriptor('last-seen-ttl', Types.LONG)));
  const notes = of.getListState(living(new ListStateDescriptor('notes-ttl', Types.STRING)));
  return {
    'last-item': () => last.value(),
    'recent-items': () => (recent.get().length === 0 ? undefined : recent.get()),
    'amount-by-item': () => (byItem.isEmpty() ? undefined : Object.fromEntries(byItem.entries())),
    'amount-sum': () => total.get(),
    'amount-average': () => mean.get(),
    'last-seen-ttl': () => seen.value(),
    'notes-ttl': () => (notes.get().length === 0 ? undefined : notes.get()),
  };
}

/** A map comes as its pairs. */
function expectedValue(value: unknown): unknown {
  const isMap = typeof value === 'object' && value !== null && Object.hasOwn(value, 'map') && 'map' in value;
  return isMap ? Object.fromEntries(value.map as (readonly [string, unknown])[]) : value;
}

async function restored(snapshot: ReturnType<typeof snapshotsOf>[number], handle: KeyGroupsHandle) {
  const backend = newBackend(handle);
  const source = await openState(new NodeDisk(), locate(snapshot.directory, handle.data));
  await backend.restore(handle, source, open);
  await source.close();
  return backend;
}

/** The entries of a canonical savepoint as they are in the file: by state name, in hex. */
function rawEntries(bytes: Uint8Array, handle: KeyGroupsHandle): string[] {
  const end = Math.min(...handle.offsets.filter((offset) => offset > 0));
  const header = readKeyedHeader(new DataInput(bytes.subarray(0, end)));
  const entries: string[] = [];
  for (const offset of handle.offsets.filter((each) => each > 0)) {
    const input = new DataInput(bytes.subarray(offset));
    for (let state = input.readUnsignedShort(); state !== 0xffff;) {
      const key = Buffer.from(input.readBytes(input.readInt()));
      const value = Buffer.from(input.readBytes(input.readInt()));
      const isLast = (key.readUInt8(0) & 0x80) !== 0;
      key.writeUInt8(key.readUInt8(0) & 0x7f, 0);
      entries.push(`${header.states[state]?.name ?? '?'} ${key.toString('hex')} ${value.toString('hex')}`);
      if (isLast) state = input.readUnsignedShort();
    }
  }
  return entries.sort();
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

    test(`is read by every kind of state from its ${snapshot.expected.kind}`, async () => {
      const found: Record<string, [string, unknown][]> = {};
      for (const handle of keyedHandles(snapshot)) {
        const backend = await restored(snapshot, handle);
        for (const [name, valueOf] of Object.entries(statesOf(backend))) {
          for (const key of counts.keys()) {
            const keyGroup = keyGroupOfString(key, 128);
            if (keyGroup < handle.range.start || keyGroup > handle.range.end) continue;
            backend.setCurrentKey(key, keyGroup);
            const value = valueOf();
            if (value !== undefined) (found[name] ??= []).push([key, value]);
          }
        }
      }
      assert.equal(Object.keys(found).length, 7);
      for (const [name, values] of Object.entries(found)) {
        const wanted = (expected?.[name] ?? []) as Pairs;
        assert.deepEqual(new Map(values), new Map(wanted.map(([key, value]) => [key, expectedValue(value)])), name);
      }
    });

    if (snapshot.expected.kind === 'savepoint CANONICAL') {
      test('is written again with the bytes of its canonical savepoint, entry by entry', async () => {
        for (const handle of keyedHandles(snapshot)) {
          const backend = await restored(snapshot, handle);
          statesOf(backend);
          const env = memoryEnv();
          const written = await snapshotOf(env, backend, savepointType);
          assert.equal(written.t, 'savepoint');
          const [path = ''] = env.disk.paths();
          const source = await openState(new NodeDisk(), locate(snapshot.directory, handle.data));
          const theirs = rawEntries(await source.read(0, source.sizeBytes), handle);
          await source.close();
          assert.ok(theirs.length > 500);
          assert.deepEqual(rawEntries(env.disk.bytesOf(path), written), theirs);
        }
      });
    }

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
