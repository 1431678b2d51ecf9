/** Slots at the start; always a power of two. */
const firstCapacity = 8;
const none = -1;
const twoToMinus32 = 2 ** -32;
/** 2^32 divided by the golden ratio: neighbouring keys land far apart (Knuth's multiplicative hashing). */
const fibonacci = 0x9e3779b1;

/**
 * An open-addressing hash table from integers to values, with an epoch for each entry (snapshotEpochs.ts). A key and its value lie side by
 * side in one typed array while all values are numbers, so that a look costs one access to memory; the first other value moves the values
 * into an array of their own. Slots are valid until the next `add` or `remove`. Linear probing; no tombstones.
 */
export class NumberCells<T> {
  /** Key and value of each slot; an empty slot has the key NaN. */
  private cells = new Float64Array(2 * firstCapacity).fill(NaN);
  /** In the place of the values in `cells`, once a value was no number. */
  private values: T[] | undefined;
  /** Made when the first epoch is noted; what has none is of epoch 0. */
  private versions: Uint32Array | undefined;
  private mask = firstCapacity - 1;
  private shift = 29;
  size = 0;

  /** -1 when there is no such key. */
  slotOf(key: number): number {
    const { cells, mask } = this;
    for (let slot = this.home(key); ; slot = (slot + 1) & mask) {
      const found = cells[2 * slot] ?? NaN;
      if (found === key) return slot;
      if (found !== found) return none;
    }
  }

  /**
   * Reads where the search for the key begins, what lies apart included, and the epoch when it will be asked for. The result only keeps the
   * reads from being optimised away.
   */
  touch(key: number, epoch: boolean): number {
    const slot = this.home(key);
    let found = this.cells[2 * slot] ?? NaN;
    if (this.values !== undefined && this.values[slot] === undefined) found += 1;
    if (epoch) found += this.versionAt(slot);
    return found;
  }

  keyAt(slot: number): number {
    return this.cells[2 * slot] ?? NaN;
  }

  valueAt(slot: number): T {
    // Numbers lie in `cells` only when T has numbers, and every slot asked for is taken.
    if (this.values === undefined) return asInteger(this.cells[2 * slot + 1] ?? NaN) as T;
    return this.values[slot] as T;
  }

  setValueAt(slot: number, value: T): void {
    if (this.values === undefined) {
      if (typeof value === 'number') {
        this.cells[2 * slot + 1] = value;
        return;
      }
      this.values = this.valuesApart();
    }
    this.values[slot] = value;
  }

  versionAt(slot: number): number {
    return this.versions?.[slot] ?? 0;
  }

  setVersionAt(slot: number, version: number): void {
    this.versions ??= new Uint32Array(this.mask + 1);
    this.versions[slot] = version;
  }

  /** A key that is not there yet; returns its slot. */
  add(key: number, value: T): number {
    // Two thirds: probes stay short, and a table is between one and two thirds full.
    if (3 * (this.size + 1) > 2 * (this.mask + 1)) this.grow();
    const slot = this.freeSlot(key);
    this.cells[2 * slot] = key;
    this.setValueAt(slot, value);
    this.size += 1;
    return slot;
  }

  /** Moves up what was probed past the slot, so that no search ends too early. */
  remove(slot: number): void {
    const { cells, mask } = this;
    let hole = slot;
    for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
      const key = cells[2 * next] ?? NaN;
      if (key !== key) break;
      // It may move when its home is not behind the hole.
      if (((next - this.home(key)) & mask) < ((next - hole) & mask)) continue;
      this.move(next, hole);
      hole = next;
    }
    cells[2 * hole] = NaN;
    if (this.values !== undefined) this.values[hole] = undefined as T; // or it would be kept alive
    this.size -= 1;
  }

  /** The keys as they are now. */
  keys(): Float64Array {
    const keys = new Float64Array(this.size);
    let count = 0;
    for (let slot = 0; slot <= this.mask; slot++) {
      const key = this.cells[2 * slot] ?? NaN;
      if (key === key) keys[count++] = key;
    }
    return keys;
  }

  private home(key: number): number {
    const low = key | 0;
    const high = low === key ? low >> 31 : Math.floor(key * twoToMinus32); // the same, without floating point
    return Math.imul(low ^ Math.imul(high, 0x85ebca6b), fibonacci) >>> this.shift;
  }

  private freeSlot(key: number): number {
    const { cells, mask } = this;
    let slot = this.home(key);
    for (let found = cells[2 * slot] ?? NaN; found === found; found = cells[2 * slot] ?? NaN) slot = (slot + 1) & mask;
    return slot;
  }

  private move(from: number, to: number): void {
    this.cells.copyWithin(2 * to, 2 * from, 2 * from + 2);
    if (this.values !== undefined) this.values[to] = this.values[from] as T;
    if (this.versions !== undefined) this.versions[to] = this.versions[from] ?? 0;
  }

  private grow(): void {
    const { cells, values, versions, mask } = this;
    const capacity = 2 * (mask + 1);
    this.mask = capacity - 1;
    this.shift -= 1;
    this.cells = new Float64Array(2 * capacity).fill(NaN);
    this.values = values === undefined ? undefined : new Array<T>(capacity);
    this.versions = versions === undefined ? undefined : new Uint32Array(capacity);
    for (let old = 0; old <= mask; old++) {
      const key = cells[2 * old] ?? NaN;
      if (key !== key) continue;
      const slot = this.freeSlot(key);
      this.cells[2 * slot] = key;
      this.cells[2 * slot + 1] = cells[2 * old + 1] ?? NaN;
      if (this.values !== undefined && values !== undefined) this.values[slot] = values[old] as T;
      if (this.versions !== undefined && versions !== undefined) this.versions[slot] = versions[old] ?? 0;
    }
  }

  private valuesApart(): T[] {
    const values = new Array<T>(this.mask + 1);
    for (let slot = 0; slot <= this.mask; slot++) values[slot] = this.cells[2 * slot + 1] as T;
    return values;
  }
}

/** The same number; integers come as the engine's own, so that what is made of them needs no room on its heap. Not so -0. */
function asInteger(number: number): number {
  const integer = number | 0;
  return integer === number && (integer !== 0 || Object.is(number, 0)) ? integer : number;
}
