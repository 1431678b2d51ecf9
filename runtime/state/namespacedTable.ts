import type { MapKey } from './keyCodec';
import type { SnapshotEpochs, TableSnapshot } from './snapshotEpochs';
import type { StateTable } from './stateTable';

/** The value of one key in one namespace, and the epoch of its last write (snapshotEpochs.ts). */
interface NamespaceEntry<T, N> {
  readonly namespace: N;
  value: T;
  version: number;
}

/** The namespaces of one key, in the order in which they came. */
export class KeyEntries<T, N> {
  /** Where the last look ended: windows are mostly asked for one after the other. */
  private last = 0;

  constructor(readonly all: NamespaceEntry<T, N>[]) {}

  find(namespace: N, same: (a: N, b: N) => boolean): NamespaceEntry<T, N> | undefined {
    const { all } = this;
    for (let step = 0, at = this.last; step < all.length; step++, at++) {
      if (at >= all.length) at = 0;
      const entry = all[at];
      if (entry === undefined || !same(entry.namespace, namespace)) continue;
      this.last = at;
      return entry;
    }
    return undefined;
  }

  add(entry: NamespaceEntry<T, N>): void {
    this.last = this.all.push(entry) - 1;
  }

  remove(entry: NamespaceEntry<T, N>): void {
    this.all.splice(this.all.indexOf(entry), 1);
    this.last = 0;
  }

  /** Shares the values, which are copied when they are handed out. */
  clone(): KeyEntries<T, N> {
    return new KeyEntries(this.all.map((entry) => ({ ...entry })));
  }
}

const itself = <T>(value: T): T => value;
const cloned = <T, N>(entries: KeyEntries<T, N>): KeyEntries<T, N> => entries.clone();

/**
 * The values of one state by key group, key and namespace: a {@link StateTable} whose values are the namespaces of a key. Few namespaces are
 * alive per key (the open windows), so that finding one is a short look and a key without any takes no room.
 */
export class NamespacedTable<T, N> {
  private count = 0;

  constructor(
    private readonly table: StateTable<KeyEntries<T, N>>,
    private readonly epochs: SnapshotEpochs,
    private readonly same: (a: N, b: N) => boolean,
  ) {}

  /** Keys times their namespaces. */
  get size(): number {
    return this.count;
  }

  /** As {@link StateTable.get}. */
  get(keyGroup: number, key: MapKey, namespace: N, copy: (value: T) => T): T | undefined {
    const entry = this.table.get(keyGroup, key, itself)?.find(namespace, this.same);
    if (entry === undefined) return undefined;
    return entry.version < this.epochs.unwrittenOf(keyGroup) ? copy(entry.value) : entry.value;
  }

  /** As {@link StateTable.prefetch}. */
  prefetch(keys: readonly unknown[], keyGroups: ArrayLike<number>): void {
    this.table.prefetch(keys, keyGroups);
  }

  set(keyGroup: number, key: MapKey, value: T, namespace: N): void {
    const entries = this.table.get(keyGroup, key, cloned) ?? new KeyEntries<T, N>([]);
    const entry = entries.find(namespace, this.same);
    if (entry === undefined) {
      entries.add({ namespace, value, version: this.epochs.current });
      this.count += 1;
    } else {
      entry.value = value;
      entry.version = this.epochs.current;
    }
    this.table.set(keyGroup, key, entries);
  }

  delete(keyGroup: number, key: MapKey, namespace: N): void {
    const entries = this.table.get(keyGroup, key, cloned);
    const entry = entries?.find(namespace, this.same);
    if (entries === undefined || entry === undefined) return;
    this.count -= 1;
    entries.remove(entry);
    if (entries.all.length === 0) this.table.delete(keyGroup, key);
    else this.table.set(keyGroup, key, entries);
  }

  /** Replaces every value; before the first snapshot only. */
  convert(to: (value: T) => T): void {
    this.table.convert((entries) => {
      for (const entry of entries.all) entry.value = to(entry.value);
      return entries;
    });
  }

  /** What one key has, to look at only. */
  *peekAll(keyGroup: number, key: MapKey): Generator<[value: T, namespace: N]> {
    for (const { value, namespace } of this.table.peek(keyGroup, key)?.all ?? []) yield [value, namespace];
  }

  /** As {@link StateTable.entriesOf}. */
  *entriesOf(keyGroup: number): Generator<[key: MapKey, value: T, namespace: N]> {
    for (const [key, { all }] of this.table.entriesOf(keyGroup)) {
      for (const { value, namespace } of all) yield [key, value, namespace];
    }
  }

  /** As {@link StateTable.entriesAt}. */
  *entriesAt(snapshot: TableSnapshot, keyGroup: number): Generator<[key: MapKey, value: T, namespace: N]> {
    for (const [key, entries] of this.table.entriesAt(snapshot, keyGroup)) {
      // From here on the table may change them, and others may run between two of them.
      for (const { value, namespace } of entries.clone().all) yield [key, value, namespace];
    }
  }
}
