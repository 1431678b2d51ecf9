import { id } from '../../base/ids';
import type { OperatorId } from '../../base/ids';
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import { malformed } from '../formatErrors';
import type {
  BytesHandle,
  MetadataVersion,
  OperatorHandle,
  OperatorState,
  SubtaskEntry,
  SubtaskState,
} from '../handles';
import { readChannelHandles, writeChannelHandles } from './channelHandle';
import { readKeyedHandle, writeKeyedHandle } from './keyedHandle';
import { readOperatorHandle, writeOperatorHandle } from './operatorHandle';
import { readOptionalStreamHandle, writeStreamHandle } from './streamHandle';

const idBytes = 16;

/** State of one operator; Flink's `serializeOperatorState` of the metadata serializers. */
export function readOperatorState(input: DataInput, version: MetadataVersion): OperatorState {
  const name = version >= 5 ? input.readUtf() : '';
  const uid = version >= 5 ? input.readUtf() : '';
  const operatorId = readOperatorId(input);
  const parallelism = input.readInt();
  const maxParallelism = input.readInt();
  // Version 2 had chains of operators in one entry; Flink 1.3 and newer always wrote a length of 1 here.
  if (version === 2) input.readInt();
  const coordinatorState = version === 2 ? undefined : readCoordinatorState(input);
  const at = input.position;
  const count = input.readInt();
  if (count < -1 || count > input.remaining) throw input.malformed(`Impossible number of subtasks ${count}`, at);
  const subtasks: SubtaskEntry[] = [];
  for (let i = 0; i < count; i++) subtasks.push(readSubtask(input, version));
  return {
    operatorId,
    ...(name === '' ? {} : { name }),
    ...(uid === '' ? {} : { uid }),
    parallelism,
    maxParallelism,
    ...(coordinatorState === undefined ? {} : { coordinatorState }),
    subtasks,
    finished: count === -1,
  };
}

function readOperatorId(input: DataInput): OperatorId {
  let hex = '';
  for (const byte of input.readBytes(idBytes)) hex += byte.toString(16).padStart(2, '0');
  return id<OperatorId>(hex);
}

function readCoordinatorState(input: DataInput): BytesHandle | undefined {
  const at = input.position;
  const handle = readOptionalStreamHandle(input);
  if (handle !== undefined && handle.t !== 'bytes') throw input.malformed('Coordinator state must be inlined', at);
  return handle;
}

function readSubtask(input: DataInput, version: MetadataVersion): SubtaskEntry {
  const index = input.readInt();
  if (index < 0 && version >= 3) return { index: -index - 1, state: 'finished' };
  return { index, state: readSubtaskState(input, version) };
}

function readSubtaskState(input: DataInput, version: MetadataVersion): SubtaskState {
  if (version === 2) rejectLegacyState(input);
  const managedOperator = readSingle(input, 'managed operator state');
  const rawOperator = readSingle(input, 'raw operator state');
  const managedKeyed = readKeyedHandle(input);
  const rawKeyed = readKeyedHandle(input);
  const inputChannels = version >= 3 ? readChannelHandles(input, 'input', version) : [];
  const resultSubpartitions = version >= 3 ? readChannelHandles(input, 'result', version) : [];
  return {
    ...(managedOperator === undefined ? {} : { managedOperator }),
    ...(rawOperator === undefined ? {} : { rawOperator }),
    ...(managedKeyed === undefined ? {} : { managedKeyed }),
    ...(rawKeyed === undefined ? {} : { rawKeyed }),
    ...(inputChannels.length === 0 ? {} : { inputChannels }),
    ...(resultSubpartitions.length === 0 ? {} : { resultSubpartitions }),
  };
}

function rejectLegacyState(input: DataInput): void {
  input.readBigLong();
  const legacy = input.readInt();
  if (legacy !== 0) {
    throw input.unsupported(
      'The snapshot holds state of Flink 1.1 operators,',
      'Take a new savepoint with Flink 1.8 or newer.',
    );
  }
}

function readSingle(input: DataInput, what: string): OperatorHandle | undefined {
  const at = input.position;
  const count = input.readInt();
  if (count === 0) return undefined;
  if (count !== 1) throw input.malformed(`${count} handles of ${what} instead of one`, at);
  return readOperatorHandle(input);
}

export function writeOperatorState(state: OperatorState, version: MetadataVersion, out: DataOutput): void {
  if (version >= 5) {
    out.writeUtf(state.name ?? '');
    out.writeUtf(state.uid ?? '');
  }
  writeOperatorId(state.operatorId, out);
  out.writeInt(state.parallelism);
  out.writeInt(state.maxParallelism);
  writeStreamHandle(state.coordinatorState, out);
  if (state.finished) {
    if (state.coordinatorState !== undefined || state.subtasks.length > 0) {
      throw malformed(`Operator ${state.operatorId} has finished and cannot have state`);
    }
    out.writeInt(-1);
    return;
  }
  out.writeInt(state.subtasks.length);
  for (const subtask of state.subtasks) writeSubtask(subtask, version, out);
}

function writeOperatorId(operatorId: OperatorId, out: DataOutput): void {
  for (let i = 0; i < idBytes; i++) out.writeByte(Number.parseInt(operatorId.slice(2 * i, 2 * i + 2), 16));
}

function writeSubtask(entry: SubtaskEntry, version: MetadataVersion, out: DataOutput): void {
  if (entry.state === 'finished') {
    out.writeInt(-entry.index - 1);
    return;
  }
  out.writeInt(entry.index);
  writeSingle(entry.state.managedOperator, out);
  writeSingle(entry.state.rawOperator, out);
  writeKeyedHandle(entry.state.managedKeyed, out);
  writeKeyedHandle(entry.state.rawKeyed, out);
  writeChannelHandles(entry.state.inputChannels ?? [], 'input', version, out);
  writeChannelHandles(entry.state.resultSubpartitions ?? [], 'result', version, out);
}

function writeSingle(handle: OperatorHandle | undefined, out: DataOutput): void {
  out.writeInt(handle === undefined ? 0 : 1);
  if (handle !== undefined) writeOperatorHandle(handle, out);
}
