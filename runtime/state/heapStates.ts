import { userError, type JobStateError } from '../base/errors';
import type { KeyGroupRange } from '../base/keyGroupRange';
import { DataInput } from '../formats/dataInput';
import { DataOutput } from '../formats/dataOutput';
import type { KeyedStateMetaInfo } from '../formats/keyed/stateMetaInfo';
import type { TypeSerializer } from '../formats/serializer';
import { sameSnapshot } from '../formats/serializers/snapshots';
import { TIMER, VOID_NAMESPACE } from '../formats/serializers/streaming';
import { HeapTimerQueue } from './heapTimerQueue';
import type { KeyCodec } from './keyCodec';
import type { SnapshotEpochs } from './snapshotEpochs';
import { StateTable } from './stateTable';

type KeyValueInfo = Extract<KeyedStateMetaInfo, { kind: 'keyValue' }>;
type TimersInfo = Extract<KeyedStateMetaInfo, { kind: 'priorityQueue' }>;

/** A key-value state. One that was restored and not registered yet keeps the serializer that was stored, and goes into the next snapshot. */
export interface HeapKeyValueState {
  info: KeyValueInfo;
  readonly table: StateTable<unknown>;
  registered: boolean;
  /** In the last snapshot. */
  sizeBytes: number | undefined;
}

export interface HeapTimers {
  readonly info: TimersInfo;
  readonly queue: HeapTimerQueue;
  sizeBytes: number | undefined;
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

  /** The value state of this name, new, registered or restored. Fails with `state.incompatible`. */
  registerValue(name: string, serializer: TypeSerializer<unknown>): HeapKeyValueState {
    if (this.timers.has(name)) throw takenByTimers(name);
    const state = this.keyValue.get(name);
    if (state === undefined) {
      const info: KeyValueInfo = {
        kind: 'keyValue',
        name,
        type: 'VALUE',
        namespace: VOID_NAMESPACE,
        value: serializer,
      };
      const added = { info, table: this.newTable(), registered: true, sizeBytes: undefined };
      this.keyValue.set(name, added);
      return added;
    }
    checkType(state, serializer);
    if (!state.registered) this.adopt(state, serializer);
    return state;
  }

  /** The state as a snapshot describes it, to be filled by the restore. */
  restored(info: KeyValueInfo): HeapKeyValueState {
    const found = this.keyValue.get(info.name);
    if (found !== undefined) return found;
    const state = { info, table: this.newTable(), registered: false, sizeBytes: undefined };
    this.keyValue.set(info.name, state);
    return state;
  }

  timersOf(name: string): HeapTimerQueue {
    const found = this.timers.get(name);
    if (found !== undefined) return found.queue;
    if (this.keyValue.has(name)) throw takenByTimers(name);
    const queue = new HeapTimerQueue(name, this.codec);
    const element = TIMER(this.codec.serializer, VOID_NAMESPACE);
    this.timers.set(name, { info: { kind: 'priorityQueue', name, element }, queue, sizeBytes: undefined });
    return queue;
  }

  /** From now on the values are those of the declared type; they are read anew where it has other JavaScript values than the stored one. */
  private adopt(state: HeapKeyValueState, serializer: TypeSerializer<unknown>): void {
    const stored = state.info.value;
    if (stored.describe() !== serializer.describe()) {
      const out = new DataOutput();
      state.table.convert((value) => {
        out.reset();
        stored.serialize(value, out);
        return serializer.deserialize(new DataInput(out.toBytes()));
      });
    }
    state.info = {
      kind: 'keyValue',
      name: state.info.name,
      type: 'VALUE',
      namespace: VOID_NAMESPACE,
      value: serializer,
    };
    state.registered = true;
  }

  private newTable(): StateTable<unknown> {
    return new StateTable(this.range, this.epochs);
  }
}

function checkType(state: HeapKeyValueState, serializer: TypeSerializer<unknown>): void {
  const { info, registered } = state;
  if (info.type === 'VALUE' && sameSnapshot(info.value.snapshot, serializer.snapshot)) {
    if (!registered || info.value.describe() === serializer.describe()) return;
  }
  const known = info.type === 'VALUE' ? info.value.describe() : `${info.type} state of ${info.value.describe()}`;
  const declared = serializer.describe();
  throw registered
    ? userError(
        'state.incompatible',
        `State "${info.name}" is declared twice, as ${known} and as ${declared}.`,
        'Give the two states different names, or the same type.',
        { subject: { field: info.name } },
      )
    : userError(
        'state.incompatible',
        `State "${info.name}" is stored as ${known}, but declared as ${declared}.`,
        'Declare the stored type again, or give the state another name and let it start empty.',
        { subject: { field: info.name } },
      );
}

function takenByTimers(name: string): JobStateError {
  return userError('state.incompatible', `"${name}" names a state and timers.`, 'Give the state another name.', {
    subject: { field: name },
  });
}
