/** Brings decoded metadata and state into the form of `expected.json`, which Flink itself wrote. */
import { keyedHandleSizeBytes, streamHandleSizeBytes } from '../../../runtime/formats/handleSize';
import type {
  ChannelStateHandle,
  CheckpointMetadata,
  CheckpointProperties,
  KeyedHandle,
  OperatorHandle,
  StreamHandle,
  SubtaskState,
} from '../../../runtime/formats/handles';
import { readOperatorState } from '../../../runtime/formats/operator/operatorStateFile';
import { toJson } from '../../../runtime/formats/render';
import { readKeyed } from './keyedState';
import { bytesOf } from './recordings';
import type { Snapshot } from './recordings';

const streamClasses = {
  bytes: 'ByteStreamStateHandle',
  file: 'FileStateHandle',
  relative: 'RelativeFileStateHandle',
  segment: 'SegmentFileStateHandle',
  emptySegment: 'EmptySegmentFileStateHandle',
} as const;

function streamForm(handle: StreamHandle): Record<string, unknown> {
  const form = { class: streamClasses[handle.t], size: streamHandleSizeBytes(handle) };
  switch (handle.t) {
    case 'bytes':
      return { ...form, name: handle.name };
    case 'file':
      return { ...form, path: handle.uri };
    case 'relative':
      return { ...form, relativePath: handle.path };
    case 'segment': {
      const { uri, position, logicalFileId } = handle;
      return { ...form, path: uri, start: position, scope: handle.scope.toUpperCase(), logicalFileId };
    }
    case 'emptySegment':
      return { ...form, path: 'empty', start: 0, scope: 'EXCLUSIVE', logicalFileId: 'DUMMY' };
  }
}

function keyedForm(handle: KeyedHandle): Record<string, unknown> {
  const form = {
    keyGroups: [handle.range.start, handle.range.end],
    stateSize: keyedHandleSizeBytes(handle),
    stateHandleId: handle.id,
  };
  switch (handle.t) {
    case 'keyGroups':
      return { class: 'KeyGroupsStateHandle', ...form, offsets: handle.offsets, delegate: streamForm(handle.data) };
    case 'savepoint':
      return {
        class: 'KeyGroupsSavepointStateHandle',
        ...form,
        offsets: handle.offsets,
        delegate: streamForm(handle.data),
      };
    case 'incremental':
      return {
        class: 'IncrementalRemoteKeyedStateHandle',
        ...form,
        checkpointId: handle.checkpoint,
        checkpointedSize: handle.checkpointedSizeBytes,
        backendIdentifier: handle.backend,
        meta: streamForm(handle.meta),
        shared: handle.shared.map(({ name, data }) => ({ localPath: name, handle: streamForm(data) })),
        private: handle.private.map(({ name, data }) => ({ localPath: name, handle: streamForm(data) })),
      };
    case 'changelog':
      return {
        class: 'ChangelogStateBackendHandleImpl',
        ...form,
        checkpointedSize: handle.checkpointedSizeBytes,
        materializationId: handle.materialization,
        checkpointId: handle.checkpoint,
        materialized: handle.materialized.map(keyedForm),
        changes: handle.delta.map(keyedForm),
      };
    case 'changes':
      return { class: 'InMemoryChangelogStateHandle', ...form };
    case 'changeFiles':
      return { class: 'ChangelogStateHandleStreamImpl', ...form, checkpointedSize: handle.checkpointedSizeBytes };
  }
}

const modes = { split: 'SPLIT_DISTRIBUTE', union: 'UNION', broadcast: 'BROADCAST' } as const;

function operatorForm(handle: OperatorHandle): Record<string, unknown> {
  const prefix = handle.fileMerging === undefined ? '' : handle.fileMerging.empty ? 'EmptyFileMerging' : 'FileMerging';
  return {
    class: `${prefix}OperatorStreamStateHandle`,
    stateSize: streamHandleSizeBytes(handle.data),
    states: Object.fromEntries(handle.states.map(({ name, mode, offsets }) => [name, { mode: modes[mode], offsets }])),
    delegate: streamForm(handle.data),
  };
}

function channelForm(handle: ChannelStateHandle): Record<string, unknown> {
  return { stateSize: handle.sizeBytes, subtask: handle.subtask, delegate: streamForm(handle.data) };
}

function subtaskForm(state: SubtaskState): Record<string, unknown> {
  const form: Record<string, unknown> = {};
  if (state.managedKeyed !== undefined) form['managedKeyed'] = [keyedForm(state.managedKeyed)];
  if (state.rawKeyed !== undefined) form['rawKeyed'] = [keyedForm(state.rawKeyed)];
  if (state.managedOperator !== undefined) form['managedOperator'] = [operatorForm(state.managedOperator)];
  if (state.rawOperator !== undefined) form['rawOperator'] = [operatorForm(state.rawOperator)];
  if (state.inputChannels !== undefined) form['inputChannel'] = state.inputChannels.map(channelForm);
  if (state.resultSubpartitions !== undefined) form['resultSubpartition'] = state.resultSubpartitions.map(channelForm);
  return form;
}

