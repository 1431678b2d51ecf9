import { DataInput } from '../dataInput';
import { DataOutput } from '../dataOutput';
import { malformed } from '../formatErrors';
import type { ChannelPart, ChannelStateHandle, MetadataVersion } from '../handles';
import { readOffsets, writeOffsets } from './operatorHandle';
import { readStreamHandle, writeStreamHandle } from './streamHandle';

export type ChannelDirection = 'input' | 'result';

/** Kind bytes of version 6; Flink's `ChannelStateHandleSerializerV2`. */
const kinds = { input: { single: 1, merged: 3 }, result: { single: 2, merged: 4 } } as const;

/** A count and that many handles of one direction; empty before version 3 by the caller's care. */
export function readChannelHandles(
  input: DataInput,
  direction: ChannelDirection,
  version: MetadataVersion,
): ChannelStateHandle[] {
  const handles: ChannelStateHandle[] = [];
  for (let count = input.readCount('channel state handles', 13); count > 0; count--) {
    handles.push(readChannelHandle(input, direction, version));
  }
  return handles;
}

function readChannelHandle(
  input: DataInput,
  direction: ChannelDirection,
  version: MetadataVersion,
): ChannelStateHandle {
  if (version < 6) return readSingle(input);
  const at = input.position;
  const kind = input.readUnsignedByte();
  if (kind === kinds[direction].single) return readSingle(input);
  if (kind === kinds[direction].merged) return readMerged(input);
  throw input.malformed(`Unknown kind of channel state ${kind}`, at);
}

function readSingle(input: DataInput): ChannelStateHandle {
  const subtask = input.readInt();
  const a = input.readInt();
  const b = input.readInt();
  const offsets = readOffsets(input);
  const sizeBytes = input.readLong();
  const data = readStreamHandle(input);
  return { subtask, merged: false, parts: [{ a, b, offsets, sizeBytes }], sizeBytes, data };
}

function readMerged(input: DataInput): ChannelStateHandle {
  const subtask = input.readInt();
  const sizeBytes = input.readLong();
  const data = readStreamHandle(input);
  const length = input.readCount('bytes of merged channels');
  const base = input.filePosition;
  const inner = new DataInput(input.readBytes(length), input.file, base);
  const parts: ChannelPart[] = [];
  for (let count = inner.readCount('merged channels', 20); count > 0; count--) {
    const a = inner.readInt();
    const b = inner.readInt();
    const partSize = inner.readLong();
    parts.push({ a, b, sizeBytes: partSize, offsets: readOffsets(inner) });
  }
  inner.expectEnd('the merged channels');
  return { subtask, merged: true, parts, sizeBytes, data };
}

export function writeChannelHandles(
  handles: readonly ChannelStateHandle[],
  direction: ChannelDirection,
  version: MetadataVersion,
  out: DataOutput,
): void {
  out.writeInt(handles.length);
  for (const handle of handles) {
    if (version >= 6) out.writeByte(handle.merged ? kinds[direction].merged : kinds[direction].single);
    if (handle.merged) writeMerged(handle, version, out);
    else writeSingle(handle, out);
  }
}

function writeSingle(handle: ChannelStateHandle, out: DataOutput): void {
  const part = handle.parts[0];
  if (part === undefined || handle.parts.length > 1) {
    throw malformed('A channel state handle that is not merged has exactly one part');
  }
  out.writeInt(handle.subtask);
  out.writeInt(part.a);
  out.writeInt(part.b);
  writeOffsets(part.offsets, out);
  out.writeLong(handle.sizeBytes);
  writeStreamHandle(handle.data, out);
}

function writeMerged(handle: ChannelStateHandle, version: MetadataVersion, out: DataOutput): void {
  if (version < 6) throw malformed(`Merged channel state does not exist in version ${version} of the format`);
  out.writeInt(handle.subtask);
  out.writeLong(handle.sizeBytes);
  writeStreamHandle(handle.data, out);
  const inner = new DataOutput();
  inner.writeInt(handle.parts.length);
  for (const part of handle.parts) {
    inner.writeInt(part.a);
    inner.writeInt(part.b);
    inner.writeLong(part.sizeBytes);
    writeOffsets(part.offsets, inner);
  }
  out.writeInt(inner.position);
  out.writeBytes(inner.written());
}
