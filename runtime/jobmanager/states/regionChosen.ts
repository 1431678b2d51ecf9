import type { Decider } from './decision';
import { entersNow, leave, stay } from './stay';
import { isLive, namesOf } from './tasks';

/** Which tasks restart: all that are connected with a failed one. */
export const regionChosen: Decider<'regionChosen'> = (state, event) => {
  if (!entersNow(state, event)) return stay(state, event);
  const live = state.region.filter((index) => {
    const task = state.tasks[index];
    return task !== undefined && isLive(task);
  });
  return {
    state: { ...state, phase: 'tasksCancelled', entered: false },
    effects: [
      leave(state),
      { f: 'enterStep', recovery: state.recovery, step: { k: 'tasksCancelled', tasks: namesOf(state, live) } },
    ],
  };
};
