/** Reads whole keyed state files for the tests and brings their content into the form of `expected.json`. */
import { DataInput } from '../../../runtime/formats/dataInput';
import { DataOutput } from '../../../runtime/formats/dataOutput';
import type { KeyGroupsHandle } from '../../../runtime/formats/handles';
import { readCanonicalKeyGroup } from '../../../runtime/formats/keyed/canonicalReader';
import { CanonicalWriter } from '../../../runtime/formats/keyed/canonicalWriter';
import { keyGroupPrefixBytes } from '../../../runtime/formats/keyed/compositeKey';
import { keyGroupExtents } from '../../../runtime/formats/keyed/extents';
import { readKeyedHeader, writeKeyedHeader } from '../../../runtime/formats/keyed/header';
import type { KeyedStateHeader } from '../../../runtime/formats/keyed/header';
import {
  beginHeapKeyGroup,
  beginHeapState,
  isHeapLayout,
  readHeapKeyGroup,
  writeHeapEntry,
} from '../../../runtime/formats/keyed/heapKeyGroups';

export type Entry =
  | { readonly state: number; readonly namespace: unknown; readonly key: unknown; readonly value: unknown }
  | { readonly state: number; readonly element: unknown };

export interface KeyedContent {
  readonly header: KeyedStateHeader;
  readonly layout: 'heap' | 'canonical';
  /** In the order of the file. */
  readonly keyGroups: readonly {
    readonly keyGroup: number;
    readonly entries: readonly Entry[];
    /** Numbers of the states in the order of a heap key group. */
    readonly states: readonly number[];
  }[];
}

export function readKeyed(
  bytes: Uint8Array,
  handle: Pick<KeyGroupsHandle, 'range' | 'offsets'>,
  maxParallelism: number,
): KeyedContent {
  const header = readKeyedHeader(new DataInput(bytes, 'keyed'));
  const extents = keyGroupExtents(handle, bytes.length);
  const first = extents[0];
  const isHeap =
    first !== undefined && isHeapLayout(handle.offsets, first.keyGroup, bytes.subarray(first.start, first.end));
  const keyGroups = extents.map(({ keyGroup, start, end }) => {
    const entries: Entry[] = [];
    const states: number[] = [];
    const visitor = {
      begin: (state: number) => void states.push(state),
      entry: (state: number, namespace: unknown, key: unknown, value: unknown) =>
        void entries.push({ state, namespace, key, value }),
      element: (state: number, element: unknown) => void entries.push({ state, element }),
    };
    const input = new DataInput(bytes.subarray(start, end), 'keyed', start);
    if (isHeap) readHeapKeyGroup(input, header, keyGroup, visitor);
    else readCanonicalKeyGroup(input, header, keyGroup, keyGroupPrefixBytes(maxParallelism), visitor);
    return { keyGroup, entries, states };
  });
  return { header, layout: isHeap ? 'heap' : 'canonical', keyGroups };
}

/** Encodes again what {@link readKeyed} read. */
export function writeKeyed(content: KeyedContent, maxParallelism: number): Uint8Array {
  const out = new DataOutput();
  writeKeyedHeader(content.header, out);
  const canonical = new CanonicalWriter(content.header, keyGroupPrefixBytes(maxParallelism), out);
  for (const { keyGroup, entries, states } of content.keyGroups) {
    if (content.layout === 'heap') writeHeap(content.header, keyGroup, entries, states, out);
    else {
      canonical.beginKeyGroup(keyGroup);
      for (const entry of entries) {
        if ('element' in entry) canonical.element(entry.state, entry.element);
        else canonical.entry(entry.state, entry.namespace, entry.key, entry.value);
      }
      canonical.endKeyGroup();
    }
  }
  return out.toBytes();
}

function writeHeap(
  header: KeyedStateHeader,
  keyGroup: number,
  entries: readonly Entry[],
  stateOrder: readonly number[],
  out: DataOutput,
): void {
  beginHeapKeyGroup(keyGroup, out);
  for (const state of stateOrder) {
    const info = header.states[state];
    const own = entries.filter((entry) => entry.state === state);
    beginHeapState(state, own.length, out);
    for (const entry of own) {
      if ('element' in entry) {
        if (info?.kind === 'priorityQueue') info.element.serialize(entry.element, out);
      } else if (info?.kind === 'keyValue') {
        const serializers = { namespace: info.namespace, key: header.keySerializer, value: info.value };
        writeHeapEntry(serializers, entry.namespace, entry.key, entry.value, out);
      }
    }
  }
}
