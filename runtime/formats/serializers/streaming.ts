/** Serializers of what Flink's own operators keep: namespaces, windows, timers, time-to-live. */
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { SerializerSnapshot, TypeSerializer } from '../serializer';
import { sumOfLengths } from './collections';
import { ANY_LONG, ConstantSerializer, wrongValue } from './primitives';
import { compositeSnapshot, simpleSnapshot } from './snapshots';

const windows = 'org.apache.flink.streaming.api.windowing.windows';

/** The namespace of state that has none: declared length 0, one zero byte written. */
export const VOID_NAMESPACE: TypeSerializer<null> = new ConstantSerializer(
  'VOID',
  'org.apache.flink.runtime.state.VoidNamespaceSerializer$VoidNamespaceSerializerSnapshot',
  [0],
  0,
);

/** From `start` (inclusive) to `end` (exclusive), epoch ms; `T` as in {@link TimerElement}. */
export interface TimeWindow<T = number> {
  readonly start: T;
  readonly end: T;
}

const maxLong = 0x7fffffffffffffffn;
const minLong = -0x8000000000000000n;

/** How an i64 time is represented. */
interface TimeCodec<T> {
  write(value: T, out: DataOutput): void;
  /** @param flipped bits that the stored form has inverted */
  read(input: DataInput, flipped: bigint): T;
}

/** A number; plus and minus infinity are Java's greatest and least Long, other times beyond 2^53 an error. */
const exactTime: TimeCodec<number> = {
  write(value, out) {
    if (Number.isSafeInteger(value)) out.writeLong(value);
    else if (value === Infinity) out.writeBigLong(maxLong);
    else if (value === -Infinity) out.writeBigLong(minLong);
    else throw wrongValue('TIME', value, 'Give epoch milliseconds.');
  },
  read(input, flipped) {
    const at = input.position;
    const value = input.readBigLong() ^ flipped;
    if (value === maxLong) return Infinity;
    if (value === minLong) return -Infinity;
    const time = Number(value);
    if (!Number.isSafeInteger(time)) throw input.malformed(`The time ${value} is beyond the safe integers`, at);
    return time;
  },
};

/** For reading what others wrote: a number where that is exact, else a bigint. */
const anyTime: TimeCodec<number | bigint> = {
  write(value, out) {
    ANY_LONG.serialize(value, out);
  },
  read(input, flipped) {
    const value = input.readBigLong() ^ flipped;
    const time = Number(value);
    return Number.isSafeInteger(time) ? time : value;
  },
};

class TimeWindowSerializer<T extends number | bigint> implements TypeSerializer<TimeWindow<T>> {
  readonly fixedLength = 16;
  readonly snapshot: SerializerSnapshot;
  private readonly time: TimeCodec<T>;
  constructor(time: TimeCodec<T>, snapshotClass: string) {
    this.time = time;
    this.snapshot = simpleSnapshot(snapshotClass);
  }
  serialize(value: TimeWindow<T>, out: DataOutput): void {
    this.time.write(value.start, out);
    this.time.write(value.end, out);
  }
  deserialize(input: DataInput): TimeWindow<T> {
    const start = this.time.read(input, 0n);
    return { start, end: this.time.read(input, 0n) };
  }
  copy(value: TimeWindow<T>): TimeWindow<T> {
    return value;
  }
  describe(): string {
    return 'TIME_WINDOW';
  }
}

const timeWindowClass = `${windows}.TimeWindow$Serializer$TimeWindowSerializerSnapshot`;

/** Windows of the embedded runtime. */
export const TIME_WINDOW: TypeSerializer<TimeWindow> = new TimeWindowSerializer(exactTime, timeWindowClass);
export const ANY_TIME_WINDOW = new TimeWindowSerializer(anyTime, timeWindowClass);

/** The SQL operators' class of the same content. */
export const SQL_TIME_WINDOW = new TimeWindowSerializer(
  anyTime,
  'org.apache.flink.table.runtime.operators.window.TimeWindow$Serializer$TimeWindowSerializerSnapshot',
);

