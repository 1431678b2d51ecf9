import type { Decider } from './decision';
import { entersNow, leave } from './stay';
import { stay } from './stay';
import { namesOf } from './tasks';

/** A task or TaskManager has failed; further failures join in. */
export const failureSeen: Decider<'failureSeen'> = (state, event) => {
  if (!entersNow(state, event)) return stay(state, event);
  const { recovery } = state;
  return {
    state: { ...state, phase: 'regionChosen', entered: false },
    effects: [
      leave(state),
      { f: 'enterStep', recovery, step: { k: 'regionChosen', tasks: namesOf(state, state.region) } },
    ],
  };
};
