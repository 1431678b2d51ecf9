import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import {
  GeneratorSource,
  ProcessWindowFunction,
  StreamExecutionEnvironment,
  TumblingEventTimeWindows,
  Types,
  WatermarkStrategy,
  type Collector,
  type WindowContext,
} from '../../../runtime/api/index';
import type { KeyedHandle, KeyGroupsHandle } from '../../../runtime/formats/handles';
import { operatorIdOfUid } from '../../../runtime/graph/operatorIds';
import { HeapKeyedBackend } from '../../../runtime/state/heapKeyedBackend';
import { bytesOf, copied, snapshotsOf, type Snapshot } from '../formats/recordings';
import { readKeyed, writeKeyed, type Entry } from '../formats/keyedState';
import { directory, savepointType } from '../state/support';
import { WindowHarness, type WindowOperatorSpec } from './harness';

const recording = join(copied, '1.20.5-heap');
const here = existsSync(recording);
const options = here ? {} : { skip: 'the recording of Flink 1.20.5 is not here' };
const uid = 'order-windows';
const maxParallelism = 128;

class WithWindow extends ProcessWindowFunction<number, unknown, number> {
  override process(key: number, context: WindowContext, [sum]: readonly number[], out: Collector<unknown>): void {
    const { start, end } = context.window();
    out.collect([key, sum, { start, end }]);
  }
}

/** The windows of the job that was recorded: sums of amounts by order id modulo 20, in windows of two minutes. */
function orderWindows(): WindowOperatorSpec {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env
    .fromSource(
      new GeneratorSource({ count: 0, generate: () => ({ id: 0, amount: 0 }) }),
      WatermarkStrategy.noWatermarks(),
      'n',
    )
    .keyBy((order) => order.id % 20, Types.LONG)
    .window(TumblingEventTimeWindows.of(120_000))
    .aggregate(
      {
        createAccumulator: (): [number, number] => [0, 0],
        add: ({ amount }, [sum, count]) => [sum + amount, count + 1],
        getResult: ([sum]) => sum,
        merge: (a, b) => [a[0] + b[0], a[1] + b[1]],
      },
      new WithWindow(),
      Types.TUPLE(Types.LONG, Types.LONG),
    )
    .print();
  const spec = env.getStreamGraph().nodes.find((node) => node.kind === 'window')?.operator;
  if (spec?.kind !== 'window') throw new Error('No window operator.');
  return spec;
}

function handlesOf(snapshot: Snapshot): KeyGroupsHandle[] {
  const operator = snapshot.metadata.operators.find((each) => each.operatorId === operatorIdOfUid(uid));
  assert.ok(operator);
  return operator.subtasks.flatMap(({ state }) => {
    const handle = state === 'finished' ? undefined : state.managedKeyed;
    return handle?.t === 'keyGroups' || handle?.t === 'savepoint' ? [handle] : [];
  });
}

async function harnessFor(handle: KeyGroupsHandle): Promise<WindowHarness> {
  const config = { keyType: Types.LONG, range: handle.range, maxParallelism };
  return new WindowHarness(orderWindows, (env) => new HeapKeyedBackend(env, config)).open();
}

/** The handle, with its file on the harness's disk. */
async function brought(harness: WindowHarness, handle: KeyGroupsHandle, snapshot: Snapshot): Promise<KeyedHandle> {
  const bytes = bytesOf(handle.data, snapshot);
  await harness.env.disk.makeDirectory(directory);
  harness.env.disk.put(`${directory}/flink`, bytes);
  return { ...handle, data: { t: 'file', uri: `file:${directory}/flink`, sizeBytes: bytes.length } };
}

/** The file with the entries of each state of each key group sorted; that they are all that it holds is checked. */
function inOrder(bytes: Uint8Array, handle: KeyGroupsHandle): Uint8Array {
  const content = readKeyed(bytes, handle, maxParallelism);
  assert.deepEqual(writeKeyed(content, maxParallelism), new Uint8Array(bytes));
  const keyGroups = content.keyGroups.map((group) => ({ ...group, entries: group.entries.toSorted(byText) }));
  return writeKeyed({ ...content, keyGroups }, maxParallelism);
}

function byText(a: Entry, b: Entry): number {
  return a.state - b.state || inspect(a).localeCompare(inspect(b));
}

describe('windows that Flink 1.20.5 wrote', options, () => {
  for (const snapshot of here ? snapshotsOf(recording) : []) {
    const { kind, state } = snapshot.expected;

    test(`go on from its ${kind}, and from a snapshot of ours after it`, async () => {
      for (const type of [undefined, savepointType]) {
        const emitted: unknown[] = [];
        for (const handle of handlesOf(snapshot)) {
          const harness = await harnessFor(handle);
          await harness.restore(await brought(harness, handle, snapshot));
          await harness.restore(await harness.snapshot(type));
          const timers = { ...harness.states };
          emitted.push(...harness.watermark(1_700_001_000_000).rows);
          assert.deepEqual(Object.keys(timers).sort(), ['_timer_state/event_window-timers', 'window-contents']);
          assert.deepEqual(harness.states, {}, 'nothing is left of windows that are over');
          await harness.close();
        }
        const text = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
        assert.deepEqual(text(emitted), text(state?.[uid]?.['window-contents'] ?? []));
      }
    });

    test(`of its ${kind} are written byte by byte as Flink did, but for the order within a state of a key group`, async () => {
      for (const handle of handlesOf(snapshot)) {
        const harness = await harnessFor(handle);
        await harness.restore(await brought(harness, handle, snapshot));
        const ours = await harness.snapshotFile(kind === 'checkpoint' ? undefined : savepointType);
        assert.ok(ours.handle.t === handle.t);
        assert.deepEqual(inOrder(ours.bytes, ours.handle), inOrder(bytesOf(handle.data, snapshot), handle));
        await harness.close();
      }
    });
  }
});
