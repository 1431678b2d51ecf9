/** A job as its state machine sees it: plain, immutable data. */
import type { ErrorData } from '../../base/errors';
import type { ChosenCheckpoint, FailureCause, TaskName } from '../../base/events';
import type { AllocationId, AttemptRef, JobId, TaskManagerId } from '../../base/ids';
import type { ExecutionState, JobStatus } from '../../base/status';
import type { ExecutionConfig } from '../../graph/executionConfig';
import type { RestartStrategy } from '../../graph/restartStrategy';
import type { PermittedRestart, RestartBackoff } from './restartBackoff';
import type { Phase } from './transitions';

/** The current attempt of one subtask; Flink's `Execution`. */
export interface Execution {
  readonly name: TaskName;
  readonly ref: AttemptRef;
  readonly state: ExecutionState;
  /** Its slot, from the assignment on. */
  readonly taskManager?: TaskManagerId;
  readonly allocation?: AllocationId;
  /** The slot of the attempt before, which this one prefers. */
  readonly previous?: { readonly taskManager: TaskManagerId; readonly allocation: AllocationId };
  /** It reads the job's input. */
  readonly source: boolean;
  /** This attempt has read all its splits. */
  readonly inputExhausted: boolean;
  /** It has been told to emit the end of its input. */
  readonly inputEnded: boolean;
  /** The end of input has passed through this attempt. */
  readonly dataFinished: boolean;
  /** It has been told that it may end, while others go on. */
  readonly mayEnd: boolean;
}

/** What is true of the job in every phase. */
export interface JobFacts {
  readonly job: JobId;
  /** In the order of the graph, then of the subtasks. */
  readonly tasks: readonly Execution[];
  /** Per task the number of its pipelined region: tasks that exchange data restart, and end, together. */
  readonly regionOf: readonly number[];
  /** Whether the regions of the failed tasks restart, or everything. */
  readonly failoverStrategy: ExecutionConfig['failoverStrategy'];
  readonly restartStrategy: RestartStrategy;
  /** Sinks commit with checkpoints, the last of which is taken at the end of the input. */
  readonly checkpointing: boolean;
  /** Number of the newest recovery; 0 is the start. */
  readonly recovery: number;
  /** What the restart strategy remembers of the failures so far. */
  readonly backoff: RestartBackoff;
  /** What a recovery would start from. */
  readonly latest: ChosenCheckpoint | undefined;
  /** `latest` is what the job was started from: none of its own has completed. */
  readonly latestIsOrigin: boolean;
}

interface Of<P extends Phase> extends JobFacts {
  readonly phase: P;
}

/** A step of the recovery. `entered`: the gate has let it in. `region`: indexes of the tasks that restart. */
interface Stage<P extends Phase> extends Of<P> {
  readonly cause: FailureCause;
  readonly region: readonly number[];
  readonly entered: boolean;
}

/** Before the tasks restart: when they do. */
interface BeforeRestart<P extends Phase> extends Stage<P> {
  readonly restart: PermittedRestart;
}

/** The slot that one task of the region gets. */
export interface AssignedSlot {
  readonly task: number;
  readonly taskManager: TaskManagerId;
  readonly allocation: AllocationId;
  readonly same: boolean;
  readonly why: string;
}

interface States {
  readonly created: Of<'created'>;
  readonly failureSeen: BeforeRestart<'failureSeen'>;
  readonly regionChosen: BeforeRestart<'regionChosen'>;
  readonly tasksCancelled: BeforeRestart<'tasksCancelled'>;
  readonly restartDelay: BeforeRestart<'restartDelay'>;
  readonly checkpointChosen: Stage<'checkpointChosen'>;
  /** `slots`: those not yet stepped over, the first one is at the gate; absent as long as there are too few. */
  readonly slotAssigned: Stage<'slotAssigned'> & { readonly slots?: readonly AssignedSlot[] };
  readonly deployed: Stage<'deployed'>;
  readonly recovered: Stage<'recovered'>;
  readonly running: Of<'running'>;
  readonly stopping: Of<'stopping'>;
  readonly finalCheckpoint: Of<'finalCheckpoint'>;
  readonly finishing: Of<'finishing'>;
  readonly cancelling: Of<'cancelling'>;
  readonly failing: Of<'failing'> & { readonly error: ErrorData };
  readonly canceled: Of<'canceled'>;
  readonly failed: Of<'failed'> & { readonly error: ErrorData };
  readonly finished: Of<'finished'>;
}

export type StateOf<P extends Phase> = { [K in P]: States[K] }[P];
export type JobState = StateOf<Phase>;
/** The phases that are steps of a recovery. */
export type StagePhase = { [P in Phase]: States[P] extends Stage<Phase> ? P : never }[Phase];

export function isStage(state: JobState): state is StateOf<StagePhase> {
  return 'region' in state;
}

/** As Flink reports it: RUNNING from the deployment on, before the tasks run. */
export function jobStatus(state: JobState): JobStatus {
  switch (state.phase) {
    case 'created':
      return 'CREATED';
    case 'failureSeen':
    case 'regionChosen':
    case 'tasksCancelled':
    case 'restartDelay':
      return 'RESTARTING';
    case 'checkpointChosen':
    case 'slotAssigned':
      return state.recovery === 0 ? 'CREATED' : 'RESTARTING';
    case 'deployed':
      if (state.entered) return 'RUNNING';
      return state.recovery === 0 ? 'CREATED' : 'RESTARTING';
    case 'recovered':
    case 'running':
    case 'stopping':
    case 'finalCheckpoint':
    case 'finishing':
      return 'RUNNING';
    case 'cancelling':
      return 'CANCELLING';
    case 'failing':
      return 'FAILING';
    case 'canceled':
      return 'CANCELED';
    case 'failed':
      return 'FAILED';
    case 'finished':
      return 'FINISHED';
  }
}
