import type { MapKey } from './keyCodec';
import type { TableSnapshot } from './snapshotEpochs';

/**
 * The values of one state by key group and key. Copy on write: while a snapshot still needs what a key had at its stamp, the first write
 * saves that for the snapshot, so that stamping costs nothing per entry. Access outside a key group of the range fails with
 * `state.no-key`.
 */
export interface StateTable<T> {
  readonly size: number;
  /** Entries of one key group. */
  sizeOf(keyGroup: number): number;
  /** The value to hand out: a copy while a snapshot still needs the one in the table. `copy` as in TypeSerializer. */
  get(keyGroup: number, key: MapKey, copy: (value: T) => T): T | undefined;
  /**
   * The next rows will ask for these keys. What lies far away in memory is touched for all of them at once: memory serves many reads side
   * by side, while the rows would wait for one after the other.
   */
  prefetch(keys: readonly unknown[], keyGroups: ArrayLike<number>): void;
  /** The value to look at only. */
  peek(keyGroup: number, key: MapKey): T | undefined;
  set(keyGroup: number, key: MapKey, value: T): void;
  delete(keyGroup: number, key: MapKey): void;
  /** Replaces every value; before the first snapshot only. */
  convert(to: (value: T) => T): void;
  /** Keys and values of one key group as they are now. */
  entriesOf(keyGroup: number): Iterable<[MapKey, T]>;
  /**
   * Keys and values of one key group as they were at the stamp. Others may read and write the table between two entries; `snapshot` must
   * be the oldest one that is running, because each entry given is marked as done with it.
   */
  entriesAt(snapshot: TableSnapshot, keyGroup: number): Iterable<[MapKey, T]>;
}
