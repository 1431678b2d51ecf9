import type { Effect } from './effects';
import type { Decider, Decision } from './decision';
import type { StateOf } from './jobState';
import { entersNow, leave, stay } from './stay';
import { cancelTasks, haveEnded } from './tasks';

/** What still runs of the region is cancelled; all of it must have ended before it restarts. */
export const tasksCancelled: Decider<'tasksCancelled'> = (state, event) => {
  if (entersNow(state, event)) {
    const cancelled = cancelTasks(state, state.region);
    return whenEnded({ ...cancelled.state, entered: true }, cancelled.effects);
  }
  if (state.entered && (event.e === 'taskState' || event.e === 'taskManagerGone')) return whenEnded(state, []);
  return stay(state, event);
};

function whenEnded(
  state: StateOf<'tasksCancelled'>,
  effects: readonly Effect[],
): Decision<'tasksCancelled' | 'restartDelay'> {
  if (!haveEnded(state, state.region)) return { state, effects };
  const { recovery, restart } = state;
  const { delayMs, attempt, of, why } = restart;
  const step = { k: 'restartDelay', delayMs, restart: attempt, of, why } as const;
  return {
    state: { ...state, phase: 'restartDelay', entered: false },
    effects: [...effects, leave(state), { f: 'enterStep', recovery, step }],
  };
}
