import { keyGroupCount, type KeyGroupRange } from '../base/keyGroupRange';
import type { MapKey } from './keyCodec';

/**
 * The running snapshots of one backend. Each has an epoch; what a cell was given since the stamp has an epoch that is not smaller.
 * Snapshots may overlap; they are written one after the other, oldest first.
 */
export class SnapshotEpochs {
  /** The epoch of a write now. */
  current = 0;
  /** By key group, from the first of the range: see {@link unwrittenOf}. */
  private readonly unwritten: Uint32Array;
  /** Oldest first. */
  readonly running: TableSnapshot[] = [];

  constructor(private readonly range: KeyGroupRange) {
    this.unwritten = new Uint32Array(keyGroupCount(range));
  }

  /** The epoch of the newest running snapshot that has still to write the key group; 0: none. Only cells that are older need care. */
  unwrittenOf(keyGroup: number): number {
    return this.unwritten[keyGroup - this.range.start] ?? 0;
  }

  /** The tables as they are now belong to the snapshot until it ends. */
  stamp(): TableSnapshot {
    this.current += 1;
    const snapshot = new TableSnapshot(this, this.current);
    this.running.push(snapshot);
    this.unwritten.fill(this.current);
    return snapshot;
  }

  /** A snapshot has written all states of the key group. */
  wrote(keyGroup: number): void {
    const newest = this.running.findLast((snapshot) => snapshot.needs(keyGroup));
    this.unwritten[keyGroup - this.range.start] = newest?.epoch ?? 0;
  }

  /** Written or given up. */
  end(snapshot: TableSnapshot): void {
    const at = this.running.indexOf(snapshot);
    if (at >= 0) this.running.splice(at, 1);
    for (let keyGroup = this.range.start; keyGroup <= this.range.end; keyGroup++) this.wrote(keyGroup);
  }
}

/** Entries of one key group as they were at the stamp; each key once, because only its first write since then saves it. */
interface SavedEntries {
  readonly keys: MapKey[];
  readonly values: unknown[];
}

/** What a running snapshot must keep because the tables have moved on. */
export class TableSnapshot {
  /** Key groups below this one are written. */
  private nextKeyGroup = 0;
  private readonly kept = new Map<object, Map<number, SavedEntries>>();

  constructor(
    private readonly epochs: SnapshotEpochs,
    readonly epoch: number,
  ) {}

  needs(keyGroup: number): boolean {
    return keyGroup >= this.nextKeyGroup;
  }

  /** `table` is known by its identity. */
  save(table: object, keyGroup: number, key: MapKey, value: unknown): void {
    if (!this.needs(keyGroup)) return;
    const { keys, values } = this.entriesOf(table, keyGroup);
    keys.push(key);
    values.push(value);
  }

  /** What was saved of one key group of one table. */
  *saved(table: object, keyGroup: number): Generator<[MapKey, unknown]> {
    const { keys, values } = this.entriesOf(table, keyGroup);
    for (const [at, key] of keys.entries()) yield [key, values[at]];
  }

  /** All states of this key group are written. */
  finished(keyGroup: number): void {
    this.nextKeyGroup = keyGroup + 1;
    for (const groups of this.kept.values()) groups.delete(keyGroup);
    this.epochs.wrote(keyGroup);
  }

  private entriesOf(table: object, keyGroup: number): SavedEntries {
    let groups = this.kept.get(table);
    if (groups === undefined) this.kept.set(table, (groups = new Map<number, SavedEntries>()));
    let entries = groups.get(keyGroup);
    if (entries === undefined) groups.set(keyGroup, (entries = { keys: [], values: [] }));
    return entries;
  }
}
