/**
 * What the JobManager remembers of itself, as read-only data: all that Flink's REST API and the debug endpoints are rendered from.
 * Times are epoch ms, sizes bytes. A record shows the present: ask again after an event.
 */
import type { FailureCause, ChosenCheckpoint, RecoveryEvent, TaskName } from '../base/events';
import type { ErrorData } from '../base/errors';
import type { ProcessUsage } from '../base/processUsage';
import type { AllocationId, AttemptRef, HoldId, JobId, TaskManagerId } from '../base/ids';
import type { ExecutionState, JobStatus } from '../base/status';
import type { CheckpointStatsRecord } from '../checkpoint/checkpointRecords';
import type { ExecutionConfig } from '../graph/executionConfig';
import type { JobGraph, JobVertex } from '../graph/jobGraph';
import type { TaskMetrics } from '../wire/messages';
import type { MetricsSample } from './taskRates';

export interface JobRecord {
  readonly id: JobId;
  readonly name: string;
  /** Absolute path of the job's `.ts`. */
  readonly jobFile: string;
  readonly status: JobStatus;
  /** When the job last entered each status. */
  readonly statusTimes: Readonly<Partial<Record<JobStatus, number>>>;
  readonly startMs: number;
  readonly endMs?: number;
  readonly lastModifiedMs: number;
  readonly graph: JobGraph;
  readonly config: ExecutionConfig;
  /** The directory that holds `chk-<n>`. */
  readonly checkpointDirectory: string;
  /** The directory in which savepoints are made. */
  readonly savepointDirectory: string;
  /** In the order of the graph. */
  readonly vertices: readonly VertexRecord[];
  readonly checkpoints: CheckpointStatsRecord;
  /** Newest first. */
  readonly exceptions: readonly ExceptionRecord[];
  readonly exceptionsTruncated: boolean;
  /** Oldest first; number 0 is the start of the job. */
  readonly recoveries: readonly RecoveryRecord[];
  /** The next recovery will be held before its first step. */
  readonly holdArmed: boolean;
  readonly holds: readonly HeldStepRecord[];
  /** Why its tasks have no slots yet, while they are waiting for them. */
  readonly waitingFor?: string;
  /** Why the job is FAILED. */
  readonly failure?: ErrorData;
  /** Messages of attempts or recoveries that were over; they were dropped. */
  readonly fenced: number;
}

export interface VertexRecord {
  readonly vertex: JobVertex;
  readonly subtasks: readonly SubtaskRecord[];
}

export interface SubtaskRecord {
  readonly name: TaskName;
  /** Oldest first, never empty; the last one is the current one. */
  readonly attempts: readonly AttemptRecord[];
}

export interface AttemptRecord {
  readonly ref: AttemptRef;
  readonly state: ExecutionState;
  /** When the attempt entered each state; `status-duration` is the difference to the next one. */
  readonly stateTimes: Readonly<Partial<Record<ExecutionState, number>>>;
  /** Known from the assignment of a slot. */
  readonly taskManager?: TaskManagerId;
  readonly allocation?: AllocationId;
  /** The newest it has reported, and what it had counted at times before. */
  readonly metrics?: TaskMetrics;
  readonly samples?: readonly MetricsSample[];
  readonly failure?: ErrorData;
}

/** An entry of `exceptionHistory`. */
export interface ExceptionRecord {
  readonly atMs: number;
  readonly error: ErrorData;
  readonly injected: boolean;
  /** Absent when it was not the failure of one task. */
  readonly task?: TaskName;
  /** Of that task. */
  readonly attempt?: number;
  readonly taskManager?: TaskManagerId;
  /** Others that came while the job was dealing with this one. */
  readonly concurrent: readonly ExceptionRecord[];
}

export interface RecoveryRecord {
  readonly recovery: number;
  readonly cause: FailureCause;
  readonly startMs: number;
  readonly endMs?: number;
  readonly checkpoint?: ChosenCheckpoint;
  readonly status: 'running' | 'held' | 'done' | 'given up';
  /** Without the time that the JobManager was held; set with `endMs`. */
  readonly tookMs?: number;
  readonly events: readonly RecoveryEvent[];
}

export interface HeldStepRecord {
  readonly hold: HoldId;
  /** The begin event of the step. */
  readonly event: RecoveryEvent;
}

export interface TaskManagerRecord {
  readonly id: TaskManagerId;
  /** stuck: its watchdog is alive, its main thread does not answer · lost: gone with its directory. */
  readonly status: 'starting' | 'alive' | 'stuck' | 'lost';
  readonly pid?: number;
  readonly slots: number;
  readonly freeSlots: number;
  readonly allocated: readonly { readonly allocation: AllocationId; readonly job: JobId }[];
  readonly directory: string;
  /** Address for data connections. */
  readonly dataAddress?: string;
  readonly lastHeartbeatMs?: number;
  /** Since when its main thread has not answered, in ms; 0 when it does. */
  readonly stalledMs: number;
  /** What its process uses; `cpuLoad` 1 is one CPU. */
  readonly usage?: ProcessUsage & { readonly cpuLoad: number };
  /** How often the process was started anew. */
  readonly respawns: number;
}

/** A request that takes its time, by trigger id. A failed one is completed, too. */
export type OperationRecord =
  | { readonly status: 'IN_PROGRESS' }
  | { readonly status: 'COMPLETED'; readonly result: OperationResult }
  | { readonly status: 'FAILED'; readonly error: ErrorData };

export type OperationResult =
  | { readonly k: 'checkpoint'; readonly checkpoint: number }
  | { readonly k: 'savepoint'; readonly path: string; readonly sizeBytes: number; readonly tookMs: number }
  | { readonly k: 'disposed' };

export interface ClusterRecord {
  readonly startMs: number;
  readonly taskManagers: number;
  readonly slots: number;
  readonly freeSlots: number;
}
