import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListStateDescriptor, MapStateDescriptor } from '../../../runtime/api/state';
import { StateTtlConfig } from '../../../runtime/api/stateTtlConfig';
import { Types, type TypeInformation } from '../../../runtime/api/types';
import { CloseableRegistry } from '../../../runtime/state/closeableRegistry';
import { DefaultOperatorStateBackend } from '../../../runtime/state/defaultOperatorStateBackend';
import { locate } from '../../../runtime/state/stateLocation';
import { openState } from '../../../runtime/state/stateSource';
import { memoryEnv, type MemoryEnv } from '../../support/memoryEnv';
import { checkpoint, checkpointType, directory, streams } from './support';

const split = Types.POJO('com.acme.Split', { file: Types.STRING, position: Types.LONG });
const first = { file: 'a.parquet', position: 5 };
const second = { file: 'b.parquet', position: 0 };

function list<T>(backend: DefaultOperatorStateBackend, type: TypeInformation<T>, name = 'splits') {
  return backend.stateStore.getListState(new ListStateDescriptor(name, type));
}

async function copyOf(env: MemoryEnv, backend: DefaultOperatorStateBackend, meanwhile = () => undefined) {
  const running = backend.snapshot(checkpoint(1), checkpointType, await streams(env), new CloseableRegistry());
  meanwhile();
  const { jobManagerOwned, taskLocal } = await running.result;
  assert.ok(jobManagerOwned !== undefined && taskLocal === undefined);
  const restored = new DefaultOperatorStateBackend();
  const source = await openState(env.disk, locate(directory, jobManagerOwned.data));
  const entries = await restored.restore(jobManagerOwned, source);
  await source.close();
  return { restored, entries, handle: jobManagerOwned };
}

test('lists come back as they were when the snapshot began', async () => {
  const env = memoryEnv();
  const backend = new DefaultOperatorStateBackend();
  const splits = list(backend, split);
  splits.update([{ ...first }]);
  splits.add(second);
  const { restored, entries, handle } = await copyOf(env, backend, () => {
    const [changed] = splits.get();
    if (changed !== undefined) changed.position = 99;
    splits.clear();
    return undefined;
  });
  assert.equal(entries, 2);
  assert.deepEqual(list(restored, split).get(), [first, second]);
  assert.deepEqual(splits.get(), []);
  assert.deepEqual(
    handle.states.map(({ name, mode, offsets }) => [name, mode, offsets.length]),
    [['splits', 'split', 2]],
  );
});

test('a list that is restored and not declared goes into the next snapshot', async () => {
  const env = memoryEnv();
  const backend = new DefaultOperatorStateBackend();
  list(backend, split).add(first);
  const { restored: between } = await copyOf(env, backend);
  list(between, Types.LONG, 'other').add(1);
  const { restored } = await copyOf(env, between);
  assert.deepEqual(list(restored, split).get(), [first]);
  assert.deepEqual(list(restored, Types.LONG_BIGINT, 'other').get(), [1n]);
});

test('another type than the stored or declared one is an error that names both', async () => {
  const backend = new DefaultOperatorStateBackend();
  list(backend, Types.LONG).add(1);
  assert.throws(() => list(backend, Types.STRING), {
    code: 'state.incompatible',
    message: 'Operator state "splits" is declared as split list of LONG, but declared as split list of STRING.',
  });
  const { restored } = await copyOf(memoryEnv(), backend);
  assert.throws(() => list(restored, Types.STRING), {
    message: 'Operator state "splits" is stored as split list of LONG, but declared as split list of STRING.',
  });
});

test('the live view shows the elements by position', () => {
  const backend = new DefaultOperatorStateBackend();
  list(backend, split).update([first, second]);
  assert.deepEqual(backend.describe(), [
    { state: 'splits', kind: 'operator-list', type: 'Split<file: STRING, position: LONG>', entries: 2 },
  ]);
  assert.deepEqual(
    backend.entries('splits').map(({ key, value }) => [key, value]),
    [
      ['0', first],
      ['1', second],
    ],
  );
  assert.throws(() => backend.entries('none'), { code: 'state.unknown' });
});

test('an operator without lists writes nothing, and a cancelled snapshot leaves no file', async () => {
  const env = memoryEnv();
  const backend = new DefaultOperatorStateBackend();
  const out = await streams(env);
  const open = new CloseableRegistry();
  assert.deepEqual(await backend.snapshot(checkpoint(1), checkpointType, out, open).result, {});
  list(backend, split).add(first);
  await open.close();
  await assert.rejects(backend.snapshot(checkpoint(1), checkpointType, out, open).result, { code: 'state.cancelled' });
  assert.deepEqual(env.disk.paths(), []);
});

