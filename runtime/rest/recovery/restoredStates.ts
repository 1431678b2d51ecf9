import type { Alternative, RecoveryEvent, Scope, StateKind, TaskStep } from '../../base/events';
import type { ErrorData } from '../../base/errors';

export type TaskScope = Extract<Scope, { at: 'task' }>;

/** What became of one state of one operator in one task attempt, as far as the events tell. */
export interface RestoredState {
  readonly scope: TaskScope;
  readonly state: StateKind;
  /** Where the alternative that succeeded lies; `empty`: there was nothing to restore; absent while it is not done. */
  readonly from?: 'local' | 'remote' | 'mixed' | 'empty';
  /** How many alternatives there were, and how many of them failed before this one. */
  readonly of: number;
  readonly failed: readonly { readonly alternative: Alternative; readonly error: ErrorData }[];
  readonly sizeBytes: number;
  readonly localBytes: number;
  readonly remoteBytes: number;
  readonly tookMs?: number;
  /** Why the alternatives were these and in this order, as the task said. */
  readonly why: string;
}

/**
 * The states that a recovery restores, in the order of their look-ups: folds the look-ups and attempts of its events. An attempt belongs
 * to the newest look-up of its scope and state kind.
 */
export function restoredStates(events: readonly RecoveryEvent[]): readonly RestoredState[] {
  const states = new Map<string, RestoredState>();
  for (const event of events) {
    if (event.scope.at !== 'task') continue;
    const { scope, step } = event;
    if (step.k === 'stateLookup' && event.phase === 'begin') states.set(keyOf(scope, step.state), begun(scope, step));
    if (step.k !== 'attempt' || event.phase !== 'end') continue;
    const before = states.get(keyOf(scope, step.state));
    if (before !== undefined) states.set(keyOf(scope, step.state), withAttempt(before, step, event));
  }
  return [...states.values()];
}

/** Local when all its handles are, remote when none is. */
export function placeOf(alternative: Alternative): 'local' | 'remote' | 'mixed' | 'empty' {
  const places = new Set(alternative.parts.map((part) => part.from));
  const [only] = places;
  return only === undefined ? 'empty' : places.size === 1 ? only : 'mixed';
}

function keyOf(scope: TaskScope, state: StateKind): string {
  return `${scope.vertex} ${scope.subtask} ${scope.attempt} ${scope.operator ?? ''} ${state}`;
}

function begun(scope: TaskScope, step: Extract<TaskStep, { k: 'stateLookup' }>): RestoredState {
  return {
    scope,
    state: step.state,
    ...(step.alternatives.length === 0 ? { from: 'empty' as const } : {}),
    of: step.alternatives.length,
    failed: [],
    sizeBytes: 0,
    localBytes: 0,
    remoteBytes: 0,
    why: step.why,
  };
}

function withAttempt(
  before: RestoredState,
  step: Extract<TaskStep, { k: 'attempt' }>,
  event: RecoveryEvent,
): RestoredState {
  const { alternative } = step;
  switch (event.verdict?.v) {
    case 'failed':
      return { ...before, failed: [...before.failed, { alternative, error: event.verdict.error }] };
    case 'ok': {
      const bytes = (from: 'local' | 'remote'): number =>
        alternative.parts.reduce((sum, part) => sum + (part.from === from ? part.sizeBytes : 0), 0);
      return {
        ...before,
        from: placeOf(alternative),
        sizeBytes: bytes('local') + bytes('remote'),
        localBytes: bytes('local'),
        remoteBytes: bytes('remote'),
        ...(event.tookMs === undefined ? {} : { tookMs: event.tookMs }),
      };
    }
    case 'skipped':
    case undefined:
      return before;
  }
}

export interface RestoreCounts {
  /** Keyed states restored from the local copy, from remote, and after a failed local attempt. */
  readonly local: number;
  readonly remote: number;
  readonly fellBack: number;
  /** Of all states. */
  readonly localBytes: number;
  readonly remoteBytes: number;
}

/** The figures of a recovery. A state that fell back counts as remote, too; one without any state counts as nothing. */
export const restoreCounts = (events: readonly RecoveryEvent[]): RestoreCounts => countRestored(restoredStates(events));

/** The figures of states as {@link restoredStates} gives them. */
export function countRestored(states: readonly RestoredState[]): RestoreCounts {
  const keyed = states.filter(({ state }) => state === 'keyed');
  return {
    local: keyed.filter(({ from }) => from === 'local' || from === 'mixed').length,
    remote: keyed.filter(({ from }) => from === 'remote').length,
    fellBack: keyed.filter(({ from, failed }) => from !== undefined && failed.length > 0).length,
    localBytes: states.reduce((sum, { localBytes }) => sum + localBytes, 0),
    remoteBytes: states.reduce((sum, { remoteBytes }) => sum + remoteBytes, 0),
  };
}
