import type { KeyGroupRange } from '../../base/keyGroupRange';

/** Where one key group's bytes lie in its file: from `start` (inclusive) to `end`. */
export interface KeyGroupExtent {
  readonly keyGroup: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The key groups of a handle that hold something, in the order of the file, so that each can be read alone: a key group ends where the next
 * one starts.
 * @param sizeBytes size of the file
 */
export function keyGroupExtents(
  handle: { readonly range: KeyGroupRange; readonly offsets: readonly number[] },
  sizeBytes: number,
): KeyGroupExtent[] {
  const starts = handle.offsets
    .map((start, index) => ({ keyGroup: handle.range.start + index, start }))
    .filter(({ start }) => start !== 0)
    .sort((a, b) => a.start - b.start);
  return starts.map(({ keyGroup, start }, index) => ({ keyGroup, start, end: starts[index + 1]?.start ?? sizeBytes }));
}
