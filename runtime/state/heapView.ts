import { userError } from '../base/errors';
import type { KeyGroupRange } from '../base/keyGroupRange';
import { DataOutput } from '../formats/dataOutput';
import { MapSerializer } from '../formats/serializers/collections';
import { toJson, toText, toTimeText } from '../formats/render';
import { describeState } from './describeState';
import type { HeapKeyValueState, HeapStates, HeapTable, HeapTimers } from './heapStates';
import { MapKeySerializer, type KeyCodec, type MapKey } from './keyCodec';
import type { EntryPage, KeyedEntry, StateDescription } from './keyedBackend';
import { NamespacedTable } from './namespacedTable';
import type { Timer } from './timerQueue';

type Info = HeapKeyValueState['info'];

/** Reads a heap backend's states for people, between two batches; changes nothing. */
export class HeapView {
  constructor(
    private readonly range: KeyGroupRange,
    private readonly codec: KeyCodec,
    private readonly states: HeapStates,
  ) {}

  describe(): StateDescription[] {
    const keyType = this.codec.serializer.describe();
    const described = (
      { info, sizeBytes }: Pick<HeapKeyValueState | HeapTimers, 'info' | 'sizeBytes'>,
      entries: number,
    ): StateDescription => ({
      state: info.name,
      ...describeState(info, keyType),
      entries,
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
    });
    return [
      ...[...this.states.keyValue.values()].map((state) => described(state, state.table.size)),
      ...[...this.states.timers.values()].map((timers) => described(timers, timers.queue.size)),
    ].sort((a, b) => (a.state < b.state ? -1 : 1));
  }

  /** Value states in the order of key groups, timers in the order of time. */
  entries(name: string, limit: number, after: string | undefined): EntryPage {
    const timers = this.states.timers.get(name);
    if (timers !== undefined) return this.timerPage(timers.queue.toArray(), limit, after);
    return this.valuePage(this.known(name), limit, after);
  }

  /**
   * The key's place is found by looking into every key group: its hash code is the business of whoever partitions. What a key has in
   * several namespaces comes as one entry, by namespace.
   */
  lookup(name: string, text: string): KeyedEntry | undefined {
    const { info, table } = this.known(name);
    for (const key of this.candidates(text)) {
      for (let keyGroup = this.range.start; keyGroup <= this.range.end; keyGroup++) {
        const [first, ...others] = valuesOf(table, keyGroup, key);
        if (first === undefined) continue;
        if (others.length === 0) return this.entry(info, key, keyGroup, ...first);
        const all = [first, ...others].map(([value, at]) => [toText(at), withOwnKeys(info, value)] as const);
        return this.entry(info, key, keyGroup, new Map(all));
      }
    }
    return undefined;
  }

  private known(name: string): HeapKeyValueState {
    const state = this.states.keyValue.get(name);
    if (state !== undefined) return state;
    const names = [...this.states.keyValue.keys()].sort();
    const advice = names.length === 0 ? 'The operator has no state yet.' : `The operator has ${names.join(', ')}.`;
    throw userError('state.unknown', `There is no state "${name}".`, advice, { subject: { field: name } });
  }

  /** The cursor is the key group and the number of its entries that were given already. */
  private valuePage(state: HeapKeyValueState, limit: number, after: string | undefined): EntryPage {
    const [fromGroup = this.range.start, skipped = 0] = (after ?? '').split(':').filter(Boolean).map(Number);
    const entries: KeyedEntry[] = [];
    const total = state.table.size;
    for (let keyGroup = fromGroup; keyGroup <= this.range.end; keyGroup++) {
      let position = 0;
      for (const [key, value, namespace] of state.table.entriesOf(keyGroup)) {
        position += 1;
        if (keyGroup === fromGroup && position <= skipped) continue;
        if (entries.length === limit) return { entries, total, next: `${keyGroup}:${position - 1}` };
        entries.push(this.entry(state.info, key, keyGroup, value, namespace));
      }
    }
    return { entries, total };
  }

  private timerPage(timers: readonly Timer[], limit: number, after: string | undefined): EntryPage {
    const from = Number(after ?? 0);
    const sorted = timers.toSorted((a, b) => a.timestampMs - b.timestampMs);
    const entries = sorted.slice(from, from + limit).map(({ timestampMs, key, keyGroup, namespace }) => ({
      key: keyText(key),
      keyGroup,
      ...namespaceText(namespace),
      value: toJson(timestampMs),
      text: toTimeText(timestampMs),
    }));
    const end = from + entries.length;
    return { entries, total: timers.length, ...(end < timers.length ? { next: String(end) } : {}) };
  }

  private entry(info: Info, mapKey: MapKey, keyGroup: number, stored: unknown, namespace?: unknown): KeyedEntry {
    const key = keyText(this.codec.fromMapKey(mapKey));
    const value = withOwnKeys(info, stored);
    return { key, keyGroup, ...namespaceText(namespace), value: toJson(value), text: toText(value) };
  }

  /** What the text of a key may mean. */
  private candidates(text: string): MapKey[] {
    const meant: unknown[] = [text];
    try {
      meant.unshift(JSON.parse(text));
    } catch {
      // Not JSON: the bare text of a string key.
    }
    const digits = /^"?(-?\d{1,19})"?$/.exec(text)?.[1];
    if (digits !== undefined) meant.push(BigInt(digits));
    return meant.flatMap((key) => this.mapKeyOf(key));
  }

  private mapKeyOf(key: unknown): MapKey[] {
    try {
      // Also a primitive key must be of the type: the tables take it at its word.
      this.codec.serializer.serialize(key, new DataOutput(64));
      return [this.codec.toMapKey(key)];
    } catch {
      // The text is no key of this type.
      return [];
    }
  }
}

function keyText(key: unknown): string {
  return JSON.stringify(toJson(key));
}

/** A map with the keys that the job's author knows. */
function withOwnKeys({ value: serializer }: Info, stored: unknown): unknown {
  const key: unknown = serializer instanceof MapSerializer ? serializer.key : undefined;
  if (!(key instanceof MapKeySerializer) || !(stored instanceof Map) || key.codec.primitive) return stored;
  return new Map(
    Array.from(stored as Map<MapKey, unknown>, ([mapKey, value]) => [key.codec.fromMapKey(mapKey), value]),
  );
}

/** What one key has: a value, or one per namespace. */
function valuesOf(table: HeapTable, keyGroup: number, key: MapKey): (readonly [value: unknown, namespace?: unknown])[] {
  if (table instanceof NamespacedTable) return [...table.peekAll(keyGroup, key)];
  const value = table.peek(keyGroup, key);
  return value === undefined ? [] : [[value]];
}

function namespaceText(namespace: unknown): Pick<KeyedEntry, 'namespace'> {
  return namespace === undefined || namespace === null ? {} : { namespace: toText(namespace) };
}
