import { unreachable } from '../../base/errors';
import { keyGroupCount } from '../../base/keyGroupRange';
import type { KeyGroupRange } from '../../base/keyGroupRange';
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type {
  ChangelogDelta,
  ChangelogHandle,
  IncrementalHandle,
  KeyedHandle,
  KeyGroupsHandle,
  NamedFile,
} from '../handles';
import { readOffsets, writeOffsets } from './operatorHandle';
import { readStreamHandle, writeStreamHandle } from './streamHandle';
import { tag } from './tags';

/** Changelogs nest two deep; more is a damaged file. */
const deepest = 8;

/** A keyed state handle after its tag byte, or undefined for none. */
export function readKeyedHandle(input: DataInput, depth = 0): KeyedHandle | undefined {
  const at = input.position;
  const kind = input.readUnsignedByte();
  if (depth > deepest) throw input.malformed('Keyed state handles nested too deeply', at);
  switch (kind) {
    case tag.none:
      return undefined;
    case tag.keyGroupsV1:
      return readKeyGroups(input, 'keyGroups', false);
    case tag.keyGroupsV2:
      return readKeyGroups(input, 'keyGroups', true);
    case tag.savepoint:
      return readKeyGroups(input, 'savepoint', false);
    case tag.incrementalV1:
      return readIncremental(input, false);
    case tag.incrementalV2:
      return readIncremental(input, true);
    case tag.changelogV1:
      return readChangelog(input, false, depth);
    case tag.changelogV2:
      return readChangelog(input, true, depth);
    case tag.changes:
      return readChanges(input);
    case tag.changeFilesV1:
      return readChangeFiles(input, false);
    case tag.changeFilesV2:
      return readChangeFiles(input, true);
    default:
      throw input.malformed(`Unknown kind of keyed state handle ${kind}`, at);
  }
}

function readKeyGroups(input: DataInput, t: KeyGroupsHandle['t'], withId: boolean): KeyGroupsHandle {
  const start = input.readInt();
  const offsets = readOffsets(input);
  const data = readStreamHandle(input);
  return {
    t,
    range: { start, end: start + offsets.length - 1 },
    offsets,
    data,
    ...(withId ? { id: input.readUtf() } : {}),
  };
}

function readRange(input: DataInput): KeyGroupRange {
  const start = input.readInt();
  return { start, end: start + input.readInt() - 1 };
}

function readIncremental(input: DataInput, v2: boolean): IncrementalHandle {
  const checkpoint = input.readLong();
  const backend = input.readUtf();
  const range = readRange(input);
  const checkpointedSizeBytes = v2 ? input.readLong() : undefined;
  const meta = readStreamHandle(input);
  const shared = readNamedFiles(input);
  const privateFiles = readNamedFiles(input);
  return {
    t: 'incremental',
    checkpoint,
    backend,
    range,
    ...(checkpointedSizeBytes === undefined ? {} : { checkpointedSizeBytes }),
    meta,
    shared,
    private: privateFiles,
    ...(v2 ? { id: input.readUtf() } : {}),
  };
}

function readNamedFiles(input: DataInput): NamedFile[] {
  const files: NamedFile[] = [];
  for (let count = input.readCount('files', 3); count > 0; count--) {
    const name = input.readUtf();
    files.push({ name, data: readStreamHandle(input) });
  }
  return files;
}

function readChangelog(input: DataInput, v2: boolean, depth: number): ChangelogHandle {
  const range = readRange(input);
  const checkpointedSizeBytes = input.readLong();
  const materialized = readKeyedHandles(input, depth);
  const delta = readKeyedHandles(input, depth);
  const materialization = input.readLong();
  const checkpoint = v2 ? input.readLong() : materialization;
  return {
    t: 'changelog',
    range,
    checkpointedSizeBytes,
    materialized,
    delta,
    materialization,
    checkpoint,
    id: input.readUtf(),
  };
}

function readKeyedHandles(input: DataInput, depth: number): KeyedHandle[] {
  const handles: KeyedHandle[] = [];
  for (let count = input.readCount('keyed state handles'); count > 0; count--) {
    const handle = readKeyedHandle(input, depth + 1);
    if (handle !== undefined) handles.push(handle);
  }
  return handles;
}

