import type { RecoveryEvent } from '../base/events';
import type { JobEvent } from '../cluster/jobEvents';
import { causeText, outcomeText, stepText } from '../rest/recovery/recoveryText';

/** A line for the debug console, or undefined for what is not worth one. */
export function eventLine(event: JobEvent): { readonly text: string; readonly important: boolean } | undefined {
  switch (event.e) {
    case 'job':
      return { text: `job ${event.status}`, important: event.status === 'FAILED' };
    case 'recovery':
      return recoveryLine(event.event);
    case 'checkpoint':
      if (event.status === 'IN_PROGRESS' || (event.status === 'COMPLETED' && !event.savepoint)) return undefined;
      return {
        text: `${event.savepoint ? 'savepoint' : 'checkpoint'} ${event.checkpoint} ${event.status.toLowerCase()}`,
        important: event.status === 'FAILED',
      };
    case 'fault':
      return event.fault.outcome === undefined ? undefined : { text: event.fault.outcome, important: true };
    case 'jobs':
    case 'tasks':
    case 'hold':
    case 'metrics':
    case 'taskManagers':
      return undefined;
  }
}

/** Only ends are told, and of the deep steps only those that failed: the lines of one recovery fit on a screen. */
function recoveryLine(event: RecoveryEvent): { readonly text: string; readonly important: boolean } | undefined {
  const { step, scope } = event;
  if (event.phase === 'begin') {
    if (step.k !== 'failureSeen' || step.cause.k === 'start') return undefined;
    return { text: `recovery #${scope.recovery}: ${causeText(step.cause)}`, important: true };
  }
  const failed = event.verdict?.v === 'failed';
  if (!failed && (step.k === 'readHandle' || step.k === 'failureSeen' || step.k === 'operatorContext'))
    return undefined;
  const who = scope.at === 'jobmanager' ? 'JobManager' : `subtask ${scope.subtask + 1}, attempt ${scope.attempt + 1}`;
  const outcome = outcomeText(event);
  return { text: `  ${who}: ${stepText(step)}${outcome === '' ? '' : ` — ${outcome}`}`, important: failed };
}
