/** A range of key groups, both ends inclusive; Flink's `KeyGroupRange`. */
export interface KeyGroupRange {
  readonly start: number;
  readonly end: number;
}

export function keyGroupCount(range: KeyGroupRange): number {
  return range.end - range.start + 1;
}

export function inKeyGroupRange(range: KeyGroupRange, keyGroup: number): boolean {
  return keyGroup >= range.start && keyGroup <= range.end;
}

export function sameKeyGroupRange(a: KeyGroupRange, b: KeyGroupRange): boolean {
  return a.start === b.start && a.end === b.end;
}
