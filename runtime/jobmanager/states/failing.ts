import type { Decider } from './decision';
import { stay } from './stay';
import { allTasks, haveEnded } from './tasks';

/** The restart strategy allows no more restarts; the tasks are ending. */
export const failing: Decider<'failing'> = (state, event) => {
  if (!haveEnded(state, allTasks(state))) return stay(state, event);
  return { state: { ...state, phase: 'failed' }, effects: [{ f: 'jobOver', status: 'FAILED' }] };
};
