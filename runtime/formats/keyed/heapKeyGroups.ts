/**
 * Key groups in the heap backend's own layout (checkpoints and native savepoints): key group number, then for every state its number, the
 * number of entries, and per entry namespace, key, value. Source: Flink's `HeapSnapshotStrategy`, `CopyOnWriteStateMapSnapshot`.
 */
import { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { TypeSerializer } from '../serializer';
import { decodeSnappyFraming } from '../snappyFraming';
import type { KeyGroupVisitor } from './entryVisitor';
import type { KeyedStateHeader } from './header';

/** Starts a key group; its offset is the output's position before. One {@link beginHeapState} per state of the header must follow. */
export function beginHeapKeyGroup(keyGroup: number, out: DataOutput): void {
  out.writeInt(keyGroup);
}

/**
 * Starts a state's part of a key group, which `count` entries ({@link writeHeapEntry}) or priority queue elements follow.
 * @param state number of the state in the header
 */
export function beginHeapState(state: number, count: number, out: DataOutput): void {
  out.writeShort(state);
  out.writeInt(count);
}

/** One entry of a key-value state. */
export function writeHeapEntry<N, K, V>(
  serializers: {
    readonly namespace: TypeSerializer<N>;
    readonly key: TypeSerializer<K>;
    readonly value: TypeSerializer<V>;
  },
  namespace: N,
  key: K,
  value: V,
  out: DataOutput,
): void {
  serializers.namespace.serialize(namespace, out);
  serializers.key.serialize(key, out);
  serializers.value.serialize(value, out);
}

/**
 * Reads one key group.
 * @param input the bytes of this key group alone, from its offset to the next one
 */
export function readHeapKeyGroup(
  input: DataInput,
  header: KeyedStateHeader,
  keyGroup: number,
  visitor: KeyGroupVisitor,
): void {
  const at = input.position;
  const stored = input.readInt();
  if (stored !== keyGroup) throw input.malformed(`Key group ${stored} where ${keyGroup} should be`, at);
  const data = header.compressed ? decompressed(input) : input;
  for (let i = 0; i < header.states.length; i++) readState(data, header, visitor);
  data.expectEnd(`key group ${keyGroup}`);
}

/** The rest of the input, decompressed; positions in errors then count from there. */
function decompressed(input: DataInput): DataInput {
  const base = input.filePosition;
  return new DataInput(decodeSnappyFraming(input.readBytes(input.remaining), input.file, base), input.file);
}

function readState(input: DataInput, header: KeyedStateHeader, visitor: KeyGroupVisitor): void {
  const at = input.position;
  const state = input.readUnsignedShort();
  const info = header.states[state];
  if (info === undefined) throw input.malformed(`State number ${state} does not exist`, at);
  const count = input.readCount('entries');
  visitor.begin?.(state, count);
  if (info.kind === 'priorityQueue') {
    for (let i = 0; i < count; i++) visitor.element(state, info.element.deserialize(input));
    return;
  }
  const { keySerializer } = header;
  for (let i = 0; i < count; i++) {
    const namespace = info.namespace.deserialize(input);
    const key = keySerializer.deserialize(input);
    visitor.entry(state, namespace, key, info.value.deserialize(input));
  }
}

/**
 * True when the data behind a `keyGroups` handle is in this layout; false for the canonical one, which RocksDB wrote until Flink 1.15 under
 * the same tag. Here every key group starts with its own number, even an empty one.
 * @param first the first key group's bytes
 */
export function isHeapLayout(offsets: readonly number[], firstKeyGroup: number, first: Uint8Array): boolean {
  if (offsets.includes(0) || first.length < 4) return false;
  return new DataInput(first).readInt() === firstKeyGroup;
}
