/** Operator state files: header, then elements that only the handle's offsets find. Source: `DefaultOperatorStateBackendSnapshotStrategy`. */
import { DataInput } from '../dataInput';
import { DataOutput } from '../dataOutput';
import { malformed } from '../formatErrors';
import type { OperatorHandle } from '../handles';
import type { OperatorStateMetaInfo } from '../keyed/stateMetaInfo';
import { decodeSnappyFraming } from '../snappyFraming';
import { readOperatorHeader, writeOperatorHeader } from './header';

type ListInfo = Extract<OperatorStateMetaInfo, { kind: 'operator' }>;
type BroadcastInfo = Extract<OperatorStateMetaInfo, { kind: 'broadcast' }>;

export interface ListStateContent {
  readonly info: ListInfo;
  readonly elements: readonly unknown[];
}

export interface BroadcastStateContent {
  readonly info: BroadcastInfo;
  readonly entries: ReadonlyMap<unknown, unknown>;
}

export interface OperatorStateContent {
  readonly lists: readonly ListStateContent[];
  readonly broadcasts: readonly BroadcastStateContent[];
}

/**
 * Decodes a whole file of managed operator state.
 * @param states of the handle, with the offsets of the elements
 */
export function readOperatorState(
  bytes: Uint8Array,
  states: OperatorHandle['states'],
  file?: string,
): OperatorStateContent {
  const header = readOperatorHeader(new DataInput(bytes, file));
  const source = new Elements(bytes, states, header.compressed, file);
  return {
    lists: header.lists.map((info) => ({
      info,
      elements: source.offsetsOf(info.name).map((offset) => info.element.deserialize(source.at(offset))),
    })),
    broadcasts: header.broadcasts.map((info) => ({ info, entries: readBroadcast(info, source) })),
  };
}

function readBroadcast(info: BroadcastInfo, source: Elements): Map<unknown, unknown> {
  const entries = new Map<unknown, unknown>();
  const offset = source.offsetsOf(info.name)[0];
  if (offset === undefined) return entries;
  const input = source.at(offset);
  for (let count = input.readCount('broadcast entries'); count > 0; count--) {
    const key = info.key.deserialize(input);
    entries.set(key, info.value.deserialize(input));
  }
  return entries;
}

/** Finds the bytes behind the offsets of a handle. */
class Elements {
  private readonly bytes: Uint8Array;
  private readonly states: OperatorHandle['states'];
  private readonly compressed: boolean;
  private readonly file: string | undefined;
  private readonly sorted: readonly number[];

  constructor(bytes: Uint8Array, states: OperatorHandle['states'], compressed: boolean, file: string | undefined) {
    this.bytes = bytes;
    this.states = states;
    this.compressed = compressed;
    this.file = file;
    this.sorted = states.flatMap((state) => state.offsets).sort((a, b) => a - b);
  }

  offsetsOf(name: string): readonly number[] {
    return this.states.find((state) => state.name === name)?.offsets ?? [];
  }

  at(offset: number): DataInput {
    if (offset < 0 || offset > this.bytes.length) {
      throw malformed(`The handle names the offset ${offset} of a file of ${this.bytes.length} bytes`, {
        file: this.file,
        position: offset,
      });
    }
    if (!this.compressed) return new DataInput(this.bytes.subarray(offset), this.file, offset);
    const chunks = this.bytes.subarray(offset, this.after(offset));
    return new DataInput(decodeSnappyFraming(chunks, this.file, offset), this.file);
  }

  /** The next offset after one: each is the border of a compressed chunk. */
  private after(offset: number): number {
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return this.sorted[low] ?? this.bytes.length;
  }
}

/** Encodes a file of managed operator state: its bytes, and the states of its handle with the offsets. */
export function writeOperatorStateFile(content: OperatorStateContent): {
  readonly bytes: Uint8Array;
  readonly states: OperatorHandle['states'];
} {
  const out = new DataOutput(1024);
  const [lists, broadcasts] = [content.lists.map(({ info }) => info), content.broadcasts.map(({ info }) => info)];
  writeOperatorHeader({ compressed: false, lists, broadcasts }, out);
  const states: OperatorHandle['states'][number][] = [];
  for (const { info, elements } of content.lists) {
    const offsets: number[] = [];
    for (const element of elements) {
      offsets.push(out.position);
      info.element.serialize(element, out);
    }
    states.push({ name: info.name, mode: info.mode, offsets });
  }
  for (const { info, entries } of content.broadcasts) {
    states.push({ name: info.name, mode: 'broadcast', offsets: [out.position] });
    out.writeInt(entries.size);
    for (const [key, value] of entries) {
      info.key.serialize(key, out);
      info.value.serialize(value, out);
    }
  }
  return { bytes: out.toBytes(), states };
}
