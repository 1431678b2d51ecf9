/** What deciders have in common. */
import type { Effect } from './effects';
import type { Decision } from './decision';
import type { StagePhase, StateOf } from './jobState';
import type { StateEvent } from './stateEvent';
import type { Phase } from './transitions';

/** Nothing to decide. Requests that do not fit the phase are counted; what an event says of the tasks has been taken in before. */
export function stay<P extends Phase>(state: StateOf<P>, event: StateEvent): Decision<P> {
  switch (event.e) {
    case 'taskState':
    case 'taskManagerGone':
    case 'inputExhausted':
    case 'dataFinished':
    case 'checkpointCompleted':
      return { state, effects: [] };
    case 'start':
    case 'stepEntered':
    case 'delayOver':
    case 'slotsFound':
    case 'jobFailed':
    case 'finalCheckpointDone':
    case 'finalCheckpointFailed':
    case 'stop':
    case 'stopSavepointDone':
    case 'stopSavepointFailed':
    case 'cancel':
      return {
        state,
        effects: [{ f: 'ignore', why: `${event.e} means nothing to a job that is ${state.phase}` }],
      };
  }
}

/** The gate has let in the very step that the job stands before. */
export function entersNow(state: StateOf<StagePhase>, event: StateEvent): boolean {
  return event.e === 'stepEntered' && event.recovery === state.recovery && event.step === state.phase && !state.entered;
}

/** The present step ends well. */
export function leave(state: StateOf<StagePhase>): Effect {
  return { f: 'leaveStep', recovery: state.recovery, step: state.phase, verdict: { v: 'ok' } };
}