function readChanges(input: DataInput): ChangelogDelta {
  const range = readRange(input);
  const from = input.readLong();
  const to = input.readLong();
  const changes = [];
  for (let count = input.readCount('changes', 8); count > 0; count--) {
    const keyGroup = input.readInt();
    changes.push({ keyGroup, data: input.readBytes(input.readCount('bytes of a change')) });
  }
  return { t: 'changes', range, from, to, changes, id: input.readUtf() };
}

function readChangeFiles(input: DataInput, v2: boolean): ChangelogDelta {
  const range = readRange(input);
  const parts = [];
  for (let count = input.readCount('change files', 9); count > 0; count--) {
    const offset = input.readLong();
    parts.push({ offset, data: readStreamHandle(input) });
  }
  const sizeBytes = input.readLong();
  const checkpointedSizeBytes = input.readLong();
  const id = input.readUtf();
  const storage = v2 ? input.readUtf() : 'filesystem';
  return { t: 'changeFiles', range, parts, sizeBytes, checkpointedSizeBytes, id, storage };
}

/** Writes tag and handle; a handle without id in the form that Flink had before ids (tags 3 and 5). */
export function writeKeyedHandle(handle: KeyedHandle | undefined, out: DataOutput): void {
  if (handle === undefined) {
    out.writeByte(tag.none);
    return;
  }
  switch (handle.t) {
    case 'keyGroups':
    case 'savepoint':
      writeKeyGroups(handle, out);
      return;
    case 'incremental':
      writeIncremental(handle, out);
      return;
    case 'changelog':
      writeChangelog(handle, out);
      return;
    case 'changes':
    case 'changeFiles':
      writeDelta(handle, out);
      return;
    default:
      unreachable(handle);
  }
}

function writeRange(range: KeyGroupRange, out: DataOutput): void {
  out.writeInt(range.start);
  out.writeInt(keyGroupCount(range));
}

function writeKeyGroups(handle: KeyGroupsHandle, out: DataOutput): void {
  const withId = handle.t === 'keyGroups' && handle.id !== undefined;
  out.writeByte(handle.t === 'savepoint' ? tag.savepoint : withId ? tag.keyGroupsV2 : tag.keyGroupsV1);
  out.writeInt(handle.range.start);
  writeOffsets(handle.offsets, out);
  writeStreamHandle(handle.data, out);
  if (withId) out.writeUtf(handle.id);
}

function writeIncremental(handle: IncrementalHandle, out: DataOutput): void {
  out.writeByte(handle.id === undefined ? tag.incrementalV1 : tag.incrementalV2);
  out.writeLong(handle.checkpoint);
  out.writeUtf(handle.backend);
  writeRange(handle.range, out);
  if (handle.id !== undefined) out.writeLong(handle.checkpointedSizeBytes ?? 0);
  writeStreamHandle(handle.meta, out);
  for (const files of [handle.shared, handle.private]) {
    out.writeInt(files.length);
    for (const file of files) {
      out.writeUtf(file.name);
      writeStreamHandle(file.data, out);
    }
  }
  if (handle.id !== undefined) out.writeUtf(handle.id);
}

function writeChangelog(handle: ChangelogHandle, out: DataOutput): void {
  out.writeByte(tag.changelogV2);
  writeRange(handle.range, out);
  out.writeLong(handle.checkpointedSizeBytes);
  for (const handles of [handle.materialized, handle.delta]) {
    out.writeInt(handles.length);
    for (const part of handles) writeKeyedHandle(part, out);
  }
  out.writeLong(handle.materialization);
  out.writeLong(handle.checkpoint);
  out.writeUtf(handle.id);
}

function writeDelta(handle: ChangelogDelta, out: DataOutput): void {
  out.writeByte(handle.t === 'changes' ? tag.changes : tag.changeFilesV2);
  writeRange(handle.range, out);
  if (handle.t === 'changes') {
    out.writeLong(handle.from);
    out.writeLong(handle.to);
    out.writeInt(handle.changes.length);
    for (const change of handle.changes) {
      out.writeInt(change.keyGroup);
      out.writeInt(change.data.length);
      out.writeBytes(change.data);
    }
    out.writeUtf(handle.id);
    return;
  }
  out.writeInt(handle.parts.length);
  for (const part of handle.parts) {
    out.writeLong(part.offset);
    writeStreamHandle(part.data, out);
  }
  out.writeLong(handle.sizeBytes);
  out.writeLong(handle.checkpointedSizeBytes);
  out.writeUtf(handle.id);
  out.writeUtf(handle.storage);
}
