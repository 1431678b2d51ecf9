import type { Effect } from './effects';
import type { StateOf } from './jobState';
import type { StateEvent } from './stateEvent';
import type { After, Phase } from './transitions';

/** What becomes of a job in one of the phases `P`, and what is to be done. */
export interface Decision<P extends Phase = Phase> {
  readonly state: StateOf<P>;
  readonly effects: readonly Effect[];
}

/** What a job in phase `P` does about an event. */
export type Decider<P extends Phase> = (state: StateOf<P>, event: StateEvent) => Decision<After<P>>;
