import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
  type StateDescriptor,
} from '../../../runtime/api/state';
import { StateTtlConfig } from '../../../runtime/api/stateTtlConfig';
import { Types } from '../../../runtime/api/types';
import type { HeapKeyedBackend } from '../../../runtime/state/heapKeyedBackend';
import { memoryEnv } from '../../support/memoryEnv';
import { checkpointType, newBackend, restoreInto, savepointType, snapshotOf } from './support';

const ttl = () => StateTtlConfig.newBuilder(100);

/** A clock that the test moves. */
function timedEnv() {
  const env = memoryEnv();
  const time = { nowMs: 1_000 };
  env.clock.wallMs = () => time.nowMs;
  return { env, time };
}

function statesOf(backend: HeapKeyedBackend, config: StateTtlConfig) {
  const living = <D extends StateDescriptor>(descriptor: D): D => {
    descriptor.enableTimeToLive(config);
    return descriptor;
  };
  backend.setCurrentKey('ATL', 0);
  const { keyedStates } = backend;
  return {
    value: keyedStates.getState(living(new ValueStateDescriptor('value', Types.LONG))),
    list: keyedStates.getListState(living(new ListStateDescriptor('list', Types.STRING))),
    map: keyedStates.getMapState(living(new MapStateDescriptor('map', Types.STRING, Types.LONG))),
    sum: keyedStates.getReducingState(
      living(new ReducingStateDescriptor('sum', (a: number, b: number) => a + b, Types.LONG)),
    ),
  };
}

describe('state with a time to live', () => {
  test('is gone that long after its last write, and takes no room once it was asked for', () => {
    const { env, time } = timedEnv();
    const backend = newBackend(env);
    const { value, sum } = statesOf(backend, ttl().build());
    value.update(1);
    sum.add(1);
    time.nowMs += 60;
    sum.add(2);
    time.nowMs += 39;
    assert.deepEqual([value.value(), sum.get()], [1, 3]);
    time.nowMs += 1;
    assert.deepEqual([value.value(), sum.get()], [undefined, 3]);
    assert.equal(backend.describe().find(({ state }) => state === 'value')?.entries, 0);
    time.nowMs += 60;
    sum.add(5);
    assert.equal(sum.get(), 5);
  });

  test('lives on by reads where that is asked for', () => {
    const { env, time } = timedEnv();
    const { value, list, map } = statesOf(newBackend(env), ttl().setUpdateType('OnReadAndWrite').build());
    value.update(1);
    list.add('a');
    map.put('a', 1);
    for (let read = 0; read < 3; read++) {
      time.nowMs += 99;
      assert.deepEqual([value.value(), list.get(), map.get('a')], [1, ['a'], 1]);
    }
    time.nowMs += 100;
    assert.deepEqual([value.value(), list.get(), map.get('a')], [undefined, [], undefined]);
  });

  test('has a time for each element of a list and each entry of a map', () => {
    const { env, time } = timedEnv();
    const { list, map } = statesOf(newBackend(env), ttl().build());
    list.add('old');
    map.put('old', 1);
    time.nowMs += 60;
    list.add('new');
    map.put('new', 2);
    time.nowMs += 40;
    assert.deepEqual(list.get(), ['new']);
    assert.equal(map.contains('old'), false);
    assert.deepEqual([...map.entries()], [['new', 2]]);
    assert.deepEqual([...map.keys(), ...map.values(), map.isEmpty()], ['new', 2, false]);
    time.nowMs += 60;
    assert.deepEqual([list.get(), map.isEmpty(), [...map.entries()]], [[], true, []]);
  });

  test('is given out once more after its time where that is asked for', () => {
    const { env, time } = timedEnv();
    const config = ttl().setStateVisibility('ReturnExpiredIfNotCleanedUp').build();
    const { value, list, map } = statesOf(newBackend(env), config);
    value.update(1);
    list.add('a');
    map.put('a', 1);
    time.nowMs += 1000;
    assert.deepEqual([value.value(), list.get(), map.get('a')], [1, ['a'], 1]);
    assert.deepEqual([value.value(), list.get(), map.get('a')], [undefined, [], undefined]);
  });

  test('is refused without one, and the other way round', async () => {
    const { env } = timedEnv();
    const backend = newBackend(env);
    statesOf(backend, ttl().build()).value.update(1);
    const restored = newBackend(env);
    await restoreInto(env, restored, await snapshotOf(env, backend));
    assert.throws(() => restored.keyedStates.getState(new ValueStateDescriptor('value', Types.LONG)), {
      code: 'state.incompatible',
      message: 'State "value" is stored as TTL<LONG>, but declared as LONG.',
    });
  });

  test('needs a positive time', () => {
    for (const wrong of [0, -1, NaN, 1.5]) {
      assert.throws(() => StateTtlConfig.newBuilder(wrong), { code: 'job.state-ttl', domain: 'user' });
    }
  });
});

