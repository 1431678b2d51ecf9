import { errorText } from '../../base/errors';
import type { Alternative, FailureCause, RecoveryEvent, StateKind, Step, TaskName, Verdict } from '../../base/events';
import { placeOf, type RestoredState } from './restoredStates';

/** Recoveries in words, the same in tree, debugger and command line. */

/** `delay-by-airport 1/2`; people count from 1. */
export function taskText(task: Pick<TaskName, 'name' | 'subtask' | 'parallelism'>): string {
  return `${task.name} ${task.subtask + 1}/${task.parallelism}`;
}

/** The same with a chain going by its first operator, where there is little room: `delay-by-airport` of `delay-by-airport -> days: Writer`. */
export function shortTaskText({ name, ...task }: Pick<TaskName, 'name' | 'subtask' | 'parallelism'>): string {
  return taskText({ ...task, name: name.replace(/ -> .*$/s, '') });
}

/** `38 kB`; powers of 1,000. */
export function sizeText(sizeBytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`;
}

export function causeText(cause: FailureCause): string {
  switch (cause.k) {
    case 'start':
      return 'start of the job';
    case 'task':
      return `${taskText(cause.task)} failed${byUser(cause.injected)}: ${cause.error.message}`;
    case 'taskManager':
      return `${cause.taskManager} ${cause.how}${byUser(cause.injected)}${cause.injected || cause.exit === '' ? '' : ` (${cause.exit})`}`;
    case 'job':
      return errorText(cause.error);
  }
}

/** What a step does: `read local copy of keyed state, 19 kB`. */
export function stepText(step: Step): string {
  switch (step.k) {
    case 'failureSeen':
      return step.cause.k === 'start' ? 'start of the job' : `failure seen: ${causeText(step.cause)}`;
    case 'regionChosen':
      return `region chosen: ${tasks(step.tasks)}`;
    case 'tasksCancelled':
      return `cancel ${tasks(step.tasks)}`;
    case 'restartDelay':
      return `restart delay ${step.delayMs / 1_000} s (restart ${step.restart}${step.of === 'unlimited' ? '' : ` of ${step.of}`}: ${step.why})`;
    case 'checkpointChosen':
      return step.checkpoint === undefined
        ? 'no checkpoint: start empty'
        : `${step.checkpoint.savepoint ? 'savepoint' : 'checkpoint'} ${step.checkpoint.id} chosen`;
    case 'slotAssigned':
      return `${shortTaskText(step.task)} to ${step.same ? 'the same TaskManager' : 'another TaskManager'}, ${step.taskManager}`;
    case 'deployed':
      return `deploy ${tasks(step.tasks)}`;
    case 'recovered':
      return 'recovered: all tasks RUNNING';
    case 'operatorContext':
      return 'operator context';
    case 'stateLookup':
      return `look up ${stateKindText(step.state)}: ${alternatives(step.alternatives)}`;
    case 'attempt':
      return `${stateKindText(step.state)}: ${step.index + 1} of ${step.of} (${placeOf(step.alternative)})`;
    case 'readHandle':
      return `read ${step.part.from} copy of ${stateKindText(step.state)}, ${sizeText(step.part.sizeBytes)}`;
    case 'timers':
      return 'timers';
    case 'gatesOpened':
      return 'open the gates';
    case 'taskRunning':
      return 'RUNNING';
    case 'firstRecord':
      return 'first record';
  }
}

/** Why a step turned out as it did, where it says so: a reason, a failure, a note. */
export function outcomeText(event: RecoveryEvent): string {
  const { step } = event;
  const why = 'why' in step ? step.why : '';
  const outcome = event.verdict === undefined ? '' : verdictText(event.verdict);
  return why === '' || outcome === '' ? why + outcome : `${why.replace(/\.$/, '')}; ${outcome}`;
}

/** `remote, because the local copy of checkpoint 12 was on the lost TaskManager tm-2`. */
export function restoredStateText(state: RestoredState): string {
  const { from, failed, why } = state;
  if (from === undefined) return 'not restored yet';
  if (from === 'empty') return why === '' ? 'empty' : `empty, because ${inSentence(why)}`;
  const last = failed.at(-1);
  if (last !== undefined)
    return `${from}, because the ${placeOf(last.alternative)} copy failed: ${inSentence(errorText(last.error))}`;
  return from === 'local' || why === '' ? from : `${from}, because ${inSentence(why)}`;
}

/** A sentence as a part of another one: no capital at its start, no full stop at its end. */
function inSentence(text: string): string {
  const start = /^[A-Z][a-z]/.test(text) ? (text[0] ?? '').toLowerCase() + text.slice(1) : text;
  return start.replace(/\.$/, '');
}

export function stateKindText(state: StateKind): string {
  return state === 'keyed' ? 'keyed state' : 'operator state';
}

function verdictText(verdict: Verdict): string {
  switch (verdict.v) {
    case 'ok':
      return verdict.note ?? '';
    case 'failed':
      return errorText(verdict.error);
    case 'skipped':
      return `skipped: ${verdict.why}`;
  }
}

function alternatives(list: readonly Alternative[]): string {
  if (list.length === 0) return 'nothing to restore';
  return list.map((alternative, index) => `${index + 1} ${placeOf(alternative)}`).join(', ');
}

function tasks(list: readonly TaskName[]): string {
  const [only] = list;
  return list.length === 1 && only !== undefined ? taskText(only) : `${list.length} tasks`;
}

function byUser(injected: boolean): string {
  return injected ? ' by you' : '';
}
