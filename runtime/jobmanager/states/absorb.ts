/** What an event says about the tasks, whatever the job is doing: the first part of every decision. */
import type { ErrorData } from '../../base/errors';
import type { FailureCause } from '../../base/events';
import type { TaskManagerId } from '../../base/ids';
import { isEndOfTask } from '../../base/status';
import type { Execution, JobState } from './jobState';
import type { StateEvent } from './stateEvent';
import { changeTasks, indexOfAttempt, isLive, tasksOn } from './tasks';

export interface Absorbed {
  readonly state: JobState;
  /** Tasks that this event made fail; they were meant to run. */
  readonly failed: readonly number[];
  /** Why they failed, or why the job must restart though no task did. */
  readonly cause?: FailureCause;
  /** The event is of an attempt that is over, or repeats what is known. */
  readonly ignored?: string;
}

export function absorb(state: JobState, event: StateEvent): Absorbed {
  switch (event.e) {
    case 'taskState':
      return taskState(state, event);
    case 'taskManagerGone':
      return taskManagerGone(state, event);
    case 'inputExhausted':
    case 'dataFinished':
      return mark(state, event);
    case 'checkpointCompleted':
      return { state: { ...state, latest: event.checkpoint, latestIsOrigin: false }, failed: [] };
    case 'jobFailed':
      return { state, failed: [], cause: { k: 'job', error: event.error } };
    case 'start':
    case 'stepEntered':
    case 'delayOver':
    case 'slotsFound':
    case 'finalCheckpointDone':
    case 'finalCheckpointFailed':
    case 'stop':
    case 'stopSavepointDone':
    case 'stopSavepointFailed':
    case 'cancel':
      return { state, failed: [] };
  }
}

function taskState(state: JobState, event: Extract<StateEvent, { e: 'taskState' }>): Absorbed {
  const index = indexOfAttempt(state, event.ref);
  const task = index === undefined ? undefined : state.tasks[index];
  if (index === undefined || task === undefined) return ignored(state, 'the attempt is over');
  if (!mayFollow(task, event.state)) return ignored(state, `a task that is ${task.state} cannot become ${event.state}`);
  const changed = changeTasks(state, [index], (old) => ({ ...old, state: event.state }));
  if (event.state !== 'FAILED' || task.taskManager === undefined) return { state: changed, failed: [] };
  const cause = taskFailure(task, task.taskManager, event.error ?? unknownFailure(task), event.injected);
  return { state: changed, failed: [index], cause };
}

/** A task's states only go forward, and what is being cancelled does not run again. */
function mayFollow(task: Execution, next: Execution['state']): boolean {
  const order = ['CREATED', 'SCHEDULED', 'DEPLOYING', 'INITIALIZING', 'RUNNING'];
  if (!isLive(task)) return false;
  if (isEndOfTask(next)) return true;
  return task.state !== 'CANCELING' && order.indexOf(next) > order.indexOf(task.state);
}

function taskFailure(task: Execution, taskManager: TaskManagerId, error: ErrorData, injected: boolean): FailureCause {
  return { k: 'task', task: task.name, taskManager, error, injected };
}

function unknownFailure(task: Execution): ErrorData {
  return {
    code: 'task.failed',
    message: `Task ${task.name.name} failed without saying why.`,
    domain: 'internal',
    retry: 'never',
    subject: { subtask: task.name.subtask },
    advice: 'Look at the log of its TaskManager.',
  };
}

function taskManagerGone(state: JobState, event: Extract<StateEvent, { e: 'taskManagerGone' }>): Absorbed {
  const hit = tasksOn(state, event.taskManager);
  if (hit.length === 0) return ignored(state, 'no task of the job was there');
  const failed = hit.filter((index) => state.tasks[index]?.state !== 'CANCELING');
  const changed = changeTasks(state, hit, (task) => ({
    ...task,
    state: task.state === 'CANCELING' ? 'CANCELED' : 'FAILED',
  }));
  if (failed.length === 0) return { state: changed, failed };
  const { taskManager, how, exit, injected } = event;
  return { state: changed, failed, cause: { k: 'taskManager', taskManager, how, exit, injected } };
}

function mark(state: JobState, event: Extract<StateEvent, { e: 'inputExhausted' | 'dataFinished' }>): Absorbed {
  const index = indexOfAttempt(state, event.ref);
  if (index === undefined) return ignored(state, 'the attempt is over');
  const changed = changeTasks(state, [index], (task) =>
    event.e === 'inputExhausted' ? { ...task, inputExhausted: true } : { ...task, dataFinished: true },
  );
  return { state: changed, failed: [] };
}

function ignored(state: JobState, why: string): Absorbed {
  return { state, failed: [], ignored: why };
}
