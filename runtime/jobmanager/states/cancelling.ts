import type { Decider } from './decision';
import { stay } from './stay';
import { allTasks, haveEnded } from './tasks';

/** The user has cancelled the job; its tasks are ending. */
export const cancelling: Decider<'cancelling'> = (state, event) => {
  if (!haveEnded(state, allTasks(state))) return stay(state, event);
  return { state: { ...state, phase: 'canceled' }, effects: [{ f: 'jobOver', status: 'CANCELED' }] };
};