for (const type of [checkpointType, savepointType]) {
  for (const cleans of [true, false]) {
    test(`a ${type.t} ${cleans ? 'without' : 'with'} what has expired keeps the times of the rest`, async () => {
      const { env, time } = timedEnv();
      const backend = newBackend(env);
      const config = cleans ? ttl().cleanupFullSnapshot().build() : ttl().build();
      const { value, list, map, sum } = statesOf(backend, config);
      value.update(1);
      list.add('old');
      map.put('old', 1);
      time.nowMs += 60;
      list.add('new');
      map.put('new', 2);
      sum.add(3);
      time.nowMs += 40;
      const handle = await snapshotOf(env, backend, type);
      const restored = newBackend(env);
      assert.equal(await restoreInto(env, restored, handle), cleans ? 3 : 4);
      const sizes = restored.lookup('list', 'ATL')?.value;
      assert.equal((sizes as unknown[]).length, cleans ? 1 : 2);
      const again = statesOf(restored, config);
      assert.deepEqual(
        [again.value.value(), again.list.get(), [...again.map.keys()], again.sum.get()],
        [undefined, ['new'], ['new'], 3],
      );
      time.nowMs += 59;
      assert.equal(again.sum.get(), 3);
      time.nowMs += 1;
      assert.deepEqual([again.list.get(), again.sum.get()], [[], undefined]);
    });
  }
}

describe('what was stored with its times and is restored later is judged by the clock of then', () => {
  const storedAt = 1_000;
  for (const config of [ttl().build(), ttl().cleanupFullSnapshot().build()]) {
    const kind = config.cleanupInFullSnapshot ? ', with clean-up in snapshots' : '';

    /** All states have a value of time 1,000; they are read at another time. */
    const readAt = async (nowMs: number) => {
      const { env, time } = timedEnv();
      const backend = newBackend(env);
      const { value, list, map, sum } = statesOf(backend, config);
      value.update(1);
      list.add('a');
      map.put('a', 1);
      sum.add(1);
      const handle = await snapshotOf(env, backend);
      time.nowMs = nowMs;
      const restored = newBackend(env);
      await restoreInto(env, restored, handle);
      const states = statesOf(restored, config);
      const read = () => [states.value.value(), states.list.get(), states.map.get('a'), states.sum.get()];
      return { read, time, states };
    };
    const alive = [1, ['a'], 1, 1];
    const gone = [undefined, [], undefined, undefined];

    test(`a clock that stood still or went on a little: it is there, and lives as long as it had left${kind}`, async () => {
      const { read, time } = await readAt(storedAt + 70);
      assert.deepEqual(read(), alive);
      time.nowMs += 29;
      assert.deepEqual(read(), alive);
      time.nowMs += 1;
      assert.deepEqual(read(), gone);
    });

    test(`a clock that went on for longer than it lives: it is gone, and can be written anew${kind}`, async () => {
      const { read, time, states } = await readAt(storedAt + 5_000);
      assert.deepEqual(read(), gone);
      states.value.update(2);
      time.nowMs += 99;
      assert.equal(states.value.value(), 2);
    });

    test(`a clock that was put back: it is there until its time has come again${kind}`, async () => {
      const { read, time } = await readAt(storedAt - 400);
      assert.deepEqual(read(), alive);
      time.nowMs = storedAt + 99;
      assert.deepEqual(read(), alive);
      time.nowMs = storedAt + 100;
      assert.deepEqual(read(), gone);
    });
  }
});
