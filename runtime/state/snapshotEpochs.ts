import type { MapKey } from './keyCodec';

/**
 * The running snapshots of one backend. Each has an epoch; what a cell was given since the stamp has an epoch that is not smaller.
 * Snapshots may overlap; they are written one after the other, oldest first.
 */
export class SnapshotEpochs {
  /** The epoch of a write now. */
  current = 0;
  /** Epoch of the newest running snapshot, 0 when none runs: no cell is older than that. */
  newest = 0;
  /** Oldest first. */
  readonly running: TableSnapshot[] = [];

  /** The tables as they are now belong to the snapshot until it ends. */
  stamp(): TableSnapshot {
    this.current += 1;
    this.newest = this.current;
    const snapshot = new TableSnapshot(this.current);
    this.running.push(snapshot);
    return snapshot;
  }

  /** Written or given up. */
  end(snapshot: TableSnapshot): void {
    const at = this.running.indexOf(snapshot);
    if (at >= 0) this.running.splice(at, 1);
    this.newest = this.running.at(-1)?.epoch ?? 0;
  }
}

/** What a running snapshot must keep because the tables have moved on. */
export class TableSnapshot {
  /** Key groups below this one are written. */
  private nextKeyGroup = 0;
  private readonly kept = new Map<object, Map<number, Map<MapKey, unknown>>>();

  constructor(readonly epoch: number) {}

  /** `table` is known by its identity. */
  save(table: object, keyGroup: number, key: MapKey, value: unknown): void {
    if (keyGroup < this.nextKeyGroup) return;
    const groups = this.kept.get(table) ?? new Map<number, Map<MapKey, unknown>>();
    const values = groups.get(keyGroup) ?? new Map<MapKey, unknown>();
    this.kept.set(table, groups);
    groups.set(keyGroup, values);
    values.set(key, value);
  }

  /** What was saved of one key group of one table. */
  saved(table: object, keyGroup: number): Iterable<[MapKey, unknown]> {
    return this.kept.get(table)?.get(keyGroup) ?? [];
  }

  /** All states of this key group are written. */
  finished(keyGroup: number): void {
    this.nextKeyGroup = keyGroup + 1;
    for (const groups of this.kept.values()) groups.delete(keyGroup);
  }
}