/** As `CheckpointProperties.toString()`. */
export function propertiesText(properties: CheckpointProperties | undefined): string {
  if (properties === undefined) return 'null';
  const { type } = properties;
  const kind =
    type.t === 'checkpoint'
      ? `CheckpointType{name='${type.name}', sharingFilesStrategy=${type.sharing}}`
      : `SavepointType{name='${type.name}', postCheckpointAction=${type.postAction}, formatType=${type.format}}`;
  const flags = (['Subsumed', 'Finished', 'Cancelled', 'Failed', 'Suspended'] as const).map(
    (when) => `discard${when}=${properties[`discard${when}`]}`,
  );
  return `CheckpointProperties{forced=${properties.forced}, checkpointType=${kind}, ${flags.join(', ')}}`;
}

/** Operators by id; what `expected.json` says of each is in the second. */
export function operatorsForm(metadata: CheckpointMetadata): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    metadata.operators.map((operator) => [
      operator.operatorId,
      {
        parallelism: operator.parallelism,
        maxParallelism: operator.maxParallelism,
        coordinatorState: operator.coordinatorState === undefined ? undefined : streamForm(operator.coordinatorState),
        subtasks: Object.fromEntries(
          operator.subtasks.map(({ index, state }) => [index, state === 'finished' ? 'finished' : subtaskForm(state)]),
        ),
      },
    ]),
  );
}

/** Decoded state by operator id and state name, rows as sorted text. */
export function stateForm(snapshot: Snapshot): Map<string, Map<string, string[]>> {
  const states = new Map<string, Map<string, string[]>>();
  for (const operator of snapshot.metadata.operators) {
    const rows = new Map<string, string[]>();
    states.set(operator.operatorId, rows);
    for (const { state } of operator.subtasks) {
      if (state === 'finished') continue;
      const { managedKeyed, managedOperator } = state;
      if (managedKeyed?.t === 'keyGroups' || managedKeyed?.t === 'savepoint') {
        const content = readKeyed(bytesOf(managedKeyed.data, snapshot), managedKeyed, operator.maxParallelism);
        addKeyed(content, rows);
      }
      if (managedOperator !== undefined && managedOperator.data.t !== 'emptySegment') {
        addOperator(bytesOf(managedOperator.data, snapshot), managedOperator, rows);
      }
    }
  }
  return states;
}

function addKeyed(content: ReturnType<typeof readKeyed>, rows: Map<string, string[]>): void {
  for (const { entries } of content.keyGroups) {
    for (const entry of entries) {
      const info = content.header.states[entry.state];
      if (info === undefined) throw new Error('no such state');
      if ('element' in entry) {
        const { timestampMs, key, namespace } = entry.element as {
          timestampMs: number;
          key: unknown;
          namespace: unknown;
        };
        const name = info.name.includes('/event_') ? '(event-time timers)' : '(processing-time timers)';
        add(rows, name, [key, timestampMs, ...(namespace === null ? [] : [namespace])]);
      } else {
        add(rows, info.name, [
          entry.key,
          result(info.name, entry.value),
          ...(entry.namespace === null ? [] : [entry.namespace]),
        ]);
      }
    }
  }
}

/** `expected.json` holds the results of the recorded job's two aggregating states; stored are a sum and a count. */
function result(state: string, stored: unknown): unknown {
  if (state !== 'amount-average' && state !== 'window-contents') return stored;
  const [sum, count] = stored as [number, number];
  return state === 'window-contents' ? sum : sum / count;
}

function addOperator(bytes: Uint8Array, handle: OperatorHandle, rows: Map<string, string[]>): void {
  const content = readOperatorState(bytes, handle.states);
  for (const { info, elements } of content.lists) for (const element of elements) add(rows, info.name, element);
  // Every subtask has the same copy.
  for (const { info, entries } of content.broadcasts) {
    if (!rows.has(info.name)) for (const entry of entries) add(rows, info.name, entry);
  }
}

function add(rows: Map<string, string[]>, name: string, row: unknown): void {
  const all = rows.get(name) ?? [];
  all.push(rowText(row));
  rows.set(name, all);
}

/** One row as text that is equal for equal content: members sorted, maps as sorted pairs, without class names and TTL times. */
export function rowText(row: unknown): string {
  return JSON.stringify(normal(row));
}

function normal(value: unknown): unknown {
  if (value instanceof Map) return sortedPairs([...(value as Map<unknown, unknown>)]);
  if (value instanceof Uint8Array) return toJson(value);
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return toJson(value);
  if ('lastAccessMs' in value && 'value' in value) return normal(value.value);
  if ('map' in value && Array.isArray(value.map)) return sortedPairs(value.map as unknown[]);
  const members = Object.entries(value).filter(([name]) => name !== 'class');
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, normal(member)]),
  );
}

function sortedPairs(pairs: readonly unknown[]): unknown {
  return { map: pairs.map((pair) => JSON.stringify(normal(pair))).sort() };
}
