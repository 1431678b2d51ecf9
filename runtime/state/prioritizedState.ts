import type { Alternative, AlternativePart, CopyPlace } from '../base/events';
import type { KeyGroupsHandle, OperatorHandle } from '../formats/handles';
import type { StateSource } from './stateSource';

/**
 * One handle and the copies of it that exist. It opens the copy it is asked for and never another one: falling back is the decision of
 * the restore procedure, as an event. `localrecovery/` has the one with a local copy.
 */
export interface StateCopies {
  sizeBytes(place: CopyPlace): number;
  location(place: CopyPlace): string;
  /** Opens and verifies. Rejects with the reason when the copy is gone, cut off or corrupt. */
  open(place: CopyPlace): Promise<StateSource>;
}

/** A handle of an alternative, with the copy that this alternative reads. */
export interface RestorePart<H> {
  readonly handle: H;
  readonly shown: AlternativePart;
  readonly copies: StateCopies;
}

/** A set of handles that restore one state of one operator as a whole. */
export interface RestoreAlternative<H> {
  readonly shown: Alternative;
  readonly parts: readonly RestorePart<H>[];
}

/** The alternatives in the order in which they are tried, the last one remote; none where there is no state. `why` is one sentence. */
export interface PrioritizedState<H> {
  readonly alternatives: readonly RestoreAlternative<H>[];
  readonly why: string;
}

/** The alternatives of one operator; Flink's `PrioritizedOperatorSubtaskState`. */
export interface PrioritizedOperatorSubtaskState {
  readonly keyed: PrioritizedState<KeyGroupsHandle>;
  readonly operator: PrioritizedState<OperatorHandle>;
}

/** What the local cache says of one operator's keyed state at one checkpoint. */
export type LocalLookup =
  | {
      readonly found: true;
      /** As it was written locally. */
      readonly handle: KeyGroupsHandle;
      /** The pair of the local copy and the remote one. */
      pairWith(remote: StateCopies): StateCopies;
    }
  /** `why` is one sentence. */
  | { readonly found: false; readonly why: string };
