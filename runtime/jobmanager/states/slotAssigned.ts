import type { Effect } from './effects';
import { factsOf } from './failures';
import type { Decider, Decision } from './decision';
import type { AssignedSlot, StateOf } from './jobState';
import { entersNow, leave, stay } from './stay';
import { changeTasks, namesOf } from './tasks';

/** Every task of the region gets a slot, the previous one if possible; one step for each task. */
export const slotAssigned: Decider<'slotAssigned'> = (state, event) => {
  if (event.e === 'slotsFound' && event.recovery === state.recovery && state.slots === undefined) {
    return nextSlot(state, event.slots, []);
  }
  if (state.slots === undefined || !entersNow(state, event)) return stay(state, event);
  return nextSlot(state, state.slots.slice(1), [leave(state)]);
};

function nextSlot(
  state: StateOf<'slotAssigned'>,
  slots: readonly AssignedSlot[],
  effects: readonly Effect[],
): Decision<'slotAssigned' | 'deployed'> {
  const { recovery, region } = state;
  const slot = slots[0];
  const name = slot === undefined ? undefined : state.tasks[slot.task]?.name;
  if (slot === undefined || name === undefined) {
    const { cause } = state;
    return {
      state: { ...factsOf(state), phase: 'deployed', cause, region, entered: false },
      effects: [...effects, { f: 'enterStep', recovery, step: { k: 'deployed', tasks: namesOf(state, region) } }],
    };
  }
  const { taskManager, allocation, same, why } = slot;
  return {
    state: { ...changeTasks(state, [slot.task], (task) => ({ ...task, taskManager, allocation })), slots },
    effects: [
      ...effects,
      { f: 'enterStep', recovery, step: { k: 'slotAssigned', task: name, taskManager, same, why } },
    ],
  };
}
