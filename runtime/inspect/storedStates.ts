import type { Disk } from '../base/env';
import { userError } from '../base/errors';
import { inKeyGroupRange } from '../base/keyGroupRange';
import { DataInput } from '../formats/dataInput';
import type { KeyedHandle, KeyGroupsHandle, OperatorState } from '../formats/handles';
import { readCanonicalKeyGroup } from '../formats/keyed/canonicalReader';
import { keyGroupPrefixBytes } from '../formats/keyed/compositeKey';
import type { KeyGroupVisitor } from '../formats/keyed/entryVisitor';
import { readKeyedHeader, type KeyedStateHeader } from '../formats/keyed/header';
import { isHeapLayout, readHeapKeyGroup } from '../formats/keyed/heapKeyGroups';
import { readOperatorState } from '../formats/operator/operatorStateFile';
import { toJson, toText, toTimeText } from '../formats/render';
import type { StateEntryInfo } from '../rest/debug/model';
import { describeState } from '../state/describeState';
import { headerEnd, readTogether, sectionsOf } from '../state/keyGroupSections';
import { locate } from '../state/stateLocation';
import { openState, type StateSource } from '../state/stateSource';

/** A state as its file describes it. */
export type StoredState = { readonly name: string } & ReturnType<typeof describeState>;

/** One entry of a stored state, rendered. */
export interface StoredEntry {
  readonly state: StoredState;
  readonly entry: StateEntryInfo;
}

/** What of a snapshot's operator is read, and where it lies. */
export interface StoredOperator {
  readonly disk: Disk;
  /** That of the snapshot, base of relative handles. */
  readonly directory: string;
  readonly operator: OperatorState;
}

/**
 * Every entry of the operator's states, subtask after subtask in the order of the files; read piece by piece, so that the reader may stop
 * whenever it has enough; of keyed state only a key group, when one is named. Fails with `snapshot.unsupported-state` for state that is not in one of the key-group layouts.
 */
export async function* storedEntries(
  source: StoredOperator,
  wanted?: string,
  keyGroup?: number,
): AsyncGenerator<StoredEntry[]> {
  for (const { index, state } of bySubtask(source.operator)) {
    for (const handle of [state.managedKeyed, state.rawKeyed]) {
      if (handle !== undefined) yield* keyedEntries(source, handle, index, wanted, keyGroup);
    }
    if (state.managedOperator !== undefined) {
      yield await operatorEntries(source, state.managedOperator, index, wanted);
    }
  }
}

/** The states that the operator has in the first subtask that has any; entries are not read. */
export async function storedStates(source: StoredOperator): Promise<readonly StoredState[]> {
  const states = new Map<string, StoredState>();
  const add = (state: StoredState): void => {
    if (!states.has(state.name)) states.set(state.name, state);
  };
  for (const { state } of bySubtask(source.operator)) {
    for (const handle of [state.managedKeyed, state.rawKeyed]) {
      if (handle === undefined) continue;
      const header = await withState(source, keyGroups(handle), (opened, data) => readHeader(opened, data));
      for (const info of header.states) add(storedState(info, header));
    }
    if (state.managedOperator !== undefined) {
      const { lists, broadcasts } = await readOperator(source, state.managedOperator);
      for (const { info } of [...lists, ...broadcasts]) add(storedState(info));
    }
  }
  return [...states.values()];
}

function storedState(info: Parameters<typeof describeState>[0], header?: KeyedStateHeader): StoredState {
  return { name: info.name, ...describeState(info, header?.keySerializer.describe()) };
}

type SubtaskWithState = {
  readonly index: number;
  readonly state: Exclude<OperatorState['subtasks'][number]['state'], 'finished'>;
};

function bySubtask(operator: OperatorState): readonly SubtaskWithState[] {
  return operator.subtasks
    .flatMap(({ index, state }) => (state === 'finished' ? [] : [{ index, state }]))
    .sort((a, b) => a.index - b.index);
}

async function* keyedEntries(
  source: StoredOperator,
  handle: KeyedHandle,
  subtask: number,
  wanted: string | undefined,
  keyGroup: number | undefined,
): AsyncGenerator<StoredEntry[]> {
  const data = keyGroups(handle);
  if (keyGroup !== undefined && !inKeyGroupRange(data.range, keyGroup)) return;
  const range = keyGroup === undefined ? data.range : { start: keyGroup, end: keyGroup };
  const opened = await openState(source.disk, locate(source.directory, data.data));
  try {
    const header = await readHeader(opened, data);
    if (wanted !== undefined && !header.states.some(({ name }) => name === wanted)) return;
    const canonical = data.t === 'savepoint' || !(await isNative(opened, data));
    const prefixBytes = keyGroupPrefixBytes(source.operator.maxParallelism);
    for (const sections of readTogether(sectionsOf(data, range, opened.sizeBytes))) {
      const start = sections[0]?.start ?? 0;
      const bytes = await opened.read(start, (sections.at(-1)?.end ?? start) - start);
      const collector = new Collector(header, subtask, wanted);
      for (const section of sections) {
        const part = bytes.subarray(section.start - start, section.end - start);
        const input = new DataInput(part, opened.location, section.start);
        collector.keyGroup = section.keyGroup;
        if (canonical) readCanonicalKeyGroup(input, header, section.keyGroup, prefixBytes, collector);
        else readHeapKeyGroup(input, header, section.keyGroup, collector);
      }
      yield collector.entries;
    }
  } finally {
    await opened.close();
  }
}

