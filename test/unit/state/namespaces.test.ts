import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
} from '../../../runtime/api/state';
import { Types } from '../../../runtime/api/types';
import { STRING } from '../../../runtime/formats/serializers/primitives';
import { TIME_WINDOW, VOID_NAMESPACE, type TimeWindow } from '../../../runtime/formats/serializers/streaming';
import type { HeapKeyedBackend } from '../../../runtime/state/heapKeyedBackend';
import { InternalTimerService } from '../../../runtime/state/internalTimerService';
import { memoryEnv } from '../../support/memoryEnv';
import { checkpointType, keyGroupOf, newBackend, restoreInto, savepointType, snapshotOf } from './support';

const window = (start: number): TimeWindow => ({ start, end: start + 10 });
const sum = new ReducingStateDescriptor('sum', (a: number, b: number) => a + b, Types.LONG);
const all = new ListStateDescriptor('all', Types.STRING);
const mean = new AggregatingStateDescriptor(
  'mean',
  {
    createAccumulator: () => [0, 0] as [number, number],
    add: (value: number, [total, count]) => [total + value, count + 1] as [number, number],
    getResult: ([total, count]) => total / count,
    merge: (a, b) => [a[0] + b[0], a[1] + b[1]] as [number, number],
  },
  Types.TUPLE(Types.LONG, Types.LONG),
);

function statesOf(backend: HeapKeyedBackend) {
  const store = backend.namespacedStates(TIME_WINDOW);
  const states = {
    sum: store.getReducingState(sum),
    all: store.getListState(all),
    mean: store.getAggregatingState(mean),
  };
  const at = (key: string, start: number): typeof states => {
    backend.setCurrentKey(key, keyGroupOf(key));
    for (const state of Object.values(states)) state.setCurrentNamespace(window(start));
    return states;
  };
  return { ...states, at };
}

const timersOf = (backend: HeapKeyedBackend) => new InternalTimerService(backend, 'window-timers', TIME_WINDOW);

describe('state with namespaces', () => {
  test('belongs to key and namespace', () => {
    const backend = newBackend(memoryEnv());
    const { at } = statesOf(backend);
    at('ATL', 0).sum.add(1);
    at('ATL', 10).sum.add(2);
    at('BOS', 0).sum.add(4);
    at('ATL', 10).sum.add(8);
    assert.deepEqual(
      [['ATL', 0] as const, ['ATL', 10] as const, ['BOS', 0] as const, ['BOS', 10] as const].map(([key, start]) =>
        at(key, start).sum.get(),
      ),
      [1, 10, 4, undefined],
    );
    at('ATL', 0).sum.clear();
    at('ATL', 0).sum.clear();
    assert.equal(at('ATL', 0).sum.get(), undefined);
    assert.equal(at('ATL', 10).sum.get(), 10);
    assert.equal(backend.describe().find(({ state }) => state === 'sum')?.entries, 2);
  });

  test('is merged into one namespace, in the order of the sources', () => {
    const backend = newBackend(memoryEnv());
    const { at, ...states } = statesOf(backend);
    for (const start of [0, 10, 20]) {
      at('ATL', start).sum.add(start + 1);
      at('ATL', start).mean.add(start);
      at('ATL', start).all.addAll([`${start} a`, `${start} b`]);
    }
    for (const state of Object.values(states)) {
      state.mergeNamespaces(window(0), [window(10), window(20), window(30)]);
      assert.ok(state.get(), 'the target is the current namespace');
    }
    assert.equal(at('ATL', 0).sum.get(), 33);
    assert.equal(at('ATL', 0).mean.get(), 10);
    assert.deepEqual(at('ATL', 0).all.get(), ['0 a', '0 b', '10 a', '10 b', '20 a', '20 b']);
    assert.equal(at('ATL', 10).sum.get(), undefined);
    states.sum.mergeNamespaces(window(50), [window(0)]);
    assert.equal(at('ATL', 50).sum.get(), 33);
    assert.equal(at('ATL', 0).sum.get(), undefined);
    states.sum.mergeNamespaces(window(60), [window(70)]);
    assert.equal(at('ATL', 60).sum.get(), undefined);
  });

  test('refuses an aggregate function that merges two accumulators into nothing', () => {
    const backend = newBackend(memoryEnv());
    const { aggregate } = mean;
    const nothing = new AggregatingStateDescriptor('nothing', { ...aggregate, merge: () => undefined as never });
    const state = backend.namespacedStates(TIME_WINDOW).getAggregatingState(nothing);
    backend.setCurrentKey('ATL', keyGroupOf('ATL'));
    for (const start of [0, 10]) {
      state.setCurrentNamespace(window(start));
      state.add(1);
    }
    assert.throws(() => state.mergeNamespaces(window(0), [window(10)]), { code: 'state.undefined' });
  });

  test('finds its way among many namespaces of one key', () => {
    const { at } = statesOf(newBackend(memoryEnv()));
    for (let round = 0; round < 3; round++) for (let n = 0; n < 200; n++) at('ATL', n * 7).sum.add(n);
    for (let n = 0; n < 200; n += 2) at('ATL', n * 7).sum.clear();
    for (let n = 199; n >= 0; n--) assert.equal(at('ATL', n * 7).sum.get(), n % 2 === 0 ? undefined : 3 * n);
  });

  test('has namespaces of any type', () => {
    const backend = newBackend(memoryEnv());
    const state = backend.namespacedStates(STRING).getState(new ValueStateDescriptor('named', Types.INT, 0));
    backend.setCurrentKey('ATL', 0);
    for (const [index, name] of ['first', 'second'].entries()) {
      state.setCurrentNamespace(name);
      state.update(index + 1);
    }
    state.setCurrentNamespace('first');
    assert.equal(state.value(), 1);
    state.setCurrentNamespace('third');
    assert.equal(state.value(), 0);
  });

  test('is refused under a name that has other namespaces', () => {
    const backend = newBackend(memoryEnv());
    statesOf(backend);
    assert.throws(() => backend.keyedStates.getListState(all), {
      code: 'state.incompatible',
      message: 'State "all" has namespaces of type TIME_WINDOW, not VOID.',
    });
    timersOf(backend);
    assert.throws(() => new InternalTimerService(backend, 'window-timers', VOID_NAMESPACE), {
      code: 'state.incompatible',
    });
  });

  test('is shown with its namespaces', () => {
    const backend = newBackend(memoryEnv());
    const { at } = statesOf(backend);
    at('ATL', 0).sum.add(1);
    const entry = {
      key: '"ATL"',
      keyGroup: keyGroupOf('ATL'),
      namespace: '{ start: 0, end: 10 }',
      value: 1,
      text: '1',
    };
    assert.deepEqual(backend.entries('sum', 10).entries, [entry]);
    assert.deepEqual(backend.lookup('sum', 'ATL'), entry);
    at('ATL', 10).sum.add(2);
    assert.deepEqual(backend.lookup('sum', 'ATL')?.value, { '{ start: 0, end: 10 }': 1, '{ start: 10, end: 20 }': 2 });
    timersOf(backend).registerEventTimeTimer(window(0), 9);
    const [timer] = backend.entries('_timer_state/event_window-timers', 10).entries;
    assert.equal(timer?.namespace, '{ start: 0, end: 10 }');
  });
});

