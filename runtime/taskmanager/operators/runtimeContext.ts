import type { RuntimeContext } from '../../api/functions';
import type { KeyedStateStore } from '../../api/state';
import type { Clock } from '../../base/env';
import { userError } from '../../base/errors';
import type { KeyedBackend } from '../../state/keyedBackend';
import type { OperatorPlace } from './userFailure';

/** What functions can ask about their subtask and its time. */
export interface SubtaskEnvironment {
  readonly clock: Clock;
  readonly parallelism: number;
  readonly attempt: number;
}

/** What the function of an operator can ask about its subtask; its states are those of the backend's current key. */
export function runtimeContext(
  { subtask }: OperatorPlace,
  { parallelism, attempt }: SubtaskEnvironment,
  backend: KeyedBackend | undefined,
): RuntimeContext {
  const states = backend?.keyedStates ?? noKeyedStates;
  return {
    getState: (descriptor) => states.getState(descriptor),
    getListState: (descriptor) => states.getListState(descriptor),
    getMapState: (descriptor) => states.getMapState(descriptor),
    getReducingState: (descriptor) => states.getReducingState(descriptor),
    getAggregatingState: (descriptor) => states.getAggregatingState(descriptor),
    getIndexOfThisSubtask: () => subtask,
    getNumberOfParallelSubtasks: () => parallelism,
    getAttemptNumber: () => attempt,
  };
}

const noKeyedStates: KeyedStateStore = {
  getState: refuse,
  getListState: refuse,
  getMapState: refuse,
  getReducingState: refuse,
  getAggregatingState: refuse,
};

function refuse(): never {
  throw userError(
    'job.state-without-key',
    'Keyed state can only be used on a keyed stream.',
    'Call keyBy(...) before the operator.',
  );
}
