import type { OperatorStateStore } from '../api/operatorState';
import type { ListState, ListStateDescriptor, MapStateDescriptor } from '../api/state';
import { userError } from '../base/errors';
import type { CheckpointId } from '../base/ids';
import type { OperatorHandle } from '../formats/handles';
import {
  readOperatorState,
  writeOperatorStateFile,
  type ListStateContent,
} from '../formats/operator/operatorStateFile';
import type { TypeSerializer } from '../formats/serializer';
import type { SnapshotType } from '../wire/messages';
import type { CheckpointStreamFactory } from './checkpointStreamFactory';
import type { CloseableRegistry } from './closeableRegistry';
import { describeState } from './describeState';
import type { KeyedEntry, StateDescription } from './keyedBackend';
import type { OperatorStateBackend } from './operatorStateBackend';
import { OperatorBroadcast, OperatorList, unwritableState } from './operatorStates';
import { serializerFor } from './serializerFor';
import type { RunningSnapshot, SnapshotResult } from './snapshotResult';
import type { StateSource } from './stateSource';

/** Operator state in memory; Flink's `DefaultOperatorStateBackend`. It is small: the synchronous part of a snapshot serializes it. */
export class DefaultOperatorStateBackend implements OperatorStateBackend {
  private readonly lists = new Map<string, OperatorList>();
  private readonly broadcasts = new Map<string, OperatorBroadcast>();

  readonly stateStore: OperatorStateStore = {
    getListState: (descriptor) => this.list(descriptor, 'split'),
    getUnionListState: (descriptor) => this.list(descriptor, 'union'),
    getBroadcastState: (descriptor) => this.broadcast(descriptor),
  };

  private list<T>(descriptor: ListStateDescriptor<T>, mode: 'split' | 'union'): ListState<T> {
    refuseTtl(descriptor.name, descriptor.getTtlConfig());
    const { name } = descriptor;
    if (this.broadcasts.has(name)) throw otherKind(name);
    const element: TypeSerializer<T> = serializerFor(descriptor.elementType);
    const info: ListStateContent['info'] = { kind: 'operator', name, mode, element };
    const list = this.lists.get(name) ?? new OperatorList(info, []);
    this.lists.set(name, list);
    return list.register(info, element);
  }

  private broadcast<K, V>(descriptor: MapStateDescriptor<K, V>) {
    const { name, keyType, valueType } = descriptor;
    refuseTtl(name, descriptor.getTtlConfig());
    if (this.lists.has(name)) throw otherKind(name);
    const [key, value] = [serializerFor(keyType), serializerFor(valueType)];
    const broadcast =
      this.broadcasts.get(name) ?? new OperatorBroadcast({ kind: 'broadcast', name, key, value }, new Map());
    this.broadcasts.set(name, broadcast);
    return broadcast.register(descriptor);
  }

  snapshot(
    _id: CheckpointId,
    _type: SnapshotType,
    out: CheckpointStreamFactory,
    open: CloseableRegistry,
  ): RunningSnapshot<OperatorHandle> {
    const [lists, broadcasts] = [[...this.lists.values()], [...this.broadcasts.values()]];
    if (lists.length + broadcasts.length === 0) return { result: Promise.resolve({}) };
    try {
      const file = writeOperatorStateFile({
        lists: lists.map(({ info, values }) => ({ info, elements: values })),
        broadcasts: broadcasts.map(({ info, values }) => ({ info, entries: values })),
      });
      return { result: write(file, out, open) };
    } catch (error) {
      return { result: Promise.reject(unwritableState(error, lists, broadcasts)) };
    }
  }

  /** Adds what a handle holds, behind what is there; returns the number of elements. */
  async restore(handle: OperatorHandle, source: StateSource): Promise<number> {
    const bytes = await source.read(0, source.sizeBytes);
    const { lists, broadcasts } = readOperatorState(bytes, handle.states, source.location);
    let read = 0;
    for (const { info, elements } of lists) {
      read += elements.length;
      const list = this.lists.get(info.name) ?? new OperatorList(info, []);
      this.lists.set(info.name, list);
      for (const element of elements) list.values.push(element);
    }
    for (const { info, entries } of broadcasts) {
      read += entries.size;
      const broadcast = this.broadcasts.get(info.name) ?? new OperatorBroadcast(info, new Map());
      this.broadcasts.set(info.name, broadcast);
      for (const [key, value] of entries) broadcast.values.set(key, value);
    }
    return read;
  }

  async dispose(): Promise<void> {
    this.lists.clear();
    this.broadcasts.clear();
    await Promise.resolve();
  }

  describe(): readonly StateDescription[] {
    return this.all()
      .map((state): StateDescription => ({
        state: state.info.name,
        ...describeState(state.info),
        entries: state.size,
      }))
      .sort((a, b) => (a.state < b.state ? -1 : 1));
  }

  entries(state: string): readonly KeyedEntry[] {
    const found = this.lists.get(state) ?? this.broadcasts.get(state);
    if (found !== undefined) return found.entries();
    const names = this.all().map(({ info }) => info.name);
    const advice = `There is: ${names.sort().join(', ') || 'none'}.`;
    throw userError('state.unknown', `There is no operator state "${state}".`, advice, { subject: { field: state } });
  }

  private all(): (OperatorList | OperatorBroadcast)[] {
    return [...this.lists.values(), ...this.broadcasts.values()];
  }
}

function refuseTtl(name: string, ttl: unknown): void {
  if (ttl === undefined) return;
  throw userError('job.state-ttl', `Operator state "${name}" has a time to live.`, 'Only keyed state can have one.', {
    subject: { field: name },
  });
}

function otherKind(name: string): Error {
  return userError(
    'state.incompatible',
    `"${name}" names a list and a broadcast map of one operator.`,
    'Give the two states different names.',
    { subject: { field: name } },
  );
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