test('a timer is one per time, key and namespace, and tells its namespace when it is due', () => {
  const backend = newBackend(memoryEnv());
  const timers = timersOf(backend);
  backend.setCurrentKey('ATL', 0);
  timers.registerEventTimeTimer(window(0), 9);
  timers.registerEventTimeTimer(window(0), 9);
  timers.registerEventTimeTimer(window(-10), 9);
  timers.registerEventTimeTimer(window(-20), 9);
  timers.deleteEventTimeTimer(window(-20), 9);
  const due = [];
  for (let timer = timers.pollEventTime(9); timer; timer = timers.pollEventTime(9)) due.push(timer.namespace.start);
  assert.deepEqual(due.sort(), [-10, 0]);
});

for (const type of [checkpointType, savepointType]) {
  test(`a ${type.t} gives back state and timers with their namespaces`, async () => {
    const env = memoryEnv();
    const backend = newBackend(env);
    const { at } = statesOf(backend);
    const timers = timersOf(backend);
    const keys = Array.from({ length: 50 }, (_, i) => `key ${i}`);
    for (const [i, key] of keys.entries()) {
      for (const start of [0, 10, 20]) {
        at(key, start).sum.add(i + start);
        at(key, start).mean.add(i);
        at(key, start).all.addAll([key, String(start)]);
        timers.registerEventTimeTimer(window(start), start + 9);
      }
    }
    const handle = await snapshotOf(env, backend, type);
    for (const key of keys) for (const start of [0, 10, 20]) at(key, start).all.add('later');

    const restored = newBackend(env);
    assert.equal(await restoreInto(env, restored, handle), 50 * 3 * 4);
    const again = statesOf(restored);
    for (const [i, key] of keys.entries()) {
      for (const start of [0, 10, 20]) {
        const states = again.at(key, start);
        assert.deepEqual([states.sum.get(), states.mean.get()], [i + start, i]);
        assert.deepEqual(states.all.get(), [key, String(start)]);
      }
    }
    const timersAgain = timersOf(restored);
    const due = [];
    for (let timer = timersAgain.pollEventTime(9); timer; timer = timersAgain.pollEventTime(9)) {
      assert.deepEqual(timer.namespace, window(0));
      due.push(timer.key);
    }
    assert.deepEqual(due.sort(), keys.toSorted());
  });
}
