import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
} from '../../../runtime/api/state';
import { Types } from '../../../runtime/api/types';
import { CloseableRegistry } from '../../../runtime/state/closeableRegistry';
import type { HeapKeyedBackend } from '../../../runtime/state/heapKeyedBackend';
import { memoryEnv } from '../../support/memoryEnv';
import {
  checkpoint,
  checkpointType,
  keyGroupOf,
  newBackend,
  restoreInto,
  savepointType,
  snapshotOf,
  streams,
} from './support';

const place = Types.TUPLE(Types.STRING, Types.INT);

function statesOf(backend: HeapKeyedBackend) {
  const { keyedStates } = backend;
  const states = {
    list: keyedStates.getListState(new ListStateDescriptor('list', Types.LIST(Types.INT))),
    map: keyedStates.getMapState(new MapStateDescriptor('map', Types.STRING, Types.LIST(Types.INT))),
    byPlace: keyedStates.getMapState(new MapStateDescriptor('by-place', place, Types.LONG)),
    least: keyedStates.getReducingState(
      new ReducingStateDescriptor('least', (a: number, b: number) => Math.min(a, b), Types.LONG),
    ),
    texts: keyedStates.getAggregatingState(
      new AggregatingStateDescriptor(
        'texts',
        {
          createAccumulator: () => [] as string[],
          add: (value: number, all) => [...all, String(value)],
          getResult: (all) => all.join(' '),
          merge: (a, b) => [...a, ...b],
        },
        Types.LIST(Types.STRING),
      ),
    ),
  };
  return (key: string) => {
    backend.setCurrentKey(key, keyGroupOf(key));
    return states;
  };
}

/** What a key has, in all kinds. */
function contentOf(of: ReturnType<typeof statesOf>, key: string) {
  const { list, map, byPlace, least, texts } = of(key);
  return {
    list: structuredClone(list.get()),
    map: structuredClone([...map.entries()]),
    byPlace: [...byPlace.entries()],
    least: least.get(),
    texts: texts.get(),
  };
}

describe('a list state', () => {
  test('keeps its elements in order, by key', () => {
    const at = statesOf(newBackend(memoryEnv()));
    at('ATL').list.add([1]);
    at('BOS').list.addAll([[9], [8]]);
    at('ATL').list.addAll([[2], [3]]);
    assert.deepEqual(at('ATL').list.get(), [[1], [2], [3]]);
    at('ATL').list.update([[4]]);
    assert.deepEqual(at('ATL').list.get(), [[4]]);
    at('ATL').list.update([]);
    assert.deepEqual([at('ATL').list.get(), at('BOS').list.get()], [[], [[9], [8]]]);
  });

  test('does not share the array that it was given, and refuses undefined', () => {
    const { list } = statesOf(newBackend(memoryEnv()))('ATL');
    const given = [[1]];
    list.update(given);
    given.push([2]);
    assert.deepEqual(list.get(), [[1]]);
    assert.throws(() => list.addAll([[1], undefined as never]), { code: 'state.undefined' });
  });
});

describe('a map state', () => {
  test('is a map per key', () => {
    const at = statesOf(newBackend(memoryEnv()));
    assert.equal(at('ATL').map.isEmpty(), true);
    at('ATL').map.put('a', [1]);
    at('ATL').map.putAll(new Map([['b', [2]]]));
    at('BOS').map.put('a', [3]);
    const { map } = at('ATL');
    assert.deepEqual(
      [map.get('a'), map.get('b'), map.get('c'), map.contains('b'), map.contains('c')],
      [[1], [2], undefined, true, false],
    );
    assert.deepEqual([[...map.keys()], [...map.values()], map.isEmpty()], [['a', 'b'], [[1], [2]], false]);
    map.remove('a');
    map.remove('c');
    assert.deepEqual([...map.entries()], [['b', [2]]]);
    map.remove('b');
    assert.equal(map.isEmpty(), true);
    assert.deepEqual(at('BOS').map.get('a'), [3]);
  });

  test('tells its keys apart by their content', () => {
    const backend = newBackend(memoryEnv());
    const { byPlace } = statesOf(backend)('ATL');
    byPlace.put(['gate', 1], 10);
    byPlace.put(['gate', 2], 20);
    byPlace.put(['gate', 1], 11);
    assert.deepEqual(
      [...byPlace.entries()],
      [
        [['gate', 1], 11],
        [['gate', 2], 20],
      ],
    );
    assert.equal(byPlace.get(['gate', 2]), 20);
    assert.deepEqual(backend.lookup('by-place', 'ATL')?.value, {
      entries: [
        [['gate', 1], 11],
        [['gate', 2], 20],
      ],
    });
  });
});

