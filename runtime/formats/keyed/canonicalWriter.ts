/**
 * Writes key groups in the canonical layout of savepoints, which every backend of Flink reads: state number, then entries of composite key
 * and value; the last entry of a state is flagged in its key's first bit and followed by the next state's number or the end mark.
 * Source: Flink's `FullSnapshotAsyncWriter`.
 */
import type { DataOutput } from '../dataOutput';
import { malformed } from '../formatErrors';
import { ListSerializer, MapSerializer } from '../serializers/collections';
import { writeCompositeKey, writeKeyGroupPrefix } from './compositeKey';
import type { KeyedStateHeader } from './header';

const lastEntryFlag = 0x80;
const endOfKeyGroup = 0xffff;
const listDelimiter = 0x2c;

/**
 * One after the other: {@link beginKeyGroup}, entries and elements state by state (each state once), {@link endKeyGroup}. A key group
 * without entries takes no bytes and has the offset 0.
 */
export class CanonicalWriter {
  private readonly out: DataOutput;
  private readonly header: KeyedStateHeader;
  private readonly prefixBytes: 1 | 2;
  private keyGroup = 0;
  /** Number of the state being written; -1 before the first entry of the key group. */
  private state = -1;
  private lastKeyAt = 0;

  constructor(header: KeyedStateHeader, prefixBytes: 1 | 2, out: DataOutput) {
    if (header.compressed) throw malformed('Compressed state is only read');
    this.header = header;
    this.prefixBytes = prefixBytes;
    this.out = out;
  }

  beginKeyGroup(keyGroup: number): void {
    this.keyGroup = keyGroup;
    this.state = -1;
  }

  /** An entry of a key-value state. An empty list or map is left out, a map becomes one entry per user key. */
  entry(state: number, namespace: unknown, key: unknown, value: unknown): void {
    const info = this.header.states[state];
    if (info?.kind !== 'keyValue') throw malformed(`State number ${state} is no key-value state`);
    const { out } = this;
    if (info.type === 'MAP') {
      if (!(info.value instanceof MapSerializer)) throw malformed(`The map state "${info.name}" has no MAP serializer`);
      const serializer = info.value as MapSerializer<unknown, unknown>;
      for (const [userKey, userValue] of value as Map<unknown, unknown>) {
        const keyAt = this.beginEntry(state);
        writeCompositeKey(key, this.header.keySerializer, namespace, info.namespace, out);
        serializer.key.serialize(userKey, out);
        const valueAt = this.endKey(keyAt);
        serializer.serializeValue(userValue, out);
        this.endValue(valueAt);
      }
      return;
    }
    if (info.type === 'LIST' && (value as unknown[]).length === 0) return;
    const keyAt = this.beginEntry(state);
    writeCompositeKey(key, this.header.keySerializer, namespace, info.namespace, out);
    const valueAt = this.endKey(keyAt);
    if (info.type === 'LIST') this.writeList(info.name, info.value, value as unknown[]);
    else info.value.serialize(value, out);
    this.endValue(valueAt);
  }

  private writeList(name: string, serializer: unknown, value: readonly unknown[]): void {
    if (!(serializer instanceof ListSerializer)) throw malformed(`The list state "${name}" has no LIST serializer`);
    const { element } = serializer as ListSerializer<unknown>;
    value.forEach((member, index) => {
      if (index > 0) this.out.writeByte(listDelimiter);
      element.serialize(member, this.out);
    });
  }

  /** An element of a priority queue. */
  element(state: number, element: unknown): void {
    const info = this.header.states[state];
    if (info?.kind !== 'priorityQueue') throw malformed(`State number ${state} is no priority queue`);
    const keyAt = this.beginEntry(state);
    info.element.serialize(element, this.out);
    this.endValue(this.endKey(keyAt));
  }

  /** Returns false when the key group had no entries. */
  endKeyGroup(): boolean {
    if (this.state < 0) return false;
    this.out.patchOr(this.lastKeyAt, lastEntryFlag);
    this.out.writeShort(endOfKeyGroup);
    return true;
  }

  /** Writes what precedes a key; returns where the key starts. */
  private beginEntry(state: number): number {
    const { out } = this;
    if (state !== this.state) {
      if (this.state >= 0) out.patchOr(this.lastKeyAt, lastEntryFlag);
      out.writeShort(state);
      this.state = state;
    }
    out.writeInt(0);
    this.lastKeyAt = out.position;
    writeKeyGroupPrefix(this.keyGroup, this.prefixBytes, out);
    return this.lastKeyAt;
  }

  private endKey(keyAt: number): number {
    this.out.patchInt(keyAt - 4, this.out.position - keyAt);
    this.out.writeInt(0);
    return this.out.position;
  }

  private endValue(valueAt: number): void {
    this.out.patchInt(valueAt - 4, this.out.position - valueAt);
  }
}
