/** State reads the same whether it is asked of a running task or read from a snapshot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListStateDescriptor } from '../../../runtime/api/state';
import { Types, type TypeSpec } from '../../../runtime/api/types';
import { id, type OperatorId } from '../../../runtime/base/ids';
import type { SubtaskState } from '../../../runtime/formats/handles';
import { storedEntries, storedStates, type StoredOperator } from '../../../runtime/inspect/storedStates';
import { CloseableRegistry } from '../../../runtime/state/closeableRegistry';
import { DefaultOperatorStateBackend } from '../../../runtime/state/defaultOperatorStateBackend';
import { memoryEnv, type MemoryEnv } from '../../support/memoryEnv';
import {
  checkpoint,
  checkpointType,
  counter,
  directory,
  keyGroupOf,
  newBackend,
  savepointType,
  snapshotOf,
  streams,
} from '../state/support';
import { VOID_NAMESPACE } from '../../../runtime/formats/serializers/streaming';

function stored(env: MemoryEnv, state: SubtaskState): StoredOperator {
  const operator = {
    operatorId: id<OperatorId>('0'.repeat(32)),
    parallelism: 1,
    maxParallelism: 8,
    subtasks: [{ index: 0, state }],
    finished: false,
  };
  return { disk: env.disk, directory, operator };
}

async function entriesOf(operator: StoredOperator, wanted: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const entries of storedEntries(operator, wanted)) found.push(...entries.map(({ entry }) => entry));
  return found;
}

/** A file has one LONG, whichever JavaScript value the job declares for it. */
const asStored = (type: string | undefined): string | undefined => type?.replaceAll('LONG_BIGINT', 'LONG');

const sorted = (entries: readonly unknown[]): string[] => entries.map((entry) => JSON.stringify(entry)).sort();

const value: TypeSpec = Types.POJO('com.acme.Everything', {
  big: Types.LONG_BIGINT,
  bytes: Types.BYTES,
  byTuple: Types.MAP(Types.TUPLE(Types.STRING, Types.INT), Types.DOUBLE),
  byNumber: Types.MAP(Types.LONG, Types.STRING),
});
/** Fields in the order in which a POJO is stored: that of their names. */
const everything = (n: number): unknown => ({
  big: 2n ** 60n + BigInt(n),
  byNumber: new Map([[n, 'text']]),
  byTuple: new Map([[['a', n], n === 0 ? -0 : Number.NaN]]),
  bytes: Uint8Array.of(n, 255),
});

for (const [keyType, keys] of [
  [Types.LONG_BIGINT, [0n, 1n, 2n ** 61n]],
  [Types.BYTES, [Uint8Array.of(1), Uint8Array.of(2, 3)]],
  [Types.TUPLE(Types.STRING, Types.INT), [['ATL', 1]]],
] as readonly (readonly [TypeSpec, readonly unknown[]])[]) {
  for (const type of [checkpointType, savepointType]) {
    test(`keyed state with keys of ${keyType.kind} reads alike, live and in a ${type.t}`, async () => {
      const env = memoryEnv();
      const backend = newBackend(env, keyType);
      const { at } = counter(backend, value, 'everything');
      keys.forEach((key, index) => {
        at(key).update(everything(index));
        backend.timers('_timer_state/event_t', VOID_NAMESPACE).add(1_000 + index, key, keyGroupOf(key), null);
      });
      const operator = stored(env, { managedKeyed: await snapshotOf(env, backend, type) });
      for (const state of ['everything', '_timer_state/event_t']) {
        const live = backend.entries(state, 100).entries.map((entry) => ({ ...entry, subtask: 0 }));
        assert.equal(live.length, keys.length);
        assert.deepEqual(sorted(live), sorted(await entriesOf(operator, state)));
      }
      const described = backend.describe().map(({ state, kind, type, keyType }) => {
        return { name: state, kind, type: asStored(type), keyType: asStored(keyType) };
      });
      assert.deepEqual(sorted(described), sorted(await storedStates(operator)));
    });
  }
}

test('operator state reads alike, live and in a checkpoint', async () => {
  const env = memoryEnv();
  const backend = new DefaultOperatorStateBackend();
  backend.stateStore.getListState(new ListStateDescriptor('all', value)).update([everything(1), everything(2)]);
  const { result } = backend.snapshot(checkpoint(1), checkpointType, await streams(env), new CloseableRegistry());
  const { jobManagerOwned } = await result;
  assert.ok(jobManagerOwned !== undefined);
  const operator = stored(env, { managedOperator: jobManagerOwned });
  const live = backend.entries('all').map((entry) => ({ ...entry, subtask: 0 }));
  assert.deepEqual(live, await entriesOf(operator, 'all'));
  assert.deepEqual(
    backend.describe().map(({ state, kind, type }) => ({ name: state, kind, type: asStored(type) })),
    await storedStates(operator),
  );
});