test('reducing and aggregating state give what was added comes to', () => {
  const at = statesOf(newBackend(memoryEnv()));
  assert.deepEqual([at('ATL').least.get(), at('ATL').texts.get()], [undefined, undefined]);
  for (const value of [5, 3, 7]) {
    at('ATL').least.add(value);
    at('ATL').texts.add(value);
  }
  at('BOS').least.add(9);
  assert.deepEqual([at('ATL').least.get(), at('ATL').texts.get(), at('BOS').least.get()], [3, '5 3 7', 9]);
  at('ATL').texts.clear();
  assert.equal(at('ATL').texts.get(), undefined);
});

test('a state of another kind under the same name is refused with both kinds', () => {
  const backend = newBackend(memoryEnv());
  statesOf(backend);
  assert.throws(() => backend.keyedStates.getListState(new ListStateDescriptor('map', Types.STRING)), {
    code: 'state.incompatible',
    message: 'State "map" is declared twice, as MAP state of MAP<STRING, LIST<INT>> and as LIST state of LIST<STRING>.',
  });
});

for (const type of [checkpointType, savepointType]) {
  describe(`a ${type.t} of every kind of state`, () => {
    const keys = Array.from({ length: 100 }, (_, i) => `key ${i}`);
    const fill = (at: ReturnType<typeof statesOf>, from: number) => {
      for (const [i, key] of keys.entries()) {
        const { list, map, byPlace, least, texts } = at(key);
        list.add([from + i]);
        map.put(`user key ${i % 7}`, [from + i]);
        map.put(`other ${from}`, []);
        byPlace.put([`place ${from}`, i], from);
        least.add(from + i);
        texts.add(from + i);
      }
    };

    test('gives it back as it was at the stamp, whatever is done to it meanwhile', async () => {
      const env = memoryEnv();
      const backend = newBackend(env);
      const at = statesOf(backend);
      fill(at, 10);
      fill(at, 20);
      const before = keys.map((key) => contentOf(at, key));
      const { result } = backend.snapshot(checkpoint(1), type, await streams(env), new CloseableRegistry());
      for (const key of keys.slice(0, 50)) {
        const { list, map, byPlace, least } = at(key);
        (list.get()[0] as number[]).push(99);
        map.get('other 10')?.push(99);
        for (const [, value] of map.entries()) value.push(98);
        byPlace.remove(['place 10', 0]);
        least.add(-1);
      }
      await env.clock.yield();
      fill(at, 5);
      for (const key of keys.slice(30, 60)) at(key).map.clear();
      const { jobManagerOwned } = await result;
      assert.ok(jobManagerOwned);

      const restored = newBackend(env);
      await restoreInto(env, restored, jobManagerOwned);
      const again = statesOf(restored);
      assert.deepEqual(
        keys.map((key) => contentOf(again, key)),
        before,
      );
      const kinds = restored.describe().map(({ state, kind }) => `${state} ${kind}`);
      assert.deepEqual(kinds, ['by-place map', 'least reducing', 'list list', 'map map', 'texts aggregating']);
    });

    test('names state and key of what cannot be stored', async () => {
      for (const [spoil, message] of [
        [
          ({ list }) => list.add(['one'] as never),
          /^State "list" of key "ATL": A value of type INT cannot hold "one"\.$/,
        ],
        [({ map }) => map.put(7 as never, [1]), /^State "map" of key "ATL": A value of type STRING cannot hold 7\.$/],
        [({ least }) => least.add(0.5), /^State "least" of key "ATL": A value of type LONG cannot hold 0\.5\.$/],
        [({ byPlace }) => byPlace.put(['a', 1], null as never), undefined],
      ] as [(states: ReturnType<ReturnType<typeof statesOf>>) => void, RegExp | undefined][]) {
        const env = memoryEnv();
        const backend = newBackend(env);
        spoil(statesOf(backend)('ATL'));
        if (message === undefined) await snapshotOf(env, backend, type);
        else await assert.rejects(snapshotOf(env, backend, type), { code: 'state.value', domain: 'user', message });
      }
    });
  });
}
