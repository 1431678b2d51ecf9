/**
 * The control messages between the JobManager and its TaskManagers, in one place. They travel as msgpack in CONTROL frames
 * (wire/frames.ts) over one connection per TaskManager. Everything about a task carries its AttemptRef: older attempts are dropped
 * and counted (fencing).
 */
import type { ErrorData } from '../base/errors';
import type { ProcessUsage } from '../base/processUsage';
import type { RecoveryEvent, Scope, Step, Verdict } from '../base/events';
import type { Fault } from '../base/faults';
import type {
  AllocationId,
  AttemptRef,
  CheckpointId,
  FaultId,
  HoldId,
  JobId,
  OperatorId,
  TaskManagerId,
} from '../base/ids';
import type { ResumeHow, Stepping } from '../base/stepping';
import type { OperatorHandle, SubtaskState } from '../formats/handles';
import type { ShipStrategy } from '../graph/distribution';
import type { ExecutionConfig, ExecutionSettings } from '../graph/executionConfig';
import type { JobGraph, JobVertex } from '../graph/jobGraph';

/** Kind of snapshot that a barrier asks for; Flink's SnapshotType. */
export type SnapshotType =
  { readonly t: 'checkpoint' } | { readonly t: 'savepoint'; readonly format: 'canonical'; readonly thenStop: boolean };

/** Where the files of one snapshot go. */
export interface SnapshotTarget {
  readonly checkpoint: CheckpointId;
  readonly type: SnapshotType;
  /** The exclusive directory: `chk-<n>` or `savepoint-…`. Relative handles are relative to it. */
  readonly directory: string;
  /** When it was triggered, epoch ms. */
  readonly timestampMs: number;
}

/** Settings of a job that its tasks need. */
export interface TaskConfig {
  readonly checkpointsRoot: string;
  /** State of at most this size goes into `_metadata` itself (Flink's data-inline-threshold). */
  readonly inlineThresholdBytes: number;
  readonly localRecovery: boolean;
  readonly checkpointingEnabled: boolean;
  /** Absent: exactly once. At least once does not stop channels whose barrier is early. */
  readonly checkpointMode?: 'exactly_once' | 'at_least_once';
  /** Overrides the sources' own rate, rows per second over all subtasks of a source. */
  readonly rowsPerSecond?: number;
  /** Directory of the job file, against which relative paths of sources and sinks are resolved. */
  readonly baseDirectory: string;
}

/** One channel of an input gate: who produces it and where to find the producer. */
export interface InputChannelDeployment {
  readonly producer: AttemptRef;
  readonly taskManager: TaskManagerId;
  /** Address of the producer's TaskManager for data connections. */
  readonly address: string;
}

export interface InputGateDeployment {
  /** Index of the edge in the job graph. */
  readonly edge: number;
  readonly ship: ShipStrategy;
  /** Which input of the head of the task, from 0; absent: it has one. */
  readonly input?: number;
  /** The producers of the edge that feed this subtask, by producer subtask. */
  readonly channels: readonly InputChannelDeployment[];
}

export interface OutputDeployment {
  readonly edge: number;
  /** Of the edge: the operator of the chain whose output this is, and the head of the target, whose key a hash edge uses. */
  readonly fromNodeId: number;
  readonly toNodeId: number;
  readonly ship: ShipStrategy;
  /** Which input of the target, from 0; absent: it has one. */
  readonly input?: number;
  /** The side output that the edge carries; absent: the main output. */
  readonly outputTag?: string;
  /** The consumer subtasks, in order; a hash edge computes the key group with the consumer's max parallelism. */
  readonly consumers: readonly AttemptRef[];
  readonly consumerMaxParallelism: number;
}

/** What a restored task starts from. */
export interface TaskRestore {
  readonly checkpoint: CheckpointId;
  readonly savepoint: boolean;
  /** Directory of the `_metadata`, base of relative handles. */
  readonly directory: string;
  /** The task got another slot than before: where the slot before was. Its local copies stay with that slot. */
  readonly movedFrom?: TaskManagerId;
  /** Remote handles only, by operator; operators without state are absent. */
  readonly states: Readonly<Record<OperatorId, AssignedState>>;
}

/** What one subtask of an operator is restored from. */
export type AssignedState = SubtaskState & {
  /**
   * Where union lists make every subtask read those of all: the operator state to read, in the order of the subtasks, the subtask's own
   * (`managedOperator`) whole and the others' union lists. Absent where its own is all.
   */
  readonly operatorParts?: readonly OperatorHandle[];
};

