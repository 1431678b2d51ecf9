import type { RuntimeContext } from '../../api/functions';
import type { KeyedStateStore } from '../../api/state';
import type { KeyedBackend } from '../../state/keyedBackend';
import type { SubtaskEnvironment } from './processOperator';
import type { OperatorPlace } from './userFailure';

/** What the function of a keyed operator can ask about its subtask; its states are those of the backend's current key. */
export function keyedRuntimeContext(
  { subtask }: OperatorPlace,
  { parallelism, attempt }: SubtaskEnvironment,
  { keyedStates }: KeyedBackend,
): RuntimeContext {
  const states: KeyedStateStore = {
    getState: (descriptor) => keyedStates.getState(descriptor),
    getListState: (descriptor) => keyedStates.getListState(descriptor),
    getMapState: (descriptor) => keyedStates.getMapState(descriptor),
    getReducingState: (descriptor) => keyedStates.getReducingState(descriptor),
    getAggregatingState: (descriptor) => keyedStates.getAggregatingState(descriptor),
  };
  return {
    ...states,
    getIndexOfThisSubtask: () => subtask,
    getNumberOfParallelSubtasks: () => parallelism,
    getAttemptNumber: () => attempt,
  };
}