async function withState<T>(
  source: StoredOperator,
  data: KeyGroupsHandle,
  read: (opened: StateSource, data: KeyGroupsHandle) => Promise<T>,
): Promise<T> {
  const opened = await openState(source.disk, locate(source.directory, data.data));
  try {
    return await read(opened, data);
  } finally {
    await opened.close();
  }
}

async function readHeader(opened: StateSource, handle: KeyGroupsHandle): Promise<KeyedStateHeader> {
  const end = headerEnd(handle, opened.sizeBytes);
  return readKeyedHeader(new DataInput(await opened.read(0, end), opened.location));
}

async function isNative(opened: StateSource, handle: KeyGroupsHandle): Promise<boolean> {
  const first = handle.offsets[0] ?? 0;
  const length = Math.min(4, Math.max(0, opened.sizeBytes - first));
  return isHeapLayout(handle.offsets, handle.range.start, await opened.read(first, length));
}

function keyGroups(handle: KeyedHandle): KeyGroupsHandle {
  if (handle.t === 'keyGroups' || handle.t === 'savepoint') return handle;
  throw userError(
    'snapshot.unsupported-state',
    `Keyed state of kind "${handle.t}" cannot be read from disk yet.`,
    'Take a canonical savepoint of the job and look into that.',
  );
}

/** Renders what a piece of keyed state holds. */
class Collector implements KeyGroupVisitor {
  readonly entries: StoredEntry[] = [];
  keyGroup = 0;
  readonly #states: readonly (StoredState | undefined)[];
  readonly #subtask: number;

  constructor(header: KeyedStateHeader, subtask: number, wanted: string | undefined) {
    this.#subtask = subtask;
    this.#states = header.states.map((info) =>
      wanted === undefined || info.name === wanted ? storedState(info, header) : undefined,
    );
  }

  entry(state: number, namespace: unknown, key: unknown, value: unknown): void {
    this.#add(state, namespace, key, value, toText(value));
  }

  element(state: number, element: unknown): void {
    const { timestampMs, key, namespace } = element as {
      timestampMs: number | bigint;
      key: unknown;
      namespace: unknown;
    };
    this.#add(state, namespace, key, timestampMs, toTimeText(timestampMs));
  }

  #add(index: number, namespace: unknown, key: unknown, value: unknown, text: string): void {
    const state = this.#states[index];
    if (state === undefined) return;
    const hasNamespace = namespace !== undefined && namespace !== null;
    this.entries.push({
      state,
      entry: {
        key: JSON.stringify(toJson(key)),
        keyGroup: this.keyGroup,
        ...(hasNamespace ? { namespace: toText(namespace) } : {}),
        value: toJson(value),
        text,
        subtask: this.#subtask,
      },
    });
  }
}

type OperatorStateHandle = NonNullable<SubtaskWithState['state']['managedOperator']>;

async function readOperator(source: StoredOperator, handle: OperatorStateHandle) {
  const opened = await openState(source.disk, locate(source.directory, handle.data));
  try {
    return readOperatorState(await opened.read(0, opened.sizeBytes), handle.states, opened.location);
  } finally {
    await opened.close();
  }
}

async function operatorEntries(
  source: StoredOperator,
  handle: OperatorStateHandle,
  subtask: number,
  wanted: string | undefined,
): Promise<StoredEntry[]> {
  const { lists, broadcasts } = await readOperator(source, handle);
  const entries: StoredEntry[] = [];
  for (const { info, elements } of lists) {
    const state = storedState(info);
    for (const [index, value] of elements.entries()) {
      entries.push({ state, entry: { key: String(index), value: toJson(value), text: toText(value), subtask } });
    }
  }
  for (const { info, entries: map } of broadcasts) {
    const state = storedState(info);
    for (const [key, value] of map) {
      const keyText = JSON.stringify(toJson(key));
      entries.push({ state, entry: { key: keyText, value: toJson(value), text: toText(value), subtask } });
    }
  }
  return wanted === undefined ? entries : entries.filter(({ state }) => state.name === wanted);
}
