import { userError, type JobStateError } from '../base/errors';
import type { KeyGroupRange } from '../base/keyGroupRange';
import { DataInput } from '../formats/dataInput';
import { DataOutput } from '../formats/dataOutput';
import type { KeyedStateMetaInfo, KeyedStateType } from '../formats/keyed/stateMetaInfo';
import type { TypeSerializer } from '../formats/serializer';
import { MapSerializer } from '../formats/serializers/collections';
import { sameSnapshot } from '../formats/serializers/snapshots';
import { TIMER } from '../formats/serializers/streaming';
import { HeapTimerQueue } from './heapTimerQueue';
import { MapKeySerializer, type KeyCodec } from './keyCodec';
import { NamespacedTable, type KeyEntries } from './namespacedTable';
import { isVoidNamespace, namespaceEquality } from './namespaces';
import { newStateTable } from './newStateTable';
import type { SnapshotEpochs } from './snapshotEpochs';
import type { StateTable } from './stateTable';
import type { SnapshotFilter } from './ttlFilters';

type KeyValueInfo = Extract<KeyedStateMetaInfo, { kind: 'keyValue' }>;
type TimersInfo = Extract<KeyedStateMetaInfo, { kind: 'priorityQueue' }>;

/** The values of one state, with or without namespaces. */
export type HeapTable = StateTable<unknown> | NamespacedTable<unknown, unknown>;

/** A key-value state. One that was restored and not registered yet keeps the serializer that was stored, and goes into the next snapshot. */
export interface HeapKeyValueState {
  info: KeyValueInfo;
  readonly table: HeapTable;
  registered: boolean;
  filter: SnapshotFilter | undefined;
  /** In the last snapshot. */
  sizeBytes: number | undefined;
}

export interface HeapTimers {
  readonly info: TimersInfo;
  readonly namespace: TypeSerializer<unknown>;
  readonly queue: HeapTimerQueue;
  sizeBytes: number | undefined;
}

/** A key-value state as a job declares it. */
export interface DeclaredState {
  readonly name: string;
  readonly type: KeyedStateType;
  readonly namespace: TypeSerializer<unknown>;
  /** Of the whole state, as in KeyedStateMetaInfo. */
  readonly value: TypeSerializer<unknown>;
}

/** The states and timer queues of one backend by name. */
export class HeapStates {
  readonly keyValue = new Map<string, HeapKeyValueState>();
  readonly timers = new Map<string, HeapTimers>();

  constructor(
    private readonly range: KeyGroupRange,
    private readonly epochs: SnapshotEpochs,
    private readonly codec: KeyCodec,
  ) {}

  /** The state of this name, new, registered or restored; `filter` for its snapshots. Fails with `state.incompatible`. */
  register(declared: DeclaredState, filter?: SnapshotFilter): HeapKeyValueState {
    const state = this.registered(declared);
    state.filter = filter;
    return state;
  }

  private registered(declared: DeclaredState): HeapKeyValueState {
    const { name } = declared;
    if (this.timers.has(name)) throw takenByTimers(name);
    const info: KeyValueInfo = { kind: 'keyValue', ...declared };
    const state = this.keyValue.get(name);
    if (state === undefined) return this.add(info, true);
    checkCompatible(state, info);
    if (!state.registered) adopt(state, info);
    return state;
  }

  /** The state as a snapshot describes it, to be filled by the restore. */
  restored(info: KeyValueInfo): HeapKeyValueState {
    return this.keyValue.get(info.name) ?? this.add(info, false);
  }

  /** The queue of this name, new or restored. Fails with `state.incompatible` when its timers have another kind of namespace. */
  timersOf(name: string, namespace: TypeSerializer<unknown>): HeapTimerQueue {
    const found = this.timers.get(name);
    if (found !== undefined) {
      if (sameSnapshot(found.namespace.snapshot, namespace.snapshot)) return found.queue;
      throw otherNamespace(`The timers "${name}" have`, name, found.namespace, namespace);
    }
    if (this.keyValue.has(name)) throw takenByTimers(name);
    const queue = new HeapTimerQueue(name, this.codec, namespace);
    const element = TIMER(this.codec.serializer, namespace);
    this.timers.set(name, { info: { kind: 'priorityQueue', name, element }, namespace, queue, sizeBytes: undefined });
    return queue;
  }

  private add(info: KeyValueInfo, registered: boolean): HeapKeyValueState {
    const { range, epochs, codec } = this;
    const table: HeapTable = isVoidNamespace(info.namespace)
      ? newStateTable<unknown>(range, epochs, codec.integers)
      : new NamespacedTable(
          newStateTable<KeyEntries<unknown, unknown>>(range, epochs, codec.integers),
          epochs,
          namespaceEquality(info.namespace),
        );
    const state = { info, table, registered, filter: undefined, sizeBytes: undefined };
    this.keyValue.set(info.name, state);
    return state;
  }
}

/** From now on the values are those of the declared type; they are read anew where it has other JavaScript values than the stored one. */
function adopt(state: HeapKeyValueState, declared: KeyValueInfo): void {
  const { value: stored } = state.info;
  const { value } = declared;
  if (stored.describe() !== value.describe() || hasMapKeys(value)) {
    const out = new DataOutput();
    state.table.convert((old) => {
      out.reset();
      stored.serialize(old, out);
      return value.deserialize(new DataInput(out.toBytes()));
    });
  }
  state.info = declared;
  state.registered = true;
}

/** Maps whose keys are not the stored ones but what stands for them. */
function hasMapKeys(value: TypeSerializer<unknown>): boolean {
  return value instanceof MapSerializer && value.key instanceof MapKeySerializer && !value.key.codec.primitive;
}

function checkCompatible({ info, registered }: HeapKeyValueState, declared: KeyValueInfo): void {
  const { name } = info;
  const alike = info.type === declared.type && sameSnapshot(info.value.snapshot, declared.value.snapshot);
  if (!alike || (registered && info.value.describe() !== declared.value.describe())) {
    const [known, wanted] = [info, declared].map(typeText);
    throw userError(
      'state.incompatible',
      registered
        ? `State "${name}" is declared twice, as ${known} and as ${wanted}.`
        : `State "${name}" is stored as ${known}, but declared as ${wanted}.`,
      registered
        ? 'Give the two states different names, or the same type.'
        : 'Declare the stored type again, or give the state another name and let it start empty.',
      { subject: { field: name } },
    );
  }
  if (sameSnapshot(info.namespace.snapshot, declared.namespace.snapshot)) return;
  throw otherNamespace(`State "${name}" has`, name, info.namespace, declared.namespace);
}

function typeText({ type, value }: KeyValueInfo): string {
  return type === 'VALUE' ? value.describe() : `${type} state of ${value.describe()}`;
}

function otherNamespace(
  what: string,
  name: string,
  known: TypeSerializer<unknown>,
  wanted: TypeSerializer<unknown>,
): JobStateError {
  return userError(
    'state.incompatible',
    `${what} namespaces of type ${known.describe()}, not ${wanted.describe()}.`,
    'Give it another name, or the same windows as before.',
    { subject: { field: name } },
  );
}

function takenByTimers(name: string): JobStateError {
  return userError('state.incompatible', `"${name}" names a state and timers.`, 'Give the state another name.', {
    subject: { field: name },
  });
}
