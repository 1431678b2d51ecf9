import { chooseCheckpoint } from './checkpointChosen';
import type { Decider } from './decision';
import { entersNow, leave, stay } from './stay';

/** The pause that the restart strategy asks for. */
export const restartDelay: Decider<'restartDelay'> = (state, event) => {
  if (entersNow(state, event)) {
    const { recovery, restart } = state;
    return {
      state: { ...state, entered: true },
      effects: [{ f: 'startDelay', recovery, delayMs: restart.delayMs }],
    };
  }
  if (event.e !== 'delayOver' || event.recovery !== state.recovery || !state.entered) return stay(state, event);
  const chosen = chooseCheckpoint(state, state.cause, state.region);
  return { state: chosen.state, effects: [leave(state), ...chosen.effects] };
};
