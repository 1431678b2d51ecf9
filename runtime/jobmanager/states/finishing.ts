import type { Effect } from './effects';
import { factsOf } from './failures';
import type { Decider, Decision } from './decision';
import type { JobState } from './jobState';
import { stay } from './stay';
import { allTasks, haveEnded, isLive } from './tasks';

/** The tasks have been told that they may end. */
export const finishing: Decider<'finishing'> = (state, event) => {
  if (event.e !== 'taskState' || !haveEnded(state, allTasks(state))) return stay(state, event);
  return { state: { ...state, phase: 'finished' }, effects: [{ f: 'jobOver', status: 'FINISHED' }] };
};

/** Everything is committed: lets the tasks end. */
export function finishTasks(state: JobState, effects: readonly Effect[]): Decision<'finishing'> {
  const finish = state.tasks
    .filter(isLive)
    .flatMap(({ ref, taskManager }): Effect[] =>
      taskManager === undefined ? [] : [{ f: 'finishTask', ref, taskManager }],
    );
  return { state: { ...factsOf(state), phase: 'finishing' }, effects: [...effects, ...finish] };
}
