import { userError } from '../base/errors';
import type { CheckpointId } from '../base/ids';
import { DataInput } from '../formats/dataInput';
import { DataOutput } from '../formats/dataOutput';
import type { OperatorHandle } from '../formats/handles';
import {
  readOperatorState,
  writeOperatorStateFile,
  type BroadcastStateContent,
  type ListStateContent,
  type OperatorStateContent,
} from '../formats/operator/operatorStateFile';
import { toJson, toText } from '../formats/render';
import type { TypeSerializer } from '../formats/serializer';
import { sameSnapshot } from '../formats/serializers/snapshots';
import type { SnapshotType } from '../wire/messages';
import type { CheckpointStreamFactory } from './checkpointStreamFactory';
import type { CloseableRegistry } from './closeableRegistry';
import { describeState } from './describeState';
import type { KeyedEntry, StateDescription } from './keyedBackend';
import type { ListState, ListStateDescriptor } from './listState';
import type { OperatorStateBackend } from './operatorStateBackend';
import { serializerFor } from './serializerFor';
import type { RunningSnapshot, SnapshotResult } from './snapshotResult';
import type { StateSource } from './stateSource';

/** A list; one that was restored and not registered yet keeps the serializer that was stored, and goes into the next snapshot. */
interface OperatorList {
  info: ListStateContent['info'];
  values: unknown[];
  registered: boolean;
}

/** Operator state in memory; Flink's `DefaultOperatorStateBackend`. It is small: the synchronous part of a snapshot serializes it. */
export class DefaultOperatorStateBackend implements OperatorStateBackend {
  private readonly lists = new Map<string, OperatorList>();
  /** Restored; kept for the next snapshot. */
  private broadcasts: readonly BroadcastStateContent[] = [];

  listState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    const { name, mode } = descriptor;
    const element: TypeSerializer<unknown> = serializerFor(descriptor.type);
    const found = this.lists.get(name);
    // The serializer of the list was checked to be that of T.
    if (found !== undefined) return listOf<T>(adopted(found, mode, element));
    const added: OperatorList = { info: { kind: 'operator', name, mode, element }, values: [], registered: true };
    this.lists.set(name, added);
    return listOf<T>(added);
  }

  snapshot(
    _id: CheckpointId,
    _type: SnapshotType,
    out: CheckpointStreamFactory,
    open: CloseableRegistry,
  ): RunningSnapshot<OperatorHandle> {
    if (this.lists.size + this.broadcasts.length === 0) return { result: Promise.resolve({}) };
    const content: OperatorStateContent = {
      lists: [...this.lists.values()].map(({ info, values }) => ({ info, elements: values })),
      broadcasts: this.broadcasts,
    };
    return { result: write(writeOperatorStateFile(content), out, open) };
  }

  /** Adds what a handle holds; returns the number of elements. */
  async restore(handle: OperatorHandle, source: StateSource): Promise<number> {
    const bytes = await source.read(0, source.sizeBytes);
    const { lists, broadcasts } = readOperatorState(bytes, handle.states, source.location);
    let entries = 0;
    for (const { info, elements } of lists) {
      entries += elements.length;
      const found = this.lists.get(info.name);
      if (found === undefined) this.lists.set(info.name, { info, values: [...elements], registered: false });
      else found.values.push(...elements);
    }
    this.broadcasts = [...this.broadcasts, ...broadcasts];
    return entries + broadcasts.reduce((sum, broadcast) => sum + broadcast.entries.size, 0);
  }

  async dispose(): Promise<void> {
    this.lists.clear();
    this.broadcasts = [];
    await Promise.resolve();
  }

  describe(): readonly StateDescription[] {
    const lists = [...this.lists.values()].map(({ info, values }): StateDescription => ({
      state: info.name,
      ...describeState(info),
      entries: values.length,
    }));
    const broadcasts = this.broadcasts.map(({ info, entries }): StateDescription => ({
      state: info.name,
      ...describeState(info),
      entries: entries.size,
    }));
    return [...lists, ...broadcasts].sort((a, b) => (a.state < b.state ? -1 : 1));
  }

  entries(state: string): readonly KeyedEntry[] {
    const list = this.lists.get(state);
    if (list === undefined) {
      const names = [...this.lists.keys()].sort().join(', ');
      throw userError('state.unknown', `There is no operator state "${state}".`, `There is: ${names || 'none'}.`, {
        subject: { field: state },
      });
    }
    return list.values.map((value, index) => ({ key: String(index), value: toJson(value), text: toText(value) }));
  }
}

async function write(
  file: ReturnType<typeof writeOperatorStateFile>,
  out: CheckpointStreamFactory,
  open: CloseableRegistry,
): Promise<SnapshotResult<OperatorHandle>> {
  open.check();
  const stream = open.register(out.createStream('exclusive'));
  try {
    await stream.write(file.bytes);
    const { handle: data } = await stream.closeAndGetHandle();
    return { jobManagerOwned: { states: file.states, data } };
  } catch (error) {
    await stream.close().catch(() => undefined);
    throw error;
  } finally {
    open.unregister(stream);
  }
}

/** The list with the declared type. Fails with `state.incompatible`. */
function adopted(list: OperatorList, mode: 'split', element: TypeSerializer<unknown>): OperatorList {
  const { info, registered } = list;
  const alike = info.mode === mode && sameSnapshot(info.element.snapshot, element.snapshot);
  const sameValues = info.element.describe() === element.describe();
  if (!alike || (registered && !sameValues)) {
    throw userError(
      'state.incompatible',
      `Operator state "${info.name}" is ${registered ? 'declared' : 'stored'} as ${info.mode} list of ${info.element.describe()}, but declared as ${mode} list of ${element.describe()}.`,
      registered
        ? 'Give the two states different names, or the same type.'
        : 'Declare the stored type again, or give the state another name and let it start empty.',
      { subject: { field: info.name } },
    );
  }
  if (!sameValues) list.values = list.values.map((value) => convert(value, info.element, element));
  list.info = { kind: 'operator', name: info.name, mode, element };
  list.registered = true;
  return list;
}

function convert(value: unknown, from: TypeSerializer<unknown>, to: TypeSerializer<unknown>): unknown {
  const out = new DataOutput();
  from.serialize(value, out);
  return to.deserialize(new DataInput(out.toBytes()));
}

function listOf<T>(list: OperatorList): ListState<T> {
  return {
    get: () => list.values as T[],
    add: (value) => void list.values.push(value),
    update: (values) => (list.values = [...values]),
    clear: () => (list.values = []),
  };
}
