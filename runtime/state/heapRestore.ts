import type { Clock } from '../base/env';
import { userError, type JobStateError } from '../base/errors';
import type { KeyGroupRange } from '../base/keyGroupRange';
import { DataInput } from '../formats/dataInput';
import type { KeyedHandle, KeyGroupsHandle } from '../formats/handles';
import { readCanonicalKeyGroup } from '../formats/keyed/canonicalReader';
import { keyGroupPrefixBytes } from '../formats/keyed/compositeKey';
import type { KeyGroupVisitor } from '../formats/keyed/entryVisitor';
import { readKeyedHeader, type KeyedStateHeader } from '../formats/keyed/header';
import { isHeapLayout, readHeapKeyGroup } from '../formats/keyed/heapKeyGroups';
import type { KeyedStateMetaInfo } from '../formats/keyed/stateMetaInfo';
import type { TypeSerializer } from '../formats/serializer';
import { sameSnapshot } from '../formats/serializers/snapshots';
import { TIMER, TimerSerializer, VOID_NAMESPACE, type TimerElement } from '../formats/serializers/streaming';
import type { CloseableRegistry } from './closeableRegistry';
import type { HeapStates } from './heapStates';
import { headerEnd, readTogether, sectionsOf, type KeyGroupSection } from './keyGroupSections';
import type { KeyCodec } from './keyCodec';
import { ownNamespace } from './namespaces';
import { Pacer } from './pacer';
import type { StateSource } from './stateSource';

/** The backend that is being filled. */
export interface RestoreTarget {
  readonly range: KeyGroupRange;
  readonly maxParallelism: number;
  readonly codec: KeyCodec;
  readonly states: HeapStates;
}

/**
 * Reads the key groups of the target's range from a heap checkpoint or a canonical savepoint; returns the entries and timers read. Fails
 * with `state.incompatible` when the key is of another type, with `state.unsupported` for what this backend cannot hold.
 */
export async function restoreHeap(
  clock: Pick<Clock, 'monoMs' | 'yield'>,
  target: RestoreTarget,
  handle: KeyedHandle,
  source: StateSource,
  open: CloseableRegistry,
): Promise<number> {
  if (handle.t !== 'keyGroups' && handle.t !== 'savepoint') throw notHeap(handle.t);
  const pacer = new Pacer(clock, open);
  const header = await readHeader(target, handle, source);
  const canonical = handle.t === 'savepoint' || !(await isNative(handle, source));
  const filler = new Filler(target, header);
  for (const sections of readTogether(sectionsOf(handle, target.range, source.sizeBytes))) {
    const start = sections[0]?.start ?? 0;
    const bytes = await source.read(start, (sections.at(-1)?.end ?? start) - start);
    for (const section of sections) {
      const part = bytes.subarray(section.start - start, section.end - start);
      filler.read(section, new DataInput(part, source.location, section.start), canonical);
      if (pacer.isDue()) await pacer.pause();
    }
  }
  return filler.entries;
}

/** The stored header, with our serializers where they are known to be the same. */
async function readHeader(
  target: RestoreTarget,
  handle: KeyGroupsHandle,
  source: StateSource,
): Promise<KeyedStateHeader> {
  const end = headerEnd(handle, source.sizeBytes);
  const stored = readKeyedHeader(new DataInput(await source.read(0, end), source.location));
  const { serializer: keySerializer } = target.codec;
  if (!sameSnapshot(stored.keySerializer.snapshot, keySerializer.snapshot)) {
    throw userError(
      'state.incompatible',
      `The keys are stored as ${stored.keySerializer.describe()}, but declared as ${keySerializer.describe()}.`,
      'Declare the stored type in keyBy, or start without this snapshot.',
      { subject: { field: 'key' } },
    );
  }
  const states = stored.states.map((info): KeyedStateMetaInfo => {
    if (info.kind === 'keyValue') return { ...info, namespace: ownNamespace(info.namespace) };
    const namespace = timerNamespace(info.element);
    const element = namespace && TIMER(keySerializer, namespace);
    if (element === undefined || !sameSnapshot(info.element.snapshot, element.snapshot)) throw noTimers(info.name);
    return { ...info, element };
  });
  return { ...stored, keySerializer, states };
}

/** undefined for a priority queue that does not hold timers. */
function timerNamespace(element: TypeSerializer<unknown>): TypeSerializer<unknown> | undefined {
  return element instanceof TimerSerializer ? ownNamespace(element.namespace as TypeSerializer<unknown>) : undefined;
}

async function isNative(handle: KeyGroupsHandle, source: StateSource): Promise<boolean> {
  const first = handle.offsets[0] ?? 0;
  const length = Math.min(4, Math.max(0, source.sizeBytes - first));
  return isHeapLayout(handle.offsets, handle.range.start, await source.read(first, length));
}

/** Puts what is read into the tables and timer queues. */
class Filler implements KeyGroupVisitor {
  entries = 0;
  private keyGroup = 0;
  private readonly entryTo: ((key: unknown, value: unknown, namespace: unknown) => void)[];
  private readonly elementTo: ((timer: TimerElement<unknown, unknown>) => void)[];

  constructor(
    private readonly target: RestoreTarget,
    private readonly header: KeyedStateHeader,
  ) {
    const { codec, states } = target;
    const nowhere = (): void => undefined;
    this.entryTo = header.states.map((info) => {
      if (info.kind !== 'keyValue') return nowhere;
      const { table } = states.restored(info);
      return (key, value, namespace) => table.set(this.keyGroup, codec.toMapKey(key), value, namespace);
    });
    this.elementTo = header.states.map((info) => {
      if (info.kind !== 'priorityQueue') return nowhere;
      const queue = states.timersOf(info.name, timerNamespace(info.element) ?? VOID_NAMESPACE);
      return ({ timestampMs, key, namespace }) => void queue.add(timestampMs, key, this.keyGroup, namespace);
    });
  }

  read(section: KeyGroupSection, input: DataInput, canonical: boolean): void {
    this.keyGroup = section.keyGroup;
    if (!canonical) readHeapKeyGroup(input, this.header, section.keyGroup, this);
    else {
      const prefixBytes = keyGroupPrefixBytes(this.target.maxParallelism);
      readCanonicalKeyGroup(input, this.header, section.keyGroup, prefixBytes, this);
    }
  }

  entry(state: number, namespace: unknown, key: unknown, value: unknown): void {
    this.entries += 1;
    this.entryTo[state]?.(key, value, namespace);
  }

  element(state: number, element: unknown): void {
    this.entries += 1;
    // The header's element serializer is a TimerSerializer (readHeader).
    this.elementTo[state]?.(element as TimerElement<unknown, unknown>);
  }
}

function notHeap(kind: KeyedHandle['t']): JobStateError {
  return userError(
    'state.unsupported',
    `Keyed state of kind "${kind}" cannot be restored into the heap.`,
    'Take a canonical savepoint of the job and restore that.',
  );
}

function noTimers(name: string): JobStateError {
  return userError(
    'state.unsupported',
    `The priority queue "${name}" does not hold timers of these keys.`,
    'Restore a snapshot of a job without it.',
    { subject: { field: name } },
  );
}
