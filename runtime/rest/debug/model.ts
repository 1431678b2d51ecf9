/** What a cluster shows, whichever engine it is: the nouns of tree, CLI and debugger, and the answers of `/debug/v1`. Times are epoch ms, sizes bytes. */
import type { ChosenCheckpoint, FailureCause, RecoveryEvent } from '../../base/events';
import type { AllocationId, CheckpointId, HoldId, JobId, OperatorId, TaskManagerId, VertexId } from '../../base/ids';
import type { JobStatus } from '../../base/status';

export type { JobStatus };

export interface ClusterOverview {
  readonly version: string;
  readonly taskManagers: number;
  readonly slots: number;
  readonly freeSlots: number;
}

export interface JobSummary {
  readonly id: JobId;
  readonly name: string;
  readonly status: JobStatus;
  readonly startMs: number;
  readonly endMs?: number;
}

export interface JobDetails extends JobSummary {
  readonly nowMs: number;
  readonly parallelism: number;
  readonly jobFile?: string;
  readonly checkpointIntervalMs?: number;
  readonly checkpointsDirectory?: string;
  readonly tasks: readonly TaskInfo[];
  readonly counts: {
    readonly completed: number;
    readonly failed: number;
    readonly inProgress: number;
    readonly restored: number;
  };
  readonly latestCheckpoint?: CheckpointInfo;
  /** How often it was restarted after a failure, and when the newest times were (at most 10, newest first); absent when never, or when the engine does not say. */
  readonly restarts?: { readonly count: number; readonly atMs: readonly number[] };
  /** The next recovery will be held. */
  readonly holdArmed: boolean;
  /** Steps that are held now. */
  readonly holds: readonly HeldStep[];
  /** Why its tasks have no slots yet: `TaskManager tm-2 is being started again.` */
  readonly waitingFor?: string;
  /** Why the job failed, when it did; one line, and the whole. */
  readonly failure?: { readonly text: string; readonly stack: string };
}

export interface HeldStep {
  readonly hold: HoldId;
  readonly event: RecoveryEvent;
  /** `held before: read local copy of stats`. */
  readonly text: string;
}

export interface TaskInfo {
  readonly vertex: VertexId;
  readonly vertexName: string;
  readonly subtask: number;
  readonly parallelism: number;
  readonly attempt: number;
  readonly status: string;
  readonly taskManager?: TaskManagerId;
  readonly allocation?: AllocationId;
  readonly recordsIn: number;
  readonly recordsOut: number;
}

/**
 * What an engine tells of an operator when it does not tell all. `id`: id and name, but not whether it has a uid. `name`: the name; its id
 * here only tells it from the others of the list.
 */
export type ToldIdentity = 'id' | 'name';

export interface OperatorInfo {
  readonly id: OperatorId;
  readonly uid?: string;
  readonly name: string;
  readonly vertex: VertexId;
  readonly parallelism: number;
  readonly maxParallelism: number;
  readonly keyType?: string;
  /** Where the author wrote `.uid(…)`, or created the operator. */
  readonly source?: { readonly file: string; readonly line: number };
  readonly states: readonly StateInfo[];
  /** Figures that a source gives of itself: rows, splits, skipped. */
  readonly notes: Readonly<Record<string, number>>;
  readonly told?: ToldIdentity;
  /** Some subtask is starting again and has not said what it holds: for it, states and notes are those of its attempt before. */
  readonly asBeforeFailure?: true;
}

export interface StateInfo {
  readonly name: string;
  readonly kind: string;
  readonly type: string;
  /** Of keyed state that was read from a snapshot; live, the operator says it. */
  readonly keyType?: string;
  readonly entries: number;
  readonly sizeBytes?: number;
  readonly subtasks: readonly { readonly subtask: number; readonly entries: number; readonly sizeBytes?: number }[];
}

export interface StateEntryInfo {
  readonly key: string;
  readonly keyGroup?: number;
  readonly namespace?: string;
  readonly value: unknown;
  readonly text: string;
  readonly subtask: number;
}

export interface CheckpointInfo {
  readonly id: CheckpointId;
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly savepoint: boolean;
  readonly triggerMs: number;
  readonly durationMs: number;
  readonly sizeBytes: number;
  readonly acknowledged: number;
  readonly subtasks: number;
  readonly path?: string;
  /** Its files were deleted because newer ones replaced it. */
  readonly discarded: boolean;
  readonly failure?: string;
}

export interface CheckpointDetails extends CheckpointInfo {
  readonly operators: readonly CheckpointOperator[];
}

export interface CheckpointOperator {
  readonly id: OperatorId;
  readonly uid?: string;
  readonly name: string;
  readonly told?: ToldIdentity;
  readonly sizeBytes: number;
  readonly subtasks: readonly CheckpointSubtask[];
}

export interface CheckpointSubtask {
  readonly subtask: number;
  readonly sizeBytes: number;
  readonly handles: readonly HandleInfo[];
}

/** One state handle with its copies; `local` is what the task last reported and the checkpoint's age allows. */
export interface HandleInfo {
  readonly state: 'keyed' | 'operator';
  readonly kind: string;
  readonly sizeBytes: number;
  readonly keyGroups?: { readonly start: number; readonly end: number };
  readonly remote: string;
  readonly local?: string;
}

export interface RecoveryInfo {
  /** 0 is the start of the job. */
  readonly recovery: number;
  readonly cause: FailureCause;
  readonly startMs: number;
  readonly endMs?: number;
  readonly checkpoint?: ChosenCheckpoint;
  readonly status: 'running' | 'held' | 'done' | 'given up';
  /** Keyed states restored from the local copy, from remote, and after a failed local attempt. */
  readonly local: number;
  readonly remote: number;
  readonly fellBack: number;
  readonly localBytes: number;
  readonly remoteBytes: number;
  /** The engine does not tell from where states were restored: the five figures above say nothing. */
  readonly placesUnknown?: true;
  /** Without the time held. */
  readonly tookMs?: number;
}

export interface RecoveryDetails extends RecoveryInfo {
  readonly events: readonly RecoveryEvent[];
}

export interface TaskManagerInfo {
  readonly id: TaskManagerId;
  readonly status: 'starting' | 'alive' | 'stuck' | 'lost';
  readonly pid?: number;
  readonly slots: number;
  readonly freeSlots: number;
  readonly directory?: string;
}

export interface Submission {
  /** Absolute path of the job's `.ts`. */
  readonly jobFile: string;
  readonly parallelism?: number;
  /** A savepoint or checkpoint to start from: a directory with `_metadata`, or that file. */
  readonly from?: string;
  /** Hold the start (recovery 0) before its first step. */
  readonly holdRecovery?: boolean;
  readonly rowsPerSecond?: number;
}

export interface SavepointResult {
  readonly path: string;
  readonly sizeBytes: number;
  readonly tookMs: number;
}
