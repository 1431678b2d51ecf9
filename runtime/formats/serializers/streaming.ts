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

export interface TimeWindow {
  /** Epoch ms, inclusive. */
  readonly start: number;
  /** Epoch ms, exclusive. */
  readonly end: number;
}

const maxLong = 0x7fffffffffffffffn;
const minLong = -0x8000000000000000n;

/** A time in ms as i64; plus and minus infinity stand for Java's greatest and least Long. */
function writeTime(value: number, out: DataOutput): void {
  if (Number.isSafeInteger(value)) out.writeLong(value);
  else if (value === Infinity) out.writeBigLong(maxLong);
  else if (value === -Infinity) out.writeBigLong(minLong);
  else throw wrongValue('TIME', value, 'Give epoch milliseconds.');
}

function timeOf(value: bigint, input: DataInput): number {
  if (value === maxLong) return Infinity;
  if (value === minLong) return -Infinity;
  const time = Number(value);
  if (!Number.isSafeInteger(time)) throw input.malformed(`The time ${value} is beyond the safe integers`);
  return time;
}

class TimeWindowSerializer implements TypeSerializer<TimeWindow> {
  readonly fixedLength = 16;
  readonly snapshot: SerializerSnapshot;
  constructor(snapshotClass: string) {
    this.snapshot = simpleSnapshot(snapshotClass);
  }
  serialize(value: TimeWindow, out: DataOutput): void {
    writeTime(value.start, out);
    writeTime(value.end, out);
  }
  deserialize(input: DataInput): TimeWindow {
    const start = timeOf(input.readBigLong(), input);
    return { start, end: timeOf(input.readBigLong(), input) };
  }
  copy(value: TimeWindow): TimeWindow {
    return value;
  }
  describe(): string {
    return 'TIME_WINDOW';
  }
}

export const TIME_WINDOW: TypeSerializer<TimeWindow> = new TimeWindowSerializer(
  `${windows}.TimeWindow$Serializer$TimeWindowSerializerSnapshot`,
);

/** The SQL operators' class of the same content. */
export const SQL_TIME_WINDOW: TypeSerializer<TimeWindow> = new TimeWindowSerializer(
  'org.apache.flink.table.runtime.operators.window.TimeWindow$Serializer$TimeWindowSerializerSnapshot',
);

/** One timer as stored: a priority queue element. */
export interface TimerElement<K, N> {
  /** Epoch ms; infinity for Java's greatest Long. */
  readonly timestampMs: number;
  readonly key: K;
  readonly namespace: N;
}

/** The timestamp with its sign bit flipped, so that bytes sort as times; then key and namespace. Flink's `TimerSerializer`. */
export class TimerSerializer<K, N> implements TypeSerializer<TimerElement<K, N>> {
  readonly fixedLength: number;
  readonly snapshot: SerializerSnapshot;
  private readonly key: TypeSerializer<K>;
  private readonly namespace: TypeSerializer<N>;

  constructor(key: TypeSerializer<K>, namespace: TypeSerializer<N>) {
    this.key = key;
    this.namespace = namespace;
    this.fixedLength = sumOfLengths([ANY_LONG, key, namespace]);
    const snapshotClass = 'org.apache.flink.streaming.api.operators.TimerSerializerSnapshot';
    this.snapshot = compositeSnapshot(snapshotClass, 2, [key, namespace]);
  }
  serialize(value: TimerElement<K, N>, out: DataOutput): void {
    this.serializeParts(value.timestampMs, value.key, value.namespace, out);
  }
  /** The same without an object for it. */
  serializeParts(timestampMs: number, key: K, namespace: N, out: DataOutput): void {
    const at = out.position;
    writeTime(timestampMs, out);
    out.patchXor(at, 0x80);
    this.key.serialize(key, out);
    this.namespace.serialize(namespace, out);
  }
  deserialize(input: DataInput): TimerElement<K, N> {
    const timestampMs = timeOf(input.readBigLong() ^ minLong, input);
    const key = this.key.deserialize(input);
    return { timestampMs, key, namespace: this.namespace.deserialize(input) };
  }
  copy(value: TimerElement<K, N>): TimerElement<K, N> {
    return value;
  }
  describe(): string {
    return `TIMER<${this.key.describe()}, ${this.namespace.describe()}>`;
  }
}

export function TIMER<K, N>(key: TypeSerializer<K>, namespace: TypeSerializer<N>): TimerSerializer<K, N> {
  return new TimerSerializer(key, namespace);
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
