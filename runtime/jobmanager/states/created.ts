import type { Decider } from './decision';
import { stay } from './stay';
import { allTasks } from './tasks';
import { chooseCheckpoint } from './checkpointChosen';

/** Everything is known and nothing has begun; the start is recovery 0. */
export const created: Decider<'created'> = (state, event) => {
  if (event.e !== 'start') return stay(state, event);
  const cause = { k: 'start' } as const;
  const chosen = chooseCheckpoint(state, cause, allTasks(state));
  return {
    state: chosen.state,
    effects: [{ f: 'beginRecovery', recovery: state.recovery, cause }, ...chosen.effects],
  };
};
