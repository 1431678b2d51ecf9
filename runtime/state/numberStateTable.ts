import type { KeyGroupRange } from '../base/keyGroupRange';
import { keyGroupCount } from '../base/keyGroupRange';
import type { MapKey } from './keyCodec';
import { noCurrentKey } from './noCurrentKey';
import { NumberCells } from './numberCells';
import type { SnapshotEpochs, TableSnapshot } from './snapshotEpochs';
import type { StateTable } from './stateTable';

/** About what the caches of one core hold. */
const cachedEntries = 32_768;

/**
 * A {@link StateTable} for keys that are safe integers: open addressing per key group. The epoch of a cell is touched only while a snapshot
 * has still to write its key group: what was written otherwise is older than the next one whatever its epoch says.
 */
export class NumberStateTable<T> implements StateTable<T> {
  private readonly groups: NumberCells<T>[];
  private readonly first: number;
  /** Of no meaning; written so that the reads of `prefetch` are not optimised away. */
  touched = 0;

  constructor(
    range: KeyGroupRange,
    private readonly epochs: SnapshotEpochs,
  ) {
    this.first = range.start;
    this.groups = Array.from({ length: keyGroupCount(range) }, () => new NumberCells<T>());
  }

  get size(): number {
    let size = 0;
    for (const group of this.groups) size += group.size;
    return size;
  }

  sizeOf(keyGroup: number): number {
    return this.group(keyGroup).size;
  }

  get(keyGroup: number, key: MapKey, copy: (value: T) => T): T | undefined {
    const cells = this.group(keyGroup);
    const slot = cells.slotOf(key as number);
    if (slot < 0) return undefined;
    const value = cells.valueAt(slot);
    const unwritten = this.epochs.unwrittenOf(keyGroup);
    return unwritten !== 0 && cells.versionAt(slot) < unwritten ? copy(value) : value;
  }

  prefetch(keys: readonly unknown[], keyGroups: ArrayLike<number>): void {
    if (this.size < cachedEntries) return;
    const { groups, first } = this;
    let touched = 0;
    for (let row = 0; row < keys.length; row++) {
      const keyGroup = keyGroups[row] ?? 0;
      const cells = groups[keyGroup - first];
      if (cells === undefined) continue;
      touched += cells.touch(keys[row] as number, this.epochs.unwrittenOf(keyGroup) !== 0);
    }
    this.touched = touched;
  }

  peek(keyGroup: number, key: MapKey): T | undefined {
    const cells = this.group(keyGroup);
    const slot = cells.slotOf(key as number);
    return slot < 0 ? undefined : cells.valueAt(slot);
  }

  set(keyGroup: number, key: MapKey, value: T): void {
    const cells = this.group(keyGroup);
    const unwritten = this.epochs.unwrittenOf(keyGroup);
    let slot = cells.slotOf(key as number);
    if (slot < 0) {
      slot = cells.add(key as number, value);
    } else {
      if (unwritten !== 0 && cells.versionAt(slot) < unwritten) this.save(keyGroup, cells, slot);
      cells.setValueAt(slot, value);
    }
    if (unwritten !== 0) cells.setVersionAt(slot, this.epochs.current);
  }

  delete(keyGroup: number, key: MapKey): void {
    const cells = this.group(keyGroup);
    const slot = cells.slotOf(key as number);
    if (slot < 0) return;
    const unwritten = this.epochs.unwrittenOf(keyGroup);
    if (unwritten !== 0 && cells.versionAt(slot) < unwritten) this.save(keyGroup, cells, slot);
    cells.remove(slot);
  }

  convert(to: (value: T) => T): void {
    for (const cells of this.groups) {
      for (const key of cells.keys()) {
        const slot = cells.slotOf(key);
        cells.setValueAt(slot, to(cells.valueAt(slot)));
      }
    }
  }

  *entriesOf(keyGroup: number): Generator<[MapKey, T]> {
    const cells = this.group(keyGroup);
    for (const key of cells.keys()) {
      const slot = cells.slotOf(key);
      if (slot >= 0) yield [key, cells.valueAt(slot)];
    }
  }

  *entriesAt(snapshot: TableSnapshot, keyGroup: number): Generator<[MapKey, T]> {
    const cells = this.group(keyGroup);
    // Cells move while others write; what is added from now on is not of the snapshot, what is removed is saved.
    for (const key of cells.keys()) {
      const slot = cells.slotOf(key);
      if (slot < 0 || cells.versionAt(slot) >= snapshot.epoch) continue;
      cells.setVersionAt(slot, snapshot.epoch);
      yield [key, cells.valueAt(slot)];
    }
    // `save` gave it this table's own values.
    for (const [key, value] of snapshot.saved(this, keyGroup)) yield [key, value as T];
  }

  private save(keyGroup: number, cells: NumberCells<T>, slot: number): void {
    const version = cells.versionAt(slot);
    for (const snapshot of this.epochs.running) {
      if (version < snapshot.epoch) snapshot.save(this, keyGroup, cells.keyAt(slot), cells.valueAt(slot));
    }
  }

  private group(keyGroup: number): NumberCells<T> {
    const group = this.groups[keyGroup - this.first];
    if (group === undefined) throw noCurrentKey();
    return group;
  }
}