/** Flink's TaskDeploymentDescriptor. */
export interface TaskDeployment {
  readonly ref: AttemptRef;
  readonly jobName: string;
  readonly vertex: JobVertex;
  readonly allocation: AllocationId;
  /** Absolute path of the bundled job module; user functions are taken from it by node id. */
  readonly bundle: string;
  readonly config: TaskConfig;
  readonly inputs: readonly InputGateDeployment[];
  readonly outputs: readonly OutputDeployment[];
  readonly restore?: TaskRestore;
  readonly recovery: number;
  readonly stepping: Stepping;
}

export type ToTaskManager =
  /** `allocations`: the slots that still wait for this TaskManager; what it keeps locally of others is of the past. */
  | { readonly m: 'welcome'; readonly heartbeatMs: number; readonly allocations: readonly AllocationId[] }
  | { readonly m: 'deploy'; readonly task: TaskDeployment }
  | { readonly m: 'cancel'; readonly ref: AttemptRef }
  /** To the tasks of source vertices only; barriers carry it on. */
  | { readonly m: 'triggerCheckpoint'; readonly ref: AttemptRef; readonly target: SnapshotTarget }
  | {
      readonly m: 'checkpointComplete';
      readonly job: JobId;
      readonly checkpoint: CheckpointId;
      readonly savepoint: boolean;
    }
  | { readonly m: 'checkpointAborted'; readonly job: JobId; readonly checkpoint: CheckpointId }
  /** All readers of the job have read all their input: emit what is left and finish after the final checkpoint. */
  | { readonly m: 'endInput'; readonly ref: AttemptRef }
  /** The task has done its part of a stop or of the final checkpoint and may end. */
  | { readonly m: 'finish'; readonly ref: AttemptRef }
  | { readonly m: 'resume'; readonly hold: HoldId; readonly how: ResumeHow }
  /** Stepping of a task that is being restored or will be; `go` for all is `runFreely`. */
  | { readonly m: 'setStepping'; readonly ref: AttemptRef; readonly stepping: Stepping }
  | { readonly m: 'arm'; readonly id: FaultId; readonly fault: Exclude<Fault, { k: 'killTaskManager' }> }
  | { readonly m: 'disarm'; readonly id: FaultId }
  | { readonly m: 'query'; readonly request: number; readonly query: StateQuery }
  /** The job is over on this TaskManager: free its slots and local state. */
  | { readonly m: 'releaseJob'; readonly job: JobId; readonly keepLocalState: boolean }
  | { readonly m: 'shutdown' };

export type FromTaskManager =
  | {
      readonly m: 'hello';
      readonly taskManager: TaskManagerId;
      readonly pid: number;
      readonly slots: number;
      readonly dataAddress: string;
    }
  | { readonly m: 'heartbeat'; readonly stalledMs: number; readonly usage?: ProcessUsage }
  | {
      readonly m: 'taskState';
      readonly ref: AttemptRef;
      readonly state: TaskExecutionState;
      readonly error?: ErrorData;
    }
  | {
      readonly m: 'acknowledge';
      readonly ref: AttemptRef;
      readonly checkpoint: CheckpointId;
      readonly state: TaskSnapshot;
      readonly metrics: SnapshotMetrics;
    }
  | { readonly m: 'decline'; readonly ref: AttemptRef; readonly checkpoint: CheckpointId; readonly error: ErrorData }
  /** This reader has read all its splits. */
  | { readonly m: 'inputExhausted'; readonly ref: AttemptRef }
  /** End of input has passed through the task: its output is complete, only the final checkpoint is missing. */
  | { readonly m: 'dataFinished'; readonly ref: AttemptRef }
  | {
      readonly m: 'step';
      readonly scope: Scope;
      readonly stepId: string;
      readonly step: Step;
      readonly phase: RecoveryEvent['phase'];
      readonly hold?: HoldId;
      readonly verdict?: Verdict;
      readonly tookMs?: number;
      readonly atMs: number;
    }
  | { readonly m: 'metrics'; readonly tasks: readonly TaskMetrics[] }
  | { readonly m: 'faultFired'; readonly id: FaultId; readonly fired: boolean; readonly outcome: string }
  | {
      readonly m: 'answer';
      readonly request: number;
      readonly answer: StateAnswer | { readonly a: 'failed'; readonly error: ErrorData };
    };

/** What a compiler child is asked, once; its answer is `compiled` or `notCompiled`. */
export interface ToCompiler {
  readonly m: 'compile';
  readonly jobFile: string;
  /** Exists; names the request. */
  readonly outputDirectory: string;
  /** What the run sets in the place of the job's own settings. */
  readonly overrides: ExecutionSettings;
}

