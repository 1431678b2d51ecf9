import type { ChosenCheckpoint, FailureCause } from '../../base/events';
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
  const next = changeTasks(state, region, (task) => nextAttempt(task, recovery, hadFinished(task, latest)));
  const again = region.filter((index) => next.tasks[index]?.state === 'SCHEDULED');
  effects.push({ f: 'requestSlots', recovery, tasks: again });
  return { state: { ...next, region: again, phase: 'slotAssigned', entered: false }, effects };
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

/** All of its input was read and all that it wrote was committed before the snapshot. */
function hadFinished({ ref }: Execution, from: ChosenCheckpoint | undefined): boolean {
  return (
    from?.finished?.some(
      ({ vertex, subtasks }) => vertex === ref.vertex && (subtasks === 'all' || subtasks.includes(ref.subtask)),
    ) ?? false
  );
}

/** Fresh in every way but for the slot that it prefers. The very first attempt has number 0. One that had finished does not run again. */
function nextAttempt(task: Execution, recovery: number, finished: boolean): Execution {
  const { name, ref, source, taskManager, allocation } = task;
  const previous = taskManager === undefined || allocation === undefined ? task.previous : { taskManager, allocation };
  return {
    name,
    ref: recovery === 0 ? ref : { ...ref, attempt: ref.attempt + 1 },
    state: finished ? 'FINISHED' : 'SCHEDULED',
    ...(previous === undefined ? {} : { previous }),
    source,
    inputExhausted: finished,
    inputEnded: finished,
    dataFinished: finished,
    mayEnd: finished,
  };
}
