/** The sentences for recovery steps: tree, debugger, CLI and log say the same thing with the same words. */
import { errorText } from './errors';
import type { Alternative, AlternativePart, FailureCause, StateKind, Step, TaskName, Verdict } from './events';

/** `delay-by-airport 2/2`. */
export function taskText(task: TaskName): string {
  return `${task.name} ${task.subtask + 1}/${task.parallelism}`;
}

function count(n: number, one: string): string {
  return `${n} ${n === 1 ? one : `${one}s`}`;
}

/** `local`, `remote`, or `local and remote` for a mixed set. */
export function placesText(alternative: Alternative): string {
  const places = new Set(alternative.parts.map((part) => part.from));
  if (places.size === 0) return 'nothing to read';
  return [...places].sort().join(' and ');
}

/** Bytes of an alternative, all of its handles together. */
export function alternativeBytes(alternative: Alternative): number {
  return alternative.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
}

/** `read local copy of keyed state`. */
function readText(state: StateKind, part: AlternativePart): string {
  return part.from === 'local' ? `read local copy of ${state} state` : `read remote ${state} state`;
}

/** What a step does, as a verb without subject: fits after "held before:". */
export function stepText(step: Step): string {
  switch (step.k) {
    case 'failureSeen':
      return `see the failure: ${causeText(step.cause)}`;
    case 'regionChosen':
      return `choose the region: ${count(step.tasks.length, 'task')}`;
    case 'tasksCancelled':
      return `cancel ${count(step.tasks.length, 'task')}`;
    case 'restartDelay':
      return `wait ${step.delayMs} ms before restart ${step.restart} of ${step.of}`;
    case 'checkpointChosen':
      if (step.checkpoint === undefined) return 'start without a checkpoint';
      return `choose ${step.checkpoint.savepoint ? 'savepoint' : 'checkpoint'} ${step.checkpoint.id}`;
    case 'slotAssigned':
      return `give ${taskText(step.task)} a slot on ${step.taskManager}`;
    case 'deployed':
      return `deploy ${count(step.tasks.length, 'task')}`;
    case 'recovered':
      return 'recovered: all tasks run';
    case 'operatorContext':
      return 'create the operator';
    case 'stateLookup':
      return `restore ${step.state} state: ${count(step.alternatives.length, 'alternative')}`;
    case 'attempt':
      return `${step.state} state: ${step.index} of ${step.of} (${placesText(step.alternative)})`;
    case 'readHandle':
      return readText(step.state, step.part);
    case 'timers':
      return 'restore timers';
    case 'gatesOpened':
      return 'open the input gates';
    case 'taskRunning':
      return 'task RUNNING';
    case 'firstRecord':
      return 'first record';
  }
}

/** Why a step does what it does, where the engine says so. */
export function stepWhy(step: Step): string | undefined {
  return 'why' in step && step.why !== '' ? step.why : undefined;
}

/** `tm-2 killed`, `delay-by-airport 2/2 failed: division by zero`, `start`. */
export function causeText(cause: FailureCause): string {
  switch (cause.k) {
    case 'start':
      return 'start';
    case 'task':
      return `${taskText(cause.task)} failed: ${cause.error.message}`;
    case 'taskManager':
      return cause.how === 'ended'
        ? `${cause.taskManager} ended (${cause.exit})`
        : `${cause.taskManager} ${cause.how}${cause.injected ? ' by you' : ''}`;
  }
}

/** How a step ended, without its figures; empty when there is nothing to add to "ok". */
export function verdictText(verdict: Verdict): string {
  switch (verdict.v) {
    case 'ok':
      return verdict.note ?? '';
    case 'failed':
      return `failed: ${errorText(verdict.error)}`;
    case 'skipped':
      return `skipped: ${verdict.why}`;
  }
}
