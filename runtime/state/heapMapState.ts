import type { MapState } from '../api/state';
import type { TypeSerializer } from '../formats/serializer';
import type { CurrentValue } from './currentValue';
import { HeapState } from './heapKindStates';
import type { KeyCodec, MapKey } from './keyCodec';

/** A map per key, as one value of the table; its keys are those of {@link KeyCodec}. A key without entries has no map in the table. */
export class HeapMapState<K, V, N> extends HeapState<Map<MapKey, V>, N> implements MapState<K, V> {
  /** A snapshot still needs the map that was looked at last. */
  private held = false;
  private readonly toLookAt = (map: Map<MapKey, V>): Map<MapKey, V> => {
    this.held = true;
    return map;
  };

  constructor(
    name: string,
    current: CurrentValue<Map<MapKey, V>, N>,
    private readonly codec: KeyCodec,
    private readonly valueSerializer: TypeSerializer<V>,
  ) {
    super(name, current);
  }

  get(key: K): V | undefined {
    const value = this.look()?.get(this.codec.toMapKey(key));
    return value !== undefined && this.held ? this.valueSerializer.copy(value) : value;
  }

  put(key: K, value: V): void {
    this.refuseUndefined(value);
    const map = this.current.read() ?? new Map<MapKey, V>();
    this.current.write(map.set(this.codec.toMapKey(key), value));
  }

  putAll(entries: Iterable<readonly [K, V]>): void {
    for (const [key, value] of entries) this.put(key, value);
  }

  remove(key: K): void {
    const mapKey = this.codec.toMapKey(key);
    if (this.look()?.has(mapKey) !== true) return;
    const map = this.current.read();
    if (map === undefined || map.size === 1) {
      this.clear();
      return;
    }
    map.delete(mapKey);
    this.current.write(map);
  }

  contains(key: K): boolean {
    return this.look()?.has(this.codec.toMapKey(key)) === true;
  }

  *entries(): Generator<readonly [K, V]> {
    for (const [key, value] of this.current.read() ?? []) yield [this.keyOf(key), value];
  }

  *keys(): Generator<K> {
    for (const key of this.look()?.keys() ?? []) yield this.keyOf(key);
  }

  *values(): Generator<V> {
    yield* this.current.read()?.values() ?? [];
  }

  isEmpty(): boolean {
    return this.look() === undefined;
  }

  private look(): Map<MapKey, V> | undefined {
    this.held = false;
    return this.current.read(this.toLookAt);
  }

  private keyOf(key: MapKey): K {
    // The codec was made for keys of this type.
    return this.codec.fromMapKey(key) as K;
  }
}
