import { absorb } from './absorb';
import { cancelling } from './cancelling';
import { checkpointChosen } from './checkpointChosen';
import { created } from './created';
import { deployed } from './deployed';
import { failing } from './failing';
import { beginRecovery, cancelJob, joinRecovery, joinsRecovery } from './failures';
import { failureSeen } from './failureSeen';
import { finalCheckpoint } from './finalCheckpoint';
import { finishing } from './finishing';
import type { Decision } from './decision';
import type { JobState } from './jobState';
import { recovered } from './recovered';
import { regionChosen } from './regionChosen';
import type { Moment } from './restartBackoff';
import { restartDelay } from './restartDelay';
import { running } from './running';
import { slotAssigned } from './slotAssigned';
import type { StateEvent } from './stateEvent';
import { stopping } from './stopping';
import { tasksCancelled } from './tasksCancelled';

/**
 * All of a job's behaviour: what it does about an event. Pure. What an event says of the tasks is taken in first; then a failure or a
 * cancellation is dealt with, and everything else by the file of the phase.
 */
export function decide(before: JobState, event: StateEvent, moment: Moment): Decision {
  if (hasEnded(before)) return { state: before, effects: [{ f: 'ignore', why: 'the job is over' }] };
  const { state, failed, cause, ignored } = absorb(before, event);
  if (ignored !== undefined) return { state, effects: [{ f: 'ignore', why: ignored }] };
  if (event.e === 'cancel' && state.phase !== 'cancelling') return cancelJob(state);
  if (cause === undefined || endsAnyway(state)) return decideInPhase(state, event);
  if (!joinsRecovery(state, failed, cause)) return beginRecovery(state, failed, cause, moment);
  const joined = joinRecovery(state, failed, cause);
  const next = decideInPhase(joined.state, event);
  return { state: next.state, effects: [...joined.effects, ...next.effects] };
}

function hasEnded(state: JobState): boolean {
  return state.phase === 'canceled' || state.phase === 'failed' || state.phase === 'finished';
}

/** A failure changes nothing any more. */
function endsAnyway(state: JobState): boolean {
  return state.phase === 'cancelling' || state.phase === 'failing' || state.phase === 'created';
}

function decideInPhase(state: JobState, event: StateEvent): Decision {
  switch (state.phase) {
    case 'created':
      return created(state, event);
    case 'failureSeen':
      return failureSeen(state, event);
    case 'regionChosen':
      return regionChosen(state, event);
    case 'tasksCancelled':
      return tasksCancelled(state, event);
    case 'restartDelay':
      return restartDelay(state, event);
    case 'checkpointChosen':
      return checkpointChosen(state, event);
    case 'slotAssigned':
      return slotAssigned(state, event);
    case 'deployed':
      return deployed(state, event);
    case 'recovered':
      return recovered(state, event);
    case 'running':
      return running(state, event);
    case 'stopping':
      return stopping(state, event);
    case 'finalCheckpoint':
      return finalCheckpoint(state, event);
    case 'finishing':
      return finishing(state, event);
    case 'cancelling':
      return cancelling(state, event);
    case 'failing':
      return failing(state, event);
    case 'canceled':
    case 'failed':
    case 'finished':
      return { state, effects: [] };
  }
}
