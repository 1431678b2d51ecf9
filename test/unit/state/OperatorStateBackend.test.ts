import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  return backend.listState({ kind: 'list', mode: 'split', name, type });
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
