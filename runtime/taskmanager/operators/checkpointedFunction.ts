import type { CheckpointedFunction } from '../../api/operatorState';
import { JobStateError } from '../../base/errors';
import type { SnapshotTarget } from '../../wire/messages';
import type { OperatorState } from './streamOperator';
import { userFailure, type OperatorPlace } from './userFailure';

/** True for a function with operator state of its own. */
export function isCheckpointed(userFunction: unknown): userFunction is CheckpointedFunction {
  return (
    typeof userFunction === 'object' &&
    userFunction !== null &&
    'initializeState' in userFunction &&
    'snapshotState' in userFunction
  );
}

/** Before the function is opened: gives it its operator state, if it has any. */
export function initializeFunction(place: OperatorPlace, userFunction: unknown, state: OperatorState): void {
  if (!isCheckpointed(userFunction)) return;
  const { operator, restored } = state;
  if (operator === undefined) {
    throw new JobStateError('internal.no-operator-state', 'A function with operator state has no backend.');
  }
  try {
    userFunction.initializeState({
      isRestored: () => restored !== undefined,
      getRestoredCheckpointId: () => restored,
      getOperatorStateStore: () => operator.stateStore,
    });
  } catch (thrown) {
    throw userFailure(place, thrown, 'initializeState');
  }
}

/** Before its operator state goes into a snapshot. */
export function prepareFunction(place: OperatorPlace, userFunction: unknown, { checkpoint }: SnapshotTarget): void {
  if (!isCheckpointed(userFunction)) return;
  try {
    userFunction.snapshotState({ getCheckpointId: () => checkpoint });
  } catch (thrown) {
    throw userFailure(place, thrown, 'snapshotState');
  }
}
