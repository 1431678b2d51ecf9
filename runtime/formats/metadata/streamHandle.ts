import { unreachable } from '../../base/errors';
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { StreamHandle } from '../handles';
import { tag } from './tags';

/** A handle that must be there. */
export function readStreamHandle(input: DataInput): StreamHandle {
  const at = input.position;
  const handle = readOptionalStreamHandle(input);
  if (handle === undefined) throw input.malformed('A stream handle is missing', at);
  return handle;
}

/** A handle, or undefined for Flink's null. */
export function readOptionalStreamHandle(input: DataInput): StreamHandle | undefined {
  const at = input.position;
  const kind = input.readUnsignedByte();
  switch (kind) {
    case tag.none:
      return undefined;
    case tag.bytes: {
      const name = input.readUtf();
      return { t: 'bytes', name, data: input.readBytes(input.readCount('inlined bytes')) };
    }
    case tag.file: {
      const sizeBytes = input.readLong();
      return { t: 'file', sizeBytes, uri: input.readUtf() };
    }
    case tag.relative: {
      const path = input.readUtf();
      return { t: 'relative', path, sizeBytes: input.readLong() };
    }
    case tag.segment:
      return readSegment(input);
    case tag.emptySegment:
      return { t: 'emptySegment' };
    case tag.keyGroupsV1:
      throw input.unsupported(
        'A key-groups handle inside another handle, which no known version of Flink writes,',
        'Please report the snapshot.',
      );
    default:
      throw input.malformed(`Unknown kind of stream handle ${kind}`, at);
  }
}

function readSegment(input: DataInput): StreamHandle {
  const position = input.readLong();
  const sizeBytes = input.readLong();
  const at = input.position;
  const scope = input.readInt();
  if (scope !== 0 && scope !== 1) throw input.malformed(`Unknown scope ${scope} of a file segment`, at);
  const uri = input.readUtf();
  return {
    t: 'segment',
    uri,
    position,
    sizeBytes,
    scope: scope === 0 ? 'exclusive' : 'shared',
    logicalFileId: input.readUtf(),
  };
}

export function writeStreamHandle(handle: StreamHandle | undefined, out: DataOutput): void {
  if (handle === undefined) {
    out.writeByte(tag.none);
    return;
  }
  switch (handle.t) {
    case 'bytes':
      out.writeByte(tag.bytes);
      out.writeUtf(handle.name);
      out.writeInt(handle.data.length);
      out.writeBytes(handle.data);
      return;
    case 'file':
      out.writeByte(tag.file);
      out.writeLong(handle.sizeBytes);
      out.writeUtf(handle.uri);
      return;
    case 'relative':
      out.writeByte(tag.relative);
      out.writeUtf(handle.path);
      out.writeLong(handle.sizeBytes);
      return;
    case 'segment':
      out.writeByte(tag.segment);
      out.writeLong(handle.position);
      out.writeLong(handle.sizeBytes);
      out.writeInt(handle.scope === 'exclusive' ? 0 : 1);
      out.writeUtf(handle.uri);
      out.writeUtf(handle.logicalFileId);
      return;
    case 'emptySegment':
      out.writeByte(tag.emptySegment);
      return;
    default:
      unreachable(handle);
  }
}