/** One timer as stored: a priority queue element. `T` is number in the embedded runtime, number or bigint in what Flink wrote. */
export interface TimerElement<K, N, T = number> {
  /** Epoch ms; as a number, infinity is Java's greatest Long. */
  readonly timestampMs: T;
  readonly key: K;
  readonly namespace: N;
}

/** The timestamp with its sign bit flipped, so that bytes sort as times; then key and namespace. Flink's `TimerSerializer`. */
export class TimerSerializer<K, N, T extends number | bigint> implements TypeSerializer<TimerElement<K, N, T>> {
  readonly fixedLength: number;
  readonly snapshot: SerializerSnapshot;
  readonly key: TypeSerializer<K>;
  readonly namespace: TypeSerializer<N>;
  private readonly time: TimeCodec<T>;

  constructor(key: TypeSerializer<K>, namespace: TypeSerializer<N>, time: TimeCodec<T>) {
    this.key = key;
    this.namespace = namespace;
    this.time = time;
    this.fixedLength = sumOfLengths([ANY_LONG, key, namespace]);
    const snapshotClass = 'org.apache.flink.streaming.api.operators.TimerSerializerSnapshot';
    this.snapshot = compositeSnapshot(snapshotClass, 2, [key, namespace]);
  }
  serialize(value: TimerElement<K, N, T>, out: DataOutput): void {
    const at = out.position;
    this.time.write(value.timestampMs, out);
    out.patchXor(at, 0x80);
    this.key.serialize(value.key, out);
    this.namespace.serialize(value.namespace, out);
  }
  deserialize(input: DataInput): TimerElement<K, N, T> {
    const timestampMs = this.time.read(input, minLong);
    const key = this.key.deserialize(input);
    return { timestampMs, key, namespace: this.namespace.deserialize(input) };
  }
  copy(value: TimerElement<K, N, T>): TimerElement<K, N, T> {
    return value;
  }
  describe(): string {
    return `TIMER<${this.key.describe()}, ${this.namespace.describe()}>`;
  }
}

/** Timers of the embedded runtime. */
export function TIMER<K, N>(key: TypeSerializer<K>, namespace: TypeSerializer<N>): TypeSerializer<TimerElement<K, N>> {
  return new TimerSerializer(key, namespace, exactTime);
}

/** Timers that Flink wrote, at any time. */
export function ANY_TIMER<K, N>(
  key: TypeSerializer<K>,
  namespace: TypeSerializer<N>,
): TypeSerializer<TimerElement<K, N, number | bigint>> {
  return new TimerSerializer(key, namespace, anyTime);
}

/** A value with time-to-live and when it was last used. */
export interface TtlValue<T> {
  readonly lastAccessMs: number | bigint;
  readonly value: T;
}

/** Time of the last access, then the value; Flink's `TtlSerializer`. */
export class TtlSerializer<T> implements TypeSerializer<TtlValue<T>> {
  readonly fixedLength: number;
  readonly snapshot: SerializerSnapshot;
  private readonly inner: TypeSerializer<T>;

  constructor(inner: TypeSerializer<T>) {
    this.inner = inner;
    this.fixedLength = sumOfLengths([ANY_LONG, inner]);
    const snapshotClass = 'org.apache.flink.runtime.state.ttl.TtlStateFactory$TtlSerializerSnapshot';
    this.snapshot = compositeSnapshot(snapshotClass, 2, [ANY_LONG, inner]);
  }
  serialize(value: TtlValue<T>, out: DataOutput): void {
    ANY_LONG.serialize(value.lastAccessMs, out);
    this.inner.serialize(value.value, out);
  }
  deserialize(input: DataInput): TtlValue<T> {
    const lastAccessMs = input.readAnyLong();
    return { lastAccessMs, value: this.inner.deserialize(input) };
  }
  copy(value: TtlValue<T>): TtlValue<T> {
    return { lastAccessMs: value.lastAccessMs, value: this.inner.copy(value.value) };
  }
  describe(): string {
    return `TTL<${this.inner.describe()}>`;
  }
}
