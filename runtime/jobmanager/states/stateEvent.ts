import type { ErrorData } from '../../base/errors';
import type { ChosenCheckpoint, StepKind } from '../../base/events';
import type { AttemptRef, TaskManagerId } from '../../base/ids';
import type { TaskExecutionState } from '../../wire/messages';
import type { AssignedSlot } from './jobState';

/** All that can happen to a job. Those with an attempt or a recovery are fenced by it. */
export type StateEvent =
  | { readonly e: 'start' }
  /** The gate has let the present step in. */
  | { readonly e: 'stepEntered'; readonly recovery: number; readonly step: StepKind }
  | { readonly e: 'delayOver'; readonly recovery: number }
  | { readonly e: 'slotsFound'; readonly recovery: number; readonly slots: readonly AssignedSlot[] }
  | {
      readonly e: 'taskState';
      readonly ref: AttemptRef;
      readonly state: TaskExecutionState;
      readonly error?: ErrorData;
      readonly injected: boolean;
    }
  | { readonly e: 'inputExhausted'; readonly ref: AttemptRef }
  | { readonly e: 'dataFinished'; readonly ref: AttemptRef }
  | {
      readonly e: 'taskManagerGone';
      readonly taskManager: TaskManagerId;
      readonly how: 'killed' | 'lost' | 'ended';
      readonly exit: string;
      readonly injected: boolean;
    }
  /** A recovery may start from it. `dataFinished`: attempts that had nothing more to do than to take part in it. */
  | {
      readonly e: 'checkpointCompleted';
      readonly checkpoint: ChosenCheckpoint;
      readonly dataFinished: readonly AttemptRef[];
    }
  /** The job as a whole must restart: more checkpoints failed than it tolerates. */
  | { readonly e: 'jobFailed'; readonly error: ErrorData }
  | { readonly e: 'finalCheckpointDone' }
  | { readonly e: 'finalCheckpointFailed'; readonly error: ErrorData }
  | { readonly e: 'stop'; readonly directory: string }
  | { readonly e: 'stopSavepointDone' }
  | { readonly e: 'stopSavepointFailed'; readonly error: ErrorData }
  | { readonly e: 'cancel' };

export type StateEventKind = StateEvent['e'];
