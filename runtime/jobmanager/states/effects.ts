import type { ErrorData } from '../../base/errors';
import type { ChosenCheckpoint, FailureCause, JobManagerStep, StepKind, Verdict } from '../../base/events';
import type { AttemptRef, TaskManagerId } from '../../base/ids';

/** What a decision wants done, as data; the interpreter does it. */
export type Effect =
  /** A recovery starts, or, with `recovery` 0, the job. */
  | { readonly f: 'beginRecovery'; readonly recovery: number; readonly cause: FailureCause }
  /** To the gate: begins the step; `stepEntered` follows when nobody holds it. */
  | { readonly f: 'enterStep'; readonly recovery: number; readonly step: JobManagerStep }
  | { readonly f: 'leaveStep'; readonly recovery: number; readonly step: StepKind; readonly verdict: Verdict }
  | { readonly f: 'endRecovery'; readonly recovery: number }
  /** Its open steps end as skipped, here and in the tasks; what is held is let go. */
  | { readonly f: 'giveUpRecovery'; readonly recovery: number; readonly why: string }
  | { readonly f: 'cancelTask'; readonly ref: AttemptRef; readonly taskManager: TaskManagerId }
  | { readonly f: 'startDelay'; readonly recovery: number; readonly delayMs: number }
  | { readonly f: 'restoreFrom'; readonly checkpoint: ChosenCheckpoint }
  /** `slotsFound` follows, when there are enough. */
  | { readonly f: 'requestSlots'; readonly recovery: number; readonly tasks: readonly number[] }
  | { readonly f: 'deploy'; readonly recovery: number; readonly tasks: readonly number[] }
  | { readonly f: 'startCheckpoints' }
  /** Snapshots under way and waiting end with this cause. */
  | { readonly f: 'stopCheckpoints'; readonly reason: 'job-failed' | 'cancelled'; readonly cause?: ErrorData }
  | { readonly f: 'endInput'; readonly ref: AttemptRef; readonly taskManager: TaskManagerId }
  /** `finalCheckpointDone` or `-Failed` follows. */
  | { readonly f: 'finalCheckpoint'; readonly delayMs: number }
  /** `stopSavepointDone` or `-Failed` follows. */
  | { readonly f: 'stopSavepoint'; readonly directory: string }
  | { readonly f: 'finishTask'; readonly ref: AttemptRef; readonly taskManager: TaskManagerId }
  | {
      readonly f: 'recordFailure';
      readonly cause: FailureCause;
      /** It came while the job was dealing with another one. */
      readonly concurrent: boolean;
    }
  | { readonly f: 'jobOver'; readonly status: 'CANCELED' | 'FAILED' | 'FINISHED' }
  /** The event was late or of an attempt or recovery that is over; it is counted. */
  | { readonly f: 'ignore'; readonly why: string };
