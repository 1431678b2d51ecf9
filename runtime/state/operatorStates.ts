/** The states of a DefaultOperatorStateBackend: lists and broadcast maps in memory. */
import type { BroadcastState } from '../api/operatorState';
import type { ListState, MapStateDescriptor } from '../api/state';
import { errorData, userError, type JobStateError } from '../base/errors';
import { DataInput } from '../formats/dataInput';
import { DataOutput } from '../formats/dataOutput';
import type { BroadcastStateContent, ListStateContent } from '../formats/operator/operatorStateFile';
import { toJson, toText } from '../formats/render';
import type { TypeSerializer } from '../formats/serializer';
import { sameSnapshot } from '../formats/serializers/snapshots';
import type { CurrentValue } from './currentValue';
import { HeapMapState } from './heapMapState';
import { KeyCodec, MapKeySerializer, type MapKey } from './keyCodec';
import type { KeyedEntry } from './keyedBackend';
import { serializerFor } from './serializerFor';

/** A list; one that was restored and not registered yet keeps the serializer that was stored, and goes into the next snapshot. */
export class OperatorList {
  private registered = false;

  constructor(
    public info: ListStateContent['info'],
    public values: unknown[],
  ) {}

  get size(): number {
    return this.values.length;
  }

  /** From now on the declared one. Fails with `state.incompatible`. */
  register<T>(declared: ListStateContent['info'], element: TypeSerializer<T>): ListState<T> {
    const { info } = this;
    checkAlike(this.registered, listText(info), listText(declared), info.name, [
      info.mode === declared.mode,
      sameSnapshot(info.element.snapshot, element.snapshot),
      !this.registered || info.element.describe() === element.describe(),
    ]);
    if (info.element.describe() !== element.describe()) {
      this.values = this.values.map((value) => convert(value, info.element, element));
    }
    this.info = declared;
    this.registered = true;
    return {
      get: () => this.values as T[],
      add: (value) => void this.values.push(value),
      addAll: (values) => {
        for (const value of values) this.values.push(value);
      },
      update: (values) => (this.values = [...values]),
      clear: () => (this.values = []),
    };
  }

  entries(): readonly KeyedEntry[] {
    return this.values.map((value, index) => ({ key: String(index), value: toJson(value), text: toText(value) }));
  }
}

/** A broadcast map, restored or registered as {@link OperatorList}; once registered its keys are those of a KeyCodec. */
export class OperatorBroadcast {
  private codec: KeyCodec | undefined;

  constructor(
    public info: BroadcastStateContent['info'],
    public values: Map<unknown, unknown>,
  ) {}

  get size(): number {
    return this.values.size;
  }

  /** From now on the declared one. Fails with `state.incompatible`. */
  register<K, V>({ name, keyType, valueType }: MapStateDescriptor<K, V>): BroadcastState<K, V> {
    const { info } = this;
    const codec = new KeyCodec(keyType, serializerFor(keyType));
    const declared = {
      kind: 'broadcast',
      name,
      key: new MapKeySerializer(codec),
      value: serializerFor(valueType),
    } as const;
    const registered = this.codec !== undefined;
    const sameTypes = broadcastText(info) === broadcastText(declared);
    checkAlike(registered, broadcastText(info), broadcastText(declared), name, [
      sameSnapshot(info.key.snapshot, declared.key.snapshot),
      sameSnapshot(info.value.snapshot, declared.value.snapshot),
      !registered || sameTypes,
    ]);
    if (!registered && (!sameTypes || !codec.primitive)) {
      const converted = Array.from(this.values, ([key, value]) => {
        return [convert(key, info.key, declared.key), convert(value, info.value, declared.value)] as const;
      });
      this.values = new Map(converted);
    }
    this.info = declared;
    this.codec = codec;
    return new HeapMapState(name, this.current<V>(), codec, declared.value);
  }

  entries(): readonly KeyedEntry[] {
    return Array.from(this.values, ([key, value]) => {
      const own = this.codec === undefined ? key : this.codec.fromMapKey(key as MapKey);
      return { key: JSON.stringify(toJson(own)), value: toJson(value), text: toText(value) };
    });
  }

  /** Snapshots serialize at once, so that nothing has to be copied for them. */
  private current<V>(): CurrentValue<Map<MapKey, V>, null> {
    return {
      setNamespace: () => undefined,
      // `register` has made the keys and values those of the declared types.
      read: () => (this.values.size === 0 ? undefined : (this.values as Map<MapKey, V>)),
      write: (values) => (this.values = values),
      remove: () => (this.values = new Map()),
    };
  }
}

/** The error of a snapshot with the state and the element that it is about. */
export function unwritableState(
  error: unknown,
  lists: Iterable<OperatorList>,
  broadcasts: Iterable<OperatorBroadcast>,
): JobStateError {
  for (const { info, values } of lists) {
    const at = values.findIndex((value) => fails(info.element, value));
    if (at >= 0) return unwritable(info.name, `element ${at}`, error);
  }
  for (const { info, values } of broadcasts) {
    for (const [key, value] of values) {
      if (fails(info.key, key) || fails(info.value, value)) {
        return unwritable(info.name, `key ${JSON.stringify(toJson(key))}`, error);
      }
    }
  }
  return unwritable('', 'the snapshot', error);
}

function unwritable(name: string, at: string, error: unknown): JobStateError {
  const data = errorData(error);
  const advice = data.domain === 'user' ? data.advice : 'Give the state a type that can hold its values.';
  return userError('state.value', `Operator state "${name}", ${at}: ${data.message}`, advice, {
    cause: error,
    subject: { field: name },
  });
}

function fails(serializer: TypeSerializer<unknown>, value: unknown): boolean {
  try {
    serializer.serialize(value, new DataOutput());
    return false;
  } catch {
    return true;
  }
}

function listText({ mode, element }: ListStateContent['info']): string {
  return `${mode} list of ${element.describe()}`;
}

function broadcastText({ key, value }: BroadcastStateContent['info']): string {
  return `broadcast map of ${key.describe()} to ${value.describe()}`;
}

function checkAlike(registered: boolean, known: string, declared: string, name: string, alike: boolean[]): void {
  if (!alike.includes(false)) return;
  throw userError(
    'state.incompatible',
    `Operator state "${name}" is ${registered ? 'declared' : 'stored'} as ${known}, but declared as ${declared}.`,
    registered
      ? 'Give the two states different names, or the same type.'
      : 'Declare the stored type again, or give the state another name and let it start empty.',
    { subject: { field: name } },
  );
}

function convert(value: unknown, from: TypeSerializer<unknown>, to: TypeSerializer<unknown>): unknown {
  const out = new DataOutput();
  from.serialize(value, out);
  return to.deserialize(new DataInput(out.toBytes()));
}
