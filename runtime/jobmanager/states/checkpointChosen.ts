import type { FailureCause } from '../../base/events';
import type { Effect } from './effects';
import { factsOf } from './failures';
import type { Decider, Decision } from './decision';
import type { Execution, JobState } from './jobState';
import { entersNow, leave, stay } from './stay';
import { changeTasks } from './tasks';

/** From which snapshot the tasks start, and why from that one. */
export const checkpointChosen: Decider<'checkpointChosen'> = (state, event) => {
  if (!entersNow(state, event)) return stay(state, event);
  const { recovery, region, latest } = state;
  const effects: Effect[] = [leave(state)];
  if (latest !== undefined) effects.push({ f: 'restoreFrom', checkpoint: latest });
  effects.push({ f: 'requestSlots', recovery, tasks: region });
  const scheduled = changeTasks(state, region, (task) => nextAttempt(task, recovery));
  return { state: { ...scheduled, phase: 'slotAssigned', entered: false }, effects };
};

/** Goes to the step; the choice is made here, so that a held step shows it. */
export function chooseCheckpoint(
  state: JobState,
  cause: FailureCause,
  region: readonly number[],
): Decision<'checkpointChosen'> {
  return {
    state: { ...factsOf(state), phase: 'checkpointChosen', cause, region, entered: false },
    effects: [
      {
        f: 'enterStep',
        recovery: state.recovery,
        step: { k: 'checkpointChosen', checkpoint: state.latest, why: reason(state) },
      },
    ],
  };
}

function reason(state: JobState): string {
  if (state.latest === undefined) {
    return state.recovery === 0
      ? 'The job starts without a snapshot.'
      : 'No checkpoint has completed yet: all state starts empty and the input from its beginning.';
  }
  if (!state.latestIsOrigin) return 'It is the newest completed checkpoint.';
  return state.recovery === 0
    ? 'The job is to start from it.'
    : 'The job was started from it, and no checkpoint of its own has completed since.';
}

/** Fresh in every way but for the slot that it prefers. The very first attempt has number 0. */
function nextAttempt(task: Execution, recovery: number): Execution {
  const { name, ref, source, taskManager, allocation } = task;
  const previous = taskManager === undefined || allocation === undefined ? task.previous : { taskManager, allocation };
  return {
    name,
    ref: recovery === 0 ? ref : { ...ref, attempt: ref.attempt + 1 },
    state: 'SCHEDULED',
    ...(previous === undefined ? {} : { previous }),
    source,
    inputExhausted: false,
    inputEnded: false,
    dataFinished: false,
  };
}
