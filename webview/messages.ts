/** What the extension and its pages say to each other; the only thing that they share. */
import type { RecoveryEvent } from '../runtime/base/events';
import type { HoldId } from '../runtime/base/ids';
import type { ResumeHow } from '../runtime/base/stepping';
import type { RecoveryInfo } from '../runtime/cluster/model';
import type { RecordedRecovery } from '../runtime/rest/recovery/recordedRecovery';

/** A step that is held now, with the sentence that says where. */
export interface PageHold {
  readonly hold: HoldId;
  readonly text: string;
}

/** What can be done with the job of a recovery now. */
export interface LiveState {
  /** Steps of this recovery that are held, the newest first. */
  readonly holds: readonly PageHold[];
  /** Absent when the engine cannot hold recoveries, or the job has ended. */
  readonly holdNext?: boolean;
}

export type ToRecoveryPage =
  /** Everything anew. Without `live` there is no job behind it: the recovery is stepped through as it was recorded. */
  | { readonly m: 'recovery'; readonly recorded: RecordedRecovery; readonly live?: LiveState }
  /** What came since; events that the page has already are skipped by their sequence numbers. */
  | {
      readonly m: 'more';
      readonly events: readonly RecoveryEvent[];
      readonly info: RecoveryInfo;
      readonly live: LiveState;
    }
  /** The runtime is gone; what was shown stays, and is of the past. */
  | { readonly m: 'gone' };

export type FromRecoveryPage =
  /** The page listens now. */
  | { readonly m: 'ready' }
  /** Lets a held step of this recovery go; `go` lets all of them run. */
  | { readonly m: 'resume'; readonly how: ResumeHow; readonly hold?: HoldId }
  | { readonly m: 'holdNext'; readonly hold: boolean };
