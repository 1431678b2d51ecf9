/**
 * The `_metadata` file of checkpoints and savepoints. Versions 2 to 6 (Flink 1.3 to 2.3) are read, 3 to 6 written; the embedded runtime
 * writes version 4, which Flink 1.16 and newer read. Source of the layout: Flink's `Checkpoints` and `MetadataV2V3SerializerBase`.
 */
import { DataInput } from '../dataInput';
import { DataOutput } from '../dataOutput';
import { malformed } from '../formatErrors';
import type { CheckpointMetadata, MasterState, MetadataVersion, OperatorState } from '../handles';
import { readCheckpointProperties, writeCheckpointProperties } from '../java/checkpointProperties';
import { readOperatorState, writeOperatorState } from './operatorState';

const magic = 0x4960672d;
const masterStateMagic = 0xc96b1696 | 0;

/** The version that the embedded runtime writes. */
export const writtenVersion: MetadataVersion = 4;

/**
 * Decodes a whole `_metadata` file. Inlined state is a view on `bytes`.
 * @param file name for error messages
 * @throws JobStateError `format.malformed`, `format.truncated` or `format.unsupported`, naming the offset
 */
export function readMetadata(bytes: Uint8Array, file = '_metadata'): CheckpointMetadata {
  const input = new DataInput(bytes, file);
  if (input.readInt() !== magic) {
    throw input.malformed('Not a checkpoint or savepoint: the file does not start as a _metadata file does', 0);
  }
  const version = readVersion(input);
  const at = input.position;
  const checkpointId = input.readLong();
  if (checkpointId < 0) throw input.malformed(`Negative checkpoint id ${checkpointId}`, at);
  const masterStates: MasterState[] = [];
  for (let count = input.readCount('master states', 8); count > 0; count--) masterStates.push(readMasterState(input));
  const operators: OperatorState[] = [];
  for (let count = input.readCount('operators', 28); count > 0; count--) {
    operators.push(readOperatorState(input, version));
  }
  const properties = version >= 4 ? readCheckpointProperties(input) : undefined;
  input.expectEnd('the metadata');
  return { version, checkpointId, masterStates, operators, ...(properties === undefined ? {} : { properties }) };
}

function readVersion(input: DataInput): MetadataVersion {
  const version = input.readInt();
  if (version === 2 || version === 3 || version === 4 || version === 5 || version === 6) return version;
  throw input.unsupported(
    `Version ${version} of the _metadata format is unknown`,
    version === 1
      ? 'Flink 1.2 wrote this savepoint; take a new one with Flink 1.8 or newer.'
      : 'Use a newer version of this program.',
  );
}

function readMasterState(input: DataInput): MasterState {
  const at = input.position;
  if (input.readInt() !== masterStateMagic) throw input.malformed('A master state does not start as it should', at);
  const length = input.readCount('bytes of a master state');
  const base = input.filePosition;
  const inner = new DataInput(input.readBytes(length), input.file, base);
  const version = inner.readInt();
  const name = inner.readUtf();
  const data = inner.readBytes(inner.readCount('bytes of a master state'));
  inner.expectEnd('a master state');
  return { name, version, data };
}

/** Encodes a `_metadata` file; the same content gives the same bytes as Flink's own writer. */
export function writeMetadata(metadata: CheckpointMetadata): Uint8Array<ArrayBuffer> {
  if (metadata.version === 2) throw malformed('Version 2 of the _metadata format is only read');
  const out = new DataOutput(4096);
  out.writeInt(magic);
  out.writeInt(metadata.version);
  out.writeLong(metadata.checkpointId);
  out.writeInt(metadata.masterStates.length);
  for (const state of metadata.masterStates) writeMasterState(state, out);
  out.writeInt(metadata.operators.length);
  for (const operator of metadata.operators) writeOperatorState(operator, metadata.version, out);
  if (metadata.version >= 4) writeCheckpointProperties(metadata.properties, out);
  return out.toBytes();
}

function writeMasterState(state: MasterState, out: DataOutput): void {
  const inner = new DataOutput();
  inner.writeInt(state.version);
  inner.writeUtf(state.name);
  inner.writeInt(state.data.length);
  inner.writeBytes(state.data);
  out.writeInt(masterStateMagic);
  out.writeInt(inner.position);
  out.writeBytes(inner.written());
}
