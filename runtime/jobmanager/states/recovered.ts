import { factsOf } from './failures';
import type { Decider } from './decision';
import { goOn } from './running';
import { entersNow, leave, stay } from './stay';

/** All tasks of the region run. */
export const recovered: Decider<'recovered'> = (state, event) => {
  if (!entersNow(state, event)) return stay(state, event);
  const next = goOn({ ...factsOf(state), phase: 'running' });
  return {
    state: next.state,
    effects: [leave(state), { f: 'endRecovery', recovery: state.recovery }, { f: 'startCheckpoints' }, ...next.effects],
  };
};
