import type { Effect } from './effects';
import { factsOf } from './failures';
import type { Decider, Decision } from './decision';
import type { StateOf } from './jobState';
import { finishTasks } from './finishing';
import { stay } from './stay';
import { allTasks, changeTasks, tasksAt } from './tasks';

/** All tasks run, until the input ends or somebody or something ends them. */
export const running: Decider<'running'> = (state, event) => {
  switch (event.e) {
    case 'inputExhausted':
    case 'dataFinished':
      return goOn(state);
    case 'stop':
      return {
        state: { ...state, phase: 'stopping' },
        effects: [{ f: 'stopSavepoint', directory: event.directory }],
      };
    default:
      return stay(state, event);
  }
};

/** Ends the input when every reader of the job has read all of its own, and then the job when every task has passed the end on. */
export function goOn(state: StateOf<'running'>): Decision<'running' | 'finalCheckpoint' | 'finishing'> {
  if (state.tasks.every((task) => task.dataFinished)) {
    if (!state.checkpointing) return finishTasks(state, []);
    return { state: { ...factsOf(state), phase: 'finalCheckpoint' }, effects: [{ f: 'finalCheckpoint', delayMs: 0 }] };
  }
  const sources = allTasks(state).filter((index) => state.tasks[index]?.source === true);
  if (!tasksAt(state, sources).every((task) => task.inputExhausted)) return { state, effects: [] };
  const open = sources.filter((index) => state.tasks[index]?.inputEnded === false);
  const effects = tasksAt(state, open).flatMap(({ ref, taskManager }): Effect[] =>
    taskManager === undefined ? [] : [{ f: 'endInput', ref, taskManager }],
  );
  return { state: changeTasks(state, open, (task) => ({ ...task, inputEnded: true })), effects };
}
