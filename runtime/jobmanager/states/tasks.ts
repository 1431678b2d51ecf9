/** Questions to and changes of the tasks of a job; nothing here decides. */
import type { TaskName } from '../../base/events';
import { sameAttempt, type AttemptRef, type TaskManagerId } from '../../base/ids';
import { isEndOfTask } from '../../base/status';
import type { Effect } from './effects';
import type { Execution, JobFacts, JobState } from './jobState';

/** The index of the task whose current attempt this is. */
export function indexOfAttempt(facts: JobFacts, ref: AttemptRef): number | undefined {
  const index = facts.tasks.findIndex((task) => sameAttempt(task.ref, ref));
  return index < 0 ? undefined : index;
}

/** The tasks with these indexes, changed. */
export function changeTasks<S extends JobState>(
  state: S,
  indexes: readonly number[],
  change: (task: Execution) => Execution,
): S {
  const chosen = new Set(indexes);
  return { ...state, tasks: state.tasks.map((task, index) => (chosen.has(index) ? change(task) : task)) };
}

/** Has been sent to a TaskManager and has not ended. */
export function isLive(task: Execution): boolean {
  return task.state !== 'CREATED' && task.state !== 'SCHEDULED' && !isEndOfTask(task.state);
}

export function tasksAt(facts: JobFacts, indexes: readonly number[]): readonly Execution[] {
  return indexes.flatMap((index) => facts.tasks[index] ?? []);
}

export function namesOf(facts: JobFacts, indexes: readonly number[]): readonly TaskName[] {
  return tasksAt(facts, indexes).map(({ name }) => name);
}

export function allTasks(facts: JobFacts): readonly number[] {
  return facts.tasks.map((_, index) => index);
}

/** Tasks that were sent to, or have a slot of, this TaskManager and have not ended. */
export function tasksOn(facts: JobFacts, taskManager: TaskManagerId): readonly number[] {
  return allTasks(facts).filter((index) => {
    const task = facts.tasks[index];
    return task?.taskManager === taskManager && task.state !== 'CREATED' && !isEndOfTask(task.state);
  });
}

/** All tasks that restart when these do. */
export function regionOfTasks(facts: JobFacts, indexes: readonly number[]): readonly number[] {
  const regions = new Set(indexes.map((index) => facts.regionOf[index]));
  return allTasks(facts).filter((index) => regions.has(facts.regionOf[index]));
}

/** Cancels those that are live: their state and the messages. */
export function cancelTasks<S extends JobState>(
  state: S,
  indexes: readonly number[],
): { readonly state: S; readonly effects: Effect[] } {
  const live = indexes.filter((index) => {
    const task = state.tasks[index];
    return task !== undefined && isLive(task) && task.state !== 'CANCELING';
  });
  return {
    state: changeTasks(
      changeTasks(state, live, (task) => ({ ...task, state: 'CANCELING' })),
      indexes,
      (task) => (task.state === 'CREATED' || task.state === 'SCHEDULED' ? { ...task, state: 'CANCELED' } : task),
    ),
    effects: tasksAt(state, live).flatMap(({ ref, taskManager }) =>
      taskManager === undefined ? [] : [{ f: 'cancelTask', ref, taskManager }],
    ),
  };
}

export function haveEnded(facts: JobFacts, indexes: readonly number[]): boolean {
  return tasksAt(facts, indexes).every(({ state }) => isEndOfTask(state));
}
