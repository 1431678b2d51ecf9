/**
 * The header of keyed state files: the key's serializer and a description of every state. Its order gives the states their numbers.
 * Source: Flink's `KeyedBackendSerializationProxy` (version 6) and `StateMetaInfoSnapshotReadersWriters`.
 */
import type { DataInput } from '../dataInput';
import { DataOutput } from '../dataOutput';
import { malformed } from '../formatErrors';
import type { TypeSerializer } from '../serializer';
import { readProxiedSerializer } from '../serializers/registry';
import { writeProxied } from '../serializers/snapshots';
import { readStateMetaInfo, writeStateMetaInfo } from './stateMetaInfo';
import type { KeyedStateMetaInfo } from './stateMetaInfo';

const headerVersion = 6;

export interface KeyedStateHeader {
  readonly keySerializer: TypeSerializer<unknown>;
  /** The data of key groups is in Snappy framing. */
  readonly compressed: boolean;
  /** A state's index is its number (`kvStateId`) in the data. */
  readonly states: readonly KeyedStateMetaInfo[];
}

/** Reads the header; the input stands at the data afterwards. */
export function readKeyedHeader(input: DataInput): KeyedStateHeader {
  const at = input.position;
  const version = input.readInt();
  if (version < headerVersion && version > 0) {
    throw input.unsupported(
      `Keyed state in version ${version} of the format, from Flink 1.6 or older,`,
      'Restore the snapshot in Flink 1.8 or newer and take a new savepoint.',
    );
  }
  if (version !== headerVersion) throw input.malformed(`Unknown version ${version} of keyed state`, at);
  const compressed = input.readBoolean();
  const keySerializer = readProxiedSerializer(input);
  const count = input.readUnsignedShort();
  const states: KeyedStateMetaInfo[] = [];
  for (let i = 0; i < count; i++) {
    const position = input.position;
    const info = readStateMetaInfo(input);
    if (info.kind !== 'keyValue' && info.kind !== 'priorityQueue') {
      throw input.malformed(`The state "${info.name}" is no keyed state`, position);
    }
    states.push(info);
  }
  return { keySerializer, compressed, states };
}

/** Writes the header. */
export function writeKeyedHeader(header: KeyedStateHeader, out: DataOutput): void {
  if (header.states.length > 0x7fff) throw malformed(`${header.states.length} states are too many for one operator`);
  out.writeInt(headerVersion);
  out.writeBoolean(header.compressed);
  writeProxied(header.keySerializer.snapshot, out);
  out.writeShort(header.states.length);
  for (const state of header.states) writeStateMetaInfo(state, out);
}

/** The header's bytes. */
export function keyedHeaderBytes(header: KeyedStateHeader): Uint8Array<ArrayBuffer> {
  const out = new DataOutput(1024);
  writeKeyedHeader(header, out);
  return out.toBytes();
}
