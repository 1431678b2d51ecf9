/** The header of operator state files; Flink's `OperatorBackendSerializationProxy`, versions 5 (1.7 to 1.17) and 6. */
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import { readStateMetaInfo, writeStateMetaInfo } from '../keyed/stateMetaInfo';
import type { OperatorStateMetaInfo } from '../keyed/stateMetaInfo';

const oldestVersion = 5;
const writtenVersion = 6;

type ListInfo = Extract<OperatorStateMetaInfo, { kind: 'operator' }>;
type BroadcastInfo = Extract<OperatorStateMetaInfo, { kind: 'broadcast' }>;

export interface OperatorStateHeader {
  readonly compressed: boolean;
  readonly lists: readonly ListInfo[];
  readonly broadcasts: readonly BroadcastInfo[];
}

/** Reads the header; the data is found through the handle's offsets only. */
export function readOperatorHeader(input: DataInput): OperatorStateHeader {
  const at = input.position;
  const version = input.readInt();
  if (version > 0 && version < oldestVersion) {
    throw input.unsupported(
      `Operator state in version ${version} of the format, from Flink 1.6 or older,`,
      'Restore the snapshot in Flink 1.8 or newer and take a new savepoint.',
    );
  }
  if (version !== oldestVersion && version !== writtenVersion) {
    throw input.malformed(`Unknown version ${version} of operator state`, at);
  }
  const compressed = version >= writtenVersion && input.readBoolean();
  const lists = readInfos(input, (info): info is ListInfo => info.kind === 'operator');
  const broadcasts = readInfos(input, (info): info is BroadcastInfo => info.kind === 'broadcast');
  return { compressed, lists, broadcasts };
}

type Info = ReturnType<typeof readStateMetaInfo>;

function readInfos<T extends Info>(input: DataInput, isOfKind: (info: Info) => info is T): T[] {
  const infos: T[] = [];
  for (let count = input.readUnsignedShort(); count > 0; count--) {
    const at = input.position;
    const info = readStateMetaInfo(input);
    if (!isOfKind(info)) throw input.malformed(`The state "${info.name}" is not where states of its kind are`, at);
    infos.push(info);
  }
  return infos;
}

/** Writes the header in version 6 (Flink ≥ 1.18). */
export function writeOperatorHeader(header: OperatorStateHeader, out: DataOutput): void {
  out.writeInt(writtenVersion);
  out.writeBoolean(header.compressed);
  for (const infos of [header.lists, header.broadcasts]) {
    out.writeShort(infos.length);
    for (const info of infos) writeStateMetaInfo(info, out);
  }
}
