import type { ArmedFault } from '../../base/faults';
import type { JobEvent } from '../../base/jobEvents';
import type { JobSummary } from '../../cluster/model';
import { causeText, stepText } from '../../rest/recovery/recoveryText';
import { faultText } from '../faultText';

/** Something that happened to a job and is worth a line: for programs, and in words. The shapes stand in docs/cli.md. */
export interface Told {
  readonly data: { readonly e: string } & Readonly<Record<string, unknown>>;
  readonly text: string;
}

type Recovery = Extract<JobEvent, { e: 'recovery' }>['event'];

/** Undefined: not about this job, or nothing that a person waits for (progress, figures, the steps of a recovery that is not held). */
export function toldOf(event: JobEvent, job: JobSummary): Told | undefined {
  if ('job' in event && event.job !== job.id) return undefined;
  switch (event.e) {
    case 'job':
      return { data: { e: 'job', job: event.job, status: event.status }, text: event.status };
    case 'checkpoint': {
      const { checkpoint, status, savepoint } = event;
      if (status === 'IN_PROGRESS') return undefined;
      const text = `${savepoint ? 'savepoint' : 'checkpoint'} ${checkpoint} ${status}`;
      return { data: { e: 'checkpoint', checkpoint, status, savepoint }, text };
    }
    case 'recovery':
      return toldOfRecovery(event.event);
    case 'hold': {
      const { armed } = event;
      return { data: { e: 'hold', armed }, text: `the next recovery will ${armed ? '' : 'not '}be held` };
    }
    case 'fault':
      return isAbout(event.fault, job) ? toldOfFault(event.fault) : undefined;
    case 'jobs':
    case 'tasks':
    case 'metrics':
    case 'taskManagers':
      return undefined;
  }
}

/** The failure that begins a recovery, a step that is held, and the end. */
export function toldOfRecovery(event: Recovery): Told | undefined {
  const { step, scope, phase, hold } = event;
  const { recovery } = scope;
  if (hold !== undefined) return { data: { e: 'held', hold, event }, text: `held before: ${stepText(step)}` };
  if (phase !== 'end') return undefined;
  if (step.k === 'failureSeen' && step.cause.k !== 'start') {
    return { data: { e: 'failure', recovery, cause: step.cause }, text: causeText(step.cause) };
  }
  if (step.k !== 'recovered') return undefined;
  return { data: { e: 'running', recovery }, text: `${recovery === 0 ? '' : 'recovered, '}all tasks RUNNING` };
}

function isAbout({ fault }: ArmedFault, { id }: JobSummary): boolean {
  return fault.k === 'killTaskManager' || fault.job === id;
}

function toldOfFault(fault: ArmedFault): Told {
  const outcome = fault.outcome === undefined ? '' : `: ${fault.outcome}`;
  return { data: { e: 'fault', fault }, text: `${faultText(fault.fault)} ${fault.state}${outcome}` };
}
