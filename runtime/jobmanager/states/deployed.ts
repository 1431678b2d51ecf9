import type { Decider } from './decision';
import { entersNow, leave, stay } from './stay';
import { changeTasks, tasksAt } from './tasks';

/** The tasks are sent to their TaskManagers and restore their state there; the next step waits until all of them run. */
export const deployed: Decider<'deployed'> = (state, event) => {
  const { recovery, region } = state;
  if (entersNow(state, event)) {
    const sent = changeTasks(state, region, (task) => ({ ...task, state: 'DEPLOYING' }));
    return {
      state: { ...sent, entered: true },
      effects: [{ f: 'deploy', recovery, tasks: region }, leave(state)],
    };
  }
  if (event.e !== 'taskState' || !state.entered) return stay(state, event);
  if (!tasksAt(state, region).every((task) => task.state === 'RUNNING')) return { state, effects: [] };
  return {
    state: { ...state, phase: 'recovered', entered: false },
    effects: [{ f: 'enterStep', recovery, step: { k: 'recovered' } }],
  };
};
