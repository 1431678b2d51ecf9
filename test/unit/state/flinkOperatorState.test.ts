import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ListStateDescriptor, MapStateDescriptor } from '../../../runtime/api/state';
import { Types } from '../../../runtime/api/types';
import type { OperatorHandle } from '../../../runtime/formats/handles';
import { operatorIdOfUid } from '../../../runtime/graph/operatorIds';
import { NodeDisk } from '../../../runtime/host/nodeDisk';
import { CloseableRegistry } from '../../../runtime/state/closeableRegistry';
import { DefaultOperatorStateBackend } from '../../../runtime/state/defaultOperatorStateBackend';
import { locate } from '../../../runtime/state/stateLocation';
import { openState } from '../../../runtime/state/stateSource';
import { memoryEnv } from '../../support/memoryEnv';
import { bytesOf, copied, snapshotsOf } from '../formats/recordings';
import { checkpoint, checkpointType, streams } from './support';

const recording = join(copied, '1.20.5-heap');
const options = existsSync(recording) ? {} : { skip: 'the recording of Flink 1.20.5 is not here' };

type Snapshot = ReturnType<typeof snapshotsOf>[number];

function handlesOf(snapshot: Snapshot, uid: string): OperatorHandle[] {
  const operator = snapshot.metadata.operators.find((each) => each.operatorId === operatorIdOfUid(uid));
  assert.ok(operator);
  return operator.subtasks.flatMap(({ state }) => (state === 'finished' ? [] : (state.managedOperator ?? [])));
}

async function restore(backend: DefaultOperatorStateBackend, snapshot: Snapshot, handle: OperatorHandle) {
  const source = await openState(new NodeDisk(), locate(snapshot.directory, handle.data));
  await backend.restore(handle, source);
  await source.close();
}

const processed = new ListStateDescriptor('processed', Types.LONG);
const names = new ListStateDescriptor('subtask-names', Types.TUPLE(Types.INT, Types.STRING));
const rules = new MapStateDescriptor('rules', Types.STRING, Types.LONG);

describe('operator state that Flink 1.20.5 wrote', options, () => {
  for (const snapshot of existsSync(recording) ? snapshotsOf(recording) : []) {
    const { kind, state: expected } = snapshot.expected;

    test(`is read as split and union lists from its ${kind}`, async () => {
      const handles = handlesOf(snapshot, 'guard');
      const split: number[] = [];
      for (const handle of handles) {
        const backend = new DefaultOperatorStateBackend();
        await restore(backend, snapshot, handle);
        split.push(...backend.stateStore.getListState(processed).get());
      }
      const wanted = (expected?.['guard']?.['processed'] ?? []) as number[];
      assert.deepEqual(split.toSorted(), wanted.toSorted());
      const all = new DefaultOperatorStateBackend();
      for (const handle of handles) await restore(all, snapshot, handle);
      assert.deepEqual(all.stateStore.getUnionListState(names).get(), expected?.['guard']?.['subtask-names']);
    });

    test(`is read as a broadcast map from its ${kind}, whole in each subtask`, async () => {
      for (const handle of handlesOf(snapshot, 'rule-match')) {
        const backend = new DefaultOperatorStateBackend();
        await restore(backend, snapshot, handle);
        const entries = [...backend.stateStore.getBroadcastState(rules).entries()];
        assert.deepEqual(entries.sort(), expected?.['rule-match']?.['rules']);
      }
    });

    test(`of its ${kind} is written again with the same bytes`, async () => {
      for (const uid of ['guard', 'rule-match']) {
        for (const handle of handlesOf(snapshot, uid)) {
          const backend = new DefaultOperatorStateBackend();
          await restore(backend, snapshot, handle);
          if (uid === 'guard') {
            backend.stateStore.getListState(processed);
            backend.stateStore.getUnionListState(names);
          } else backend.stateStore.getBroadcastState(rules);
          const env = memoryEnv();
          const out = await streams(env);
          const running = backend.snapshot(checkpoint(1), checkpointType, out, new CloseableRegistry());
          const { jobManagerOwned } = await running.result;
          assert.ok(jobManagerOwned);
          const [path = ''] = env.disk.paths();
          assert.deepEqual(Buffer.from(env.disk.bytesOf(path)), Buffer.from(bytesOf(handle.data, snapshot)));
          const offsets = (of: OperatorHandle) => new Map(of.states.map((state) => [state.name, state]));
          assert.deepEqual(offsets(jobManagerOwned), offsets(handle));
        }
      }
    });
  }
});