test('union lists and broadcast maps come back in their modes', async () => {
  const backend = new DefaultOperatorStateBackend();
  const place = Types.TUPLE(Types.STRING, Types.INT);
  const statesOf = ({ stateStore }: DefaultOperatorStateBackend) => ({
    names: stateStore.getUnionListState(new ListStateDescriptor('names', Types.STRING)),
    rules: stateStore.getBroadcastState(new MapStateDescriptor('rules', Types.STRING, Types.LONG)),
    places: stateStore.getBroadcastState(new MapStateDescriptor('places', place, Types.LONG)),
  });
  const { names, rules, places } = statesOf(backend);
  names.addAll(['a', 'b']);
  rules.put('limit', 5);
  rules.put('other', 1);
  rules.remove('other');
  places.put(['gate', 1], 1);
  places.put(['gate', 1], 2);
  assert.deepEqual(backend.entries('rules'), [{ key: '"limit"', value: 5, text: '5' }]);
  assert.deepEqual(backend.entries('places'), [{ key: '["gate",1]', value: 2, text: '2' }]);
  const { restored, handle } = await copyOf(memoryEnv(), backend, () => {
    rules.clear();
    names.clear();
    return undefined;
  });
  assert.deepEqual(
    handle.states.map(({ name, mode }) => `${name} ${mode}`),
    ['names union', 'rules broadcast', 'places broadcast'],
  );
  assert.deepEqual(
    restored.describe().map(({ state, kind }) => `${state} ${kind}`),
    ['names operator-union', 'places broadcast', 'rules broadcast'],
  );
  const again = statesOf(restored);
  assert.deepEqual(again.names.get(), ['a', 'b']);
  assert.deepEqual([...again.rules.entries()], [['limit', 5]]);
  assert.equal(again.places.get(['gate', 1]), 2);
  assert.throws(() => list(restored, Types.STRING, 'names'), {
    message: 'Operator state "names" is declared as union list of STRING, but declared as split list of STRING.',
  });
  assert.throws(() => list(restored, Types.STRING, 'rules'), { code: 'state.incompatible' });
});

test('the union lists of several subtasks are read one behind the other', async () => {
  const env = memoryEnv();
  const union = new ListStateDescriptor('names', Types.STRING);
  const handles = [];
  for (const subtask of [0, 1]) {
    const backend = new DefaultOperatorStateBackend();
    backend.stateStore.getUnionListState(union).addAll([`${subtask} a`, `${subtask} b`]);
    backend.stateStore.getBroadcastState(new MapStateDescriptor('rules', Types.STRING, Types.LONG)).put('limit', 5);
    const out = await streams(env);
    const running = backend.snapshot(checkpoint(1), checkpointType, out, new CloseableRegistry());
    const { jobManagerOwned } = await running.result;
    assert.ok(jobManagerOwned);
    handles.push(jobManagerOwned);
  }
  const restored = new DefaultOperatorStateBackend();
  for (const [subtask, handle] of handles.entries()) {
    const states = subtask === 1 ? handle.states : handle.states.filter(({ mode }) => mode === 'union');
    const source = await openState(env.disk, locate(directory, handle.data));
    await restored.restore({ ...handle, states }, source);
    await source.close();
  }
  assert.deepEqual(restored.stateStore.getUnionListState(union).get(), ['0 a', '0 b', '1 a', '1 b']);
  assert.equal(restored.entries('rules').length, 1);
});

test('what cannot be stored is named with its state and place', async () => {
  const backend = new DefaultOperatorStateBackend();
  list(backend, Types.LONG).addAll([1, 1.5]);
  await assert.rejects(copyOf(memoryEnv(), backend), {
    code: 'state.value',
    domain: 'user',
    message: 'Operator state "splits", element 1: A value of type LONG cannot hold 1.5.',
  });
});

test('operator state cannot have a time to live', () => {
  const { stateStore } = new DefaultOperatorStateBackend();
  const descriptor = new ListStateDescriptor('splits', Types.LONG);
  descriptor.enableTimeToLive(StateTtlConfig.newBuilder(1).build());
  assert.throws(() => stateStore.getListState(descriptor), { code: 'job.state-ttl', domain: 'user' });
});
