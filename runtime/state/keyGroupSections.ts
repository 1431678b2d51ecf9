import type { KeyGroupRange } from '../base/keyGroupRange';
import { malformed } from '../formats/formatErrors';
import type { KeyGroupsHandle } from '../formats/handles';

/** Where the data of one key group lies. */
export interface KeyGroupSection {
  readonly keyGroup: number;
  readonly start: number;
  readonly end: number;
}

/** Bytes of neighbouring key groups that are read at once. */
const readAheadBytes = 1024 * 1024;

/** The end of the header: where the first key group begins. */
export function headerEnd(handle: KeyGroupsHandle, sizeBytes: number): number {
  return Math.min(sizeBytes, ...handle.offsets.filter((offset) => offset > 0));
}

/** The key groups of `wanted` that have data, in the order of the file. Each ends where the next one of the file begins. */
export function sectionsOf(handle: KeyGroupsHandle, wanted: KeyGroupRange, sizeBytes: number): KeyGroupSection[] {
  const starts = handle.offsets.map((start, index) => ({ keyGroup: handle.range.start + index, start }));
  const inFile = starts.filter(({ start }) => start > 0).sort((a, b) => a.start - b.start);
  const sections = inFile.map(({ keyGroup, start }, index) => {
    const end = inFile[index + 1]?.start ?? sizeBytes;
    if (end < start) throw malformed(`Key group ${keyGroup} begins behind the end of the file`, { position: start });
    return { keyGroup, start, end };
  });
  return sections.filter(({ keyGroup }) => keyGroup >= wanted.start && keyGroup <= wanted.end);
}

/** Groups neighbours, so that a file is read in few large pieces. */
export function readTogether(sections: readonly KeyGroupSection[]): KeyGroupSection[][] {
  const groups: KeyGroupSection[][] = [];
  for (const section of sections) {
    const group = groups.at(-1);
    const first = group?.[0];
    const last = group?.at(-1);
    if (group && first && last?.end === section.start && section.end - first.start <= readAheadBytes)
      group.push(section);
    else groups.push([section]);
  }
  return groups;
}