/** A compiler child says that it is ready, then what it made of the job's file (`CompiledJob` of runtime/compiler/), or why it could not. */
export type FromCompiler =
  | { readonly m: 'compilerReady'; readonly pid: number }
  | {
      readonly m: 'compiled';
      /** As in the request; it tells which submission this answers. */
      readonly outputDirectory: string;
      readonly jobGraph: JobGraph;
      /** The job's settings under those of the run; its directories are absolute. */
      readonly config: ExecutionConfig;
      /** Absolute path of the module with the user functions. */
      readonly bundlePath: string;
      /** Directory of the job's file. */
      readonly baseDirectory: string;
    }
  | { readonly m: 'notCompiled'; readonly outputDirectory: string; readonly error: ErrorData };

/**
 * From the watchdog thread of a TaskManager, over a connection of its own, every heartbeat: the process lives, and its main thread has not
 * moved for `stalledMs`. A stuck main thread sends nothing itself; it is shown as stuck and never killed on suspicion.
 */
export interface FromWatchdog {
  readonly m: 'watchdog';
  readonly taskManager: TaskManagerId;
  readonly pid: number;
  readonly stalledMs: number;
}

/** Flink's ExecutionState as far as a TaskManager sets it. */
export type TaskExecutionState = 'DEPLOYING' | 'INITIALIZING' | 'RUNNING' | 'FINISHED' | 'CANCELED' | 'FAILED';

/** What a task acknowledges: remote handles by operator, and what it wrote locally (for people; the task's own store is the truth). */
export interface TaskSnapshot {
  readonly states: Readonly<Record<OperatorId, SubtaskState>>;
  readonly local: Readonly<Record<OperatorId, LocalCopyInfo>>;
}

export interface LocalCopyInfo {
  readonly directory: string;
  readonly sizeBytes: number;
}

/** As in Flink's subtask checkpoint statistics; times in ms, sizes in bytes. */
export interface SnapshotMetrics {
  readonly syncMs: number;
  readonly asyncMs: number;
  readonly alignmentMs: number;
  readonly startDelayMs: number;
  readonly stateSizeBytes: number;
}

export interface TaskMetrics {
  readonly ref: AttemptRef;
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly busyMs: number;
  readonly idleMs: number;
  readonly backPressuredMs: number;
  /** Epoch ms; absent before the first watermark. */
  readonly watermarkMs?: number;
  /** Head first. */
  readonly operators: readonly OperatorMetrics[];
  readonly states: readonly StateMetrics[];
  /** Lines that did not parse and were skipped, rows read, splits: what a source has to say, for its description. */
  readonly notes: Readonly<Record<string, number>>;
}

/** What one operator of a task has counted; a source has nothing that comes in. */
export interface OperatorMetrics {
  readonly operator: OperatorId;
  readonly recordsIn: number;
  /** Of its main output and all side outputs. */
  readonly recordsOut: number;
  /** The newest that has come in, and that it has handed on after its timers; epoch ms. */
  readonly inputWatermarkMs?: number;
  readonly outputWatermarkMs?: number;
  /** Of windows: rows that came too late for all of theirs and went nowhere. */
  readonly lateRecordsDropped?: number;
}

export interface StateMetrics {
  readonly operator: OperatorId;
  readonly state: string;
  readonly kind:
    'value' | 'list' | 'map' | 'reducing' | 'aggregating' | 'timers' | 'operator-list' | 'operator-union' | 'broadcast';
  /** The type of the value in words, as `MAP<STRING, LONG>`. */
  readonly type: string;
  readonly keyType?: string;
  readonly entries: number;
  /** Serialized size at the last snapshot; absent before the first. */
  readonly sizeBytes?: number;
}

/** A question about the live state of one subtask; answered between two batches. */
export type StateQuery =
  | {
      readonly q: 'entries';
      readonly ref: AttemptRef;
      readonly operator: OperatorId;
      readonly state: string;
      readonly after?: string;
      readonly limit: number;
    }
  | {
      readonly q: 'lookup';
      readonly ref: AttemptRef;
      readonly operator: OperatorId;
      readonly state: string;
      readonly key: string;
    }
  | { readonly q: 'describe'; readonly ref: AttemptRef };

export type StateAnswer =
  | { readonly a: 'entries'; readonly entries: readonly StateEntry[]; readonly total: number; readonly next?: string }
  | { readonly a: 'lookup'; readonly entry?: StateEntry }
  | { readonly a: 'describe'; readonly states: readonly StateMetrics[] };

/** One entry of a state as people and programs read it. */
export interface StateEntry {
  /** JSON text of the key. */
  readonly key: string;
  readonly keyGroup?: number;
  readonly namespace?: string;
  /** The value as JSON data. */
  readonly value: unknown;
  /** The value in one line, shortened. */
  readonly text: string;
  readonly subtask: number;
}
