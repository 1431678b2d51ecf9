import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { OperatorHandle, OperatorStateMode } from '../handles';
import { readStreamHandle, writeStreamHandle } from './streamHandle';
import { tag } from './tags';

/** In the order of the mode's byte; Flink's `OperatorStateHandle.Mode`. */
const modes: readonly OperatorStateMode[] = ['split', 'union', 'broadcast'];

/** An operator state handle after its tag byte, or undefined for none. */
export function readOperatorHandle(input: DataInput): OperatorHandle | undefined {
  const at = input.position;
  const kind = input.readUnsignedByte();
  if (kind === tag.none) return undefined;
  if (kind !== tag.operator && kind !== tag.fileMergingOperator) {
    throw input.malformed(`Unknown kind of operator state handle ${kind}`, at);
  }
  const states = [];
  for (let count = input.readCount('operator states', 7); count > 0; count--) states.push(readState(input));
  if (kind === tag.operator) return { states, data: readStreamHandle(input) };
  const taskOwned = input.readUtf();
  const shared = input.readUtf();
  const fileMerging = { taskOwned, shared, empty: input.readBoolean() };
  return { states, data: readStreamHandle(input), fileMerging };
}

function readState(input: DataInput): OperatorHandle['states'][number] {
  const name = input.readUtf();
  const at = input.position;
  const mode = modes[input.readUnsignedByte()];
  if (mode === undefined) throw input.malformed(`Unknown mode of the operator state "${name}"`, at);
  return { name, mode, offsets: readOffsets(input) };
}

/** An i32 count and that many i64 positions. */
export function readOffsets(input: DataInput): number[] {
  const offsets = new Array<number>(input.readCount('offsets', 8));
  for (let i = 0; i < offsets.length; i++) offsets[i] = input.readLong();
  return offsets;
}

export function writeOffsets(offsets: readonly number[], out: DataOutput): void {
  out.writeInt(offsets.length);
  for (const offset of offsets) out.writeLong(offset);
}

export function writeOperatorHandle(handle: OperatorHandle, out: DataOutput): void {
  const merging = handle.fileMerging;
  out.writeByte(merging === undefined ? tag.operator : tag.fileMergingOperator);
  out.writeInt(handle.states.length);
  for (const state of handle.states) {
    out.writeUtf(state.name);
    out.writeByte(modes.indexOf(state.mode));
    writeOffsets(state.offsets, out);
  }
  if (merging !== undefined) {
    out.writeUtf(merging.taskOwned);
    out.writeUtf(merging.shared);
    out.writeBoolean(merging.empty);
  }
  writeStreamHandle(handle.data, out);
}
