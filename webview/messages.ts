/** What the extension and its pages say to each other; the only thing that they share. */
import type { RecoveryEvent } from '../runtime/base/events';
import type { HoldId, JobId } from '../runtime/base/ids';
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
  /** Its failure can be caused once more, without local copies. */
  readonly whatIf?: true;
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
  /** "What if remote?" goes on: what it does now, or with `result` the recovery that followed. Both absent: it failed. */
  | { readonly m: 'whatIf'; readonly progress?: string; readonly result?: RecoveryInfo }
  /** The runtime is gone; what was shown stays, and is of the past. */
  | { readonly m: 'gone' };

export type FromRecoveryPage =
  /** The page listens now. */
  | { readonly m: 'ready' }
  /** Lets a held step of this recovery go; `go` lets all of them run. */
  | { readonly m: 'resume'; readonly how: ResumeHow; readonly hold?: HoldId }
  | { readonly m: 'holdNext'; readonly hold: boolean }
  /** Repeats the recovery without local copies. */
  | { readonly m: 'whatIf' }
  /** Writes what the page shows to a file that the user chooses. */
  | { readonly m: 'export'; readonly recorded: RecordedRecovery };

/** One thing in the life of a job, on one axis of time. Times are epoch ms. */
export type TimelineEntry =
  | {
      readonly k: 'checkpoint';
      readonly id: number;
      readonly savepoint: boolean;
      readonly atMs: number;
      readonly durationMs: number;
      readonly sizeBytes: number;
      /** Why it failed, when it did. */
      readonly failure?: string;
    }
  /** A failure, and the recovery that followed it. */
  | {
      readonly k: 'recovery';
      readonly id: number;
      readonly atMs: number;
      /** Absent while it is under way. */
      readonly endMs?: number;
      /** Without the time held. */
      readonly tookMs?: number;
      readonly cause: string;
      readonly localBytes: number;
      readonly remoteBytes: number;
    };

/** The life of one job, as far as it is kept. */
export interface JobTimeline {
  readonly job: JobId;
  readonly name: string;
  readonly startMs: number;
  readonly endMs?: number;
  /** In the order of time. */
  readonly entries: readonly TimelineEntry[];
}

export type ToTimelinePage = { readonly m: 'timeline'; readonly timeline: JobTimeline };

export type FromTimelinePage =
  | { readonly m: 'ready' }
  /** Shows an entry in the tree. */
  | { readonly m: 'select'; readonly k: TimelineEntry['k']; readonly id: number; readonly savepoint: boolean };
