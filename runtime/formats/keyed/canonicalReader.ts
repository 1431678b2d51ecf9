/** Reads key groups in the canonical layout (canonicalWriter.ts). Source: Flink's `FullSnapshotRestoreOperation`. */
import { DataInput } from '../dataInput';
import type { TypeSerializer } from '../serializer';
import { ListSerializer, MapSerializer } from '../serializers/collections';
import { decodeSnappyFraming } from '../snappyFraming';
import { isAmbiguous, readCompositePart, readKeyGroupPrefix } from './compositeKey';
import type { KeyGroupVisitor } from './entryVisitor';
import type { KeyedStateHeader } from './header';
import type { KeyedStateMetaInfo } from './stateMetaInfo';

const lastEntryFlag = 0x80;
const endOfKeyGroup = 0xffff;

/**
 * Reads one key group. Entries of one map come together as one Map.
 * @param input from the key group's offset (not 0) on; the bytes after its end mark are not looked at
 */
export function readCanonicalKeyGroup(
  input: DataInput,
  header: KeyedStateHeader,
  keyGroup: number,
  prefixBytes: 1 | 2,
  visitor: KeyGroupVisitor,
): void {
  const data = header.compressed
    ? new DataInput(decodeSnappyFraming(input.readBytes(input.remaining), input.file, input.filePosition), input.file)
    : input;
  const reader = new CanonicalReader(data, header, keyGroup, prefixBytes, visitor);
  for (let state = data.readUnsignedShort(); state !== endOfKeyGroup; state = data.readUnsignedShort()) {
    reader.readState(state);
  }
}

/** A map whose entries are still coming. */
interface OpenMap {
  readonly state: number;
  readonly namespace: unknown;
  readonly key: unknown;
  /** The part of the composite key that its entries share. */
  readonly sharedKey: Uint8Array;
  readonly map: Map<unknown, unknown>;
}

class CanonicalReader {
  private readonly input: DataInput;
  private readonly header: KeyedStateHeader;
  private readonly keyGroup: number;
  private readonly prefixBytes: 1 | 2;
  private readonly visitor: KeyGroupVisitor;
  private open: OpenMap | undefined;

  constructor(
    input: DataInput,
    header: KeyedStateHeader,
    keyGroup: number,
    prefixBytes: 1 | 2,
    visitor: KeyGroupVisitor,
  ) {
    this.input = input;
    this.header = header;
    this.keyGroup = keyGroup;
    this.prefixBytes = prefixBytes;
    this.visitor = visitor;
  }

  readState(state: number): void {
    const info = this.header.states[state];
    if (info === undefined) throw this.input.malformed(`State number ${state} does not exist`, this.input.position - 2);
    for (let last = false; !last;) last = this.readEntry(state, info);
    this.closeMap();
  }

  /** Returns true when the entry was the last of its state. */
  private readEntry(state: number, info: KeyedStateMetaInfo): boolean {
    const keyAt = this.input.position + 4;
    const keyBytes = this.input.readBytes(this.input.readCount('bytes of a key'));
    const first = keyBytes[0] ?? 0;
    const isLast = (first & lastEntryFlag) !== 0;
    const key = new DataInput(keyBytes, this.input.file, this.input.filePosition - keyBytes.length);
    const prefix = readKeyGroupPrefix(key, this.prefixBytes) & (this.prefixBytes === 2 ? 0x7fff : 0x7f);
    if (prefix !== this.keyGroup) {
      throw this.input.malformed(`A key of key group ${prefix} where ${this.keyGroup} should be`, keyAt);
    }
    const valueBytes = this.input.readBytes(this.input.readCount('bytes of a value'));
    const value = new DataInput(valueBytes, this.input.file, this.input.filePosition - valueBytes.length);
    if (info.kind === 'priorityQueue') this.visitor.element(state, info.element.deserialize(key));
    else this.readKeyValue(state, info, key, keyBytes, value);
    key.expectEnd('a key');
    value.expectEnd('a value');
    return isLast;
  }

  private readKeyValue(
    state: number,
    info: Extract<KeyedStateMetaInfo, { kind: 'keyValue' }>,
    key: DataInput,
    keyBytes: Uint8Array,
    value: DataInput,
  ): void {
    const { keySerializer } = this.header;
    const ambiguous = isAmbiguous(keySerializer, info.namespace);
    const keyValue = readCompositePart(key, keySerializer, ambiguous);
    const namespace = readCompositePart(key, info.namespace, ambiguous);
    if (info.type === 'MAP') {
      const serializer = mapSerializer(info, key);
      const map = this.mapOf(state, namespace, keyValue, keyBytes.subarray(this.prefixBytes, key.position));
      map.set(serializer.key.deserialize(key), serializer.deserializeValue(value));
    } else {
      const decoded = info.type === 'LIST' ? readList(info, value) : info.value.deserialize(value);
      this.visitor.entry(state, namespace, keyValue, decoded);
    }
  }

  /** The map that these entries belong to; the one before is handed over when it is another. */
  private mapOf(state: number, namespace: unknown, key: unknown, sharedKey: Uint8Array): Map<unknown, unknown> {
    if (this.open === undefined || !sameBytes(this.open.sharedKey, sharedKey)) {
      this.closeMap();
      this.open = { state, namespace, key, sharedKey, map: new Map() };
    }
    return this.open.map;
  }

  private closeMap(): void {
    if (this.open === undefined) return;
    this.visitor.entry(this.open.state, this.open.namespace, this.open.key, this.open.map);
    this.open = undefined;
  }
}

function mapSerializer(
  info: Extract<KeyedStateMetaInfo, { kind: 'keyValue' }>,
  input: DataInput,
): MapSerializer<unknown, unknown> {
  if (info.value instanceof MapSerializer) return info.value as MapSerializer<unknown, unknown>;
  throw input.unsupported(
    `The map state "${info.name}" has a serializer that is no map serializer,`,
    'Other states can still be shown.',
  );
}

/** Elements joined by one byte. */
function readList(info: Extract<KeyedStateMetaInfo, { kind: 'keyValue' }>, input: DataInput): unknown[] {
  if (!(info.value instanceof ListSerializer)) {
    throw input.unsupported(
      `The list state "${info.name}" has a serializer that is no list serializer,`,
      'Other states can still be shown.',
    );
  }
  const element: TypeSerializer<unknown> = info.value.element;
  const list: unknown[] = [];
  while (input.remaining > 0) {
    if (list.length > 0) input.readByte();
    list.push(element.deserialize(input));
  }
  return list;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
