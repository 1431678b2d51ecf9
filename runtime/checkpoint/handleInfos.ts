import { streamHandleSizeBytes } from '../formats/handleSize';
import type { KeyedHandle, OperatorHandle, StreamHandle, SubtaskState } from '../formats/handles';
import type { HandleInfo } from '../rest/debug/model';
import { locate, locationText } from '../state/stateLocation';
import { streamsOf, subtaskStateSizeBytes } from './completedCheckpoint';

/**
 * The handles of one operator's state in one subtask, as people see them: what, how large, where.
 * @param directory of the snapshot, base of relative handles
 * @param local directory of the local copy of the keyed state, where there is one
 */
export function handleInfos(state: SubtaskState, directory: string, local?: string): readonly HandleInfo[] {
  const keyed = [state.managedKeyed, state.rawKeyed].filter((handle) => handle !== undefined);
  const plain = [state.managedOperator, state.rawOperator].filter((handle) => handle !== undefined);
  return [
    ...keyed.map((handle) => keyedInfo(handle, directory, local)),
    ...plain.map((handle) => operatorInfo(handle, directory)),
  ];
}

function keyedInfo(handle: KeyedHandle, directory: string, local: string | undefined): HandleInfo {
  // Where its first file lies: a handle of many files keeps them beside it.
  const [first] = streamsOf({ managedKeyed: handle });
  return {
    state: 'keyed',
    kind: handle.t,
    sizeBytes: subtaskStateSizeBytes({ managedKeyed: handle }),
    keyGroups: { start: handle.range.start, end: handle.range.end },
    remote: first === undefined ? directory : locationOf(first, directory),
    ...(local === undefined ? {} : { local }),
  };
}

function operatorInfo(handle: OperatorHandle, directory: string): HandleInfo {
  return {
    state: 'operator',
    kind: handle.states.map(({ name, mode }) => `${name} (${mode})`).join(', '),
    sizeBytes: streamHandleSizeBytes(handle.data),
    remote: locationOf(handle.data, directory),
  };
}

function locationOf(handle: StreamHandle, directory: string): string {
  return locationText(locate(directory, handle));
}
