import type { KeyGroupRange } from '../base/keyGroupRange';
import { keyGroupCount } from '../base/keyGroupRange';
import type { MapKey } from './keyCodec';
import { noCurrentKey } from './noCurrentKey';
import type { SnapshotEpochs, TableSnapshot } from './snapshotEpochs';
import type { StateTable } from './stateTable';

/** A value and the epoch of its last write (snapshotEpochs.ts). */
interface Cell<T> {
  value: T;
  version: number;
}

/** A {@link StateTable} for keys of any kind: a Map per key group. */
export class MapStateTable<T> implements StateTable<T> {
  private readonly groups: Map<MapKey, Cell<T>>[];
  private readonly first: number;
  /** The cell found last: a read is mostly followed by a write of the same key. */
  private lastKey: MapKey | undefined;
  private lastGroup = -1;
  private lastCell: Cell<T> | undefined;

  constructor(
    range: KeyGroupRange,
    private readonly epochs: SnapshotEpochs,
  ) {
    this.first = range.start;
    this.groups = Array.from({ length: keyGroupCount(range) }, () => new Map<MapKey, Cell<T>>());
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
    const cell = this.find(keyGroup, key);
    if (cell === undefined) return undefined;
    return cell.version < this.epochs.unwrittenOf(keyGroup) ? copy(cell.value) : cell.value;
  }

  /** A Map cannot be touched for less than a look. */
  prefetch(): void {
    return undefined;
  }

  peek(keyGroup: number, key: MapKey): T | undefined {
    return this.group(keyGroup).get(key)?.value;
  }

  set(keyGroup: number, key: MapKey, value: T): void {
    const cell = this.find(keyGroup, key);
    if (cell === undefined) {
      const added = { value, version: this.epochs.current };
      this.group(keyGroup).set(key, added);
      this.lastCell = added;
      return;
    }
    if (cell.version < this.epochs.unwrittenOf(keyGroup)) this.save(keyGroup, key, cell);
    cell.value = value;
    cell.version = this.epochs.current;
  }

  delete(keyGroup: number, key: MapKey): void {
    const cell = this.find(keyGroup, key);
    if (cell === undefined) return;
    if (cell.version < this.epochs.unwrittenOf(keyGroup)) this.save(keyGroup, key, cell);
    this.group(keyGroup).delete(key);
    this.lastCell = undefined;
  }

  convert(to: (value: T) => T): void {
    for (const group of this.groups) for (const cell of group.values()) cell.value = to(cell.value);
  }

  *entriesOf(keyGroup: number): Generator<[MapKey, T]> {
    for (const [key, cell] of this.group(keyGroup)) yield [key, cell.value];
  }

  *entriesAt(snapshot: TableSnapshot, keyGroup: number): Generator<[MapKey, T]> {
    for (const [key, cell] of this.group(keyGroup)) {
      if (cell.version >= snapshot.epoch) continue;
      cell.version = snapshot.epoch;
      yield [key, cell.value];
    }
    // `save` gave it this table's own values.
    for (const [key, value] of snapshot.saved(this, keyGroup)) yield [key, value as T];
  }

  private save(keyGroup: number, key: MapKey, cell: Cell<T>): void {
    for (const snapshot of this.epochs.running) {
      if (cell.version < snapshot.epoch) snapshot.save(this, keyGroup, key, cell.value);
    }
  }

  private find(keyGroup: number, key: MapKey): Cell<T> | undefined {
    if (this.lastGroup === keyGroup && this.lastKey === key) return this.lastCell;
    const cell = this.group(keyGroup).get(key);
    this.lastGroup = keyGroup;
    this.lastKey = key;
    this.lastCell = cell;
    return cell;
  }

  private group(keyGroup: number): Map<MapKey, Cell<T>> {
    const group = this.groups[keyGroup - this.first];
    if (group === undefined) throw noCurrentKey();
    return group;
  }
}
