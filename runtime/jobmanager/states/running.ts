import type { AttemptRef } from '../../base/ids';
import { isEndOfTask } from '../../base/status';
import type { Effect } from './effects';
import { factsOf } from './failures';
import type { Decider, Decision } from './decision';
import type { StateOf } from './jobState';
import { finishTasks } from './finishing';
import { stay } from './stay';
import { allTasks, changeTasks, indexOfAttempt, tasksAt } from './tasks';

/** All tasks run, until the input ends or somebody or something ends them. */
export const running: Decider<'running'> = (state, event) => {
  switch (event.e) {
    case 'inputExhausted':
    case 'dataFinished':
      return goOn(state);
    case 'checkpointCompleted':
      return finishRegions(state, event.dataFinished);
    case 'stop':
      return {
        state: { ...state, phase: 'stopping' },
        effects: [{ f: 'stopSavepoint', directory: event.directory }],
      };
    default:
      return stay(state, event);
  }
};

/**
 * Ends the input of a region when every reader of it has read all of its own, and the job when every task has passed the end on. A region
 * that is done before the others waits for the next checkpoint, which commits what it has written.
 */
export function goOn(state: StateOf<'running'>): Decision<'running' | 'finalCheckpoint' | 'finishing'> {
  if (state.tasks.every((task) => task.dataFinished)) {
    if (!state.checkpointing) return finishTasks(state, []);
    return { state: { ...factsOf(state), phase: 'finalCheckpoint' }, effects: [{ f: 'finalCheckpoint', delayMs: 0 }] };
  }
  const reading = new Set(
    sourcesOf(state).flatMap((index) => (state.tasks[index]?.inputExhausted === true ? [] : state.regionOf[index])),
  );
  const open = sourcesOf(state).filter(
    (index) => state.tasks[index]?.inputEnded === false && !reading.has(state.regionOf[index]),
  );
  const effects = tasksAt(state, open).flatMap(({ ref, taskManager }): Effect[] =>
    taskManager === undefined ? [] : [{ f: 'endInput', ref, taskManager }],
  );
  return { state: changeTasks(state, open, (task) => ({ ...task, inputEnded: true })), effects };
}

/** Lets the regions end of which all tasks had passed the end of their input on before a checkpoint that is complete now. */
function finishRegions(state: StateOf<'running'>, dataFinished: readonly AttemptRef[]): Decision<'running'> {
  const done = new Set(dataFinished.flatMap((ref) => indexOfAttempt(state, ref) ?? []));
  const open = new Set(allTasks(state).flatMap((index) => (done.has(index) ? [] : state.regionOf[index])));
  const ready = [...done].filter((index) => !open.has(state.regionOf[index]));
  const effects = tasksAt(state, ready).flatMap(({ ref, taskManager }): Effect[] =>
    taskManager === undefined ? [] : [{ f: 'finishTask', ref, taskManager }],
  );
  return { state: changeTasks(state, ready, (task) => ({ ...task, mayEnd: true })), effects };
}

/** Tasks that have finished read nothing any more. */
function sourcesOf(state: StateOf<'running'>): readonly number[] {
  return allTasks(state).filter((index) => {
    const task = state.tasks[index];
    return task?.source === true && !isEndOfTask(task.state);
  });
}
