/**
 * What happens to a job, as data. Recovery is a program of steps in two places, the JobManager and each task, behind one gate:
 * every step has a begin and an end event, and a held step has begun but does not run until the debugger lets it go.
 */
import type { ErrorData } from './errors';
import type { CheckpointId, HandleId, HoldId, JobId, OperatorId, RunId, Seq, TaskManagerId, VertexId } from './ids';

/** Whose state an alternative restores; alternatives are per operator and state kind. */
export type StateKind = 'keyed' | 'operator';
export type CopyPlace = 'local' | 'remote';

/** One copy of one handle, as an alternative would read it. */
export interface AlternativePart {
  readonly handle: HandleId;
  readonly from: CopyPlace;
  readonly sizeBytes: number;
  /** Where it lies: a path, or `in _metadata` for inlined bytes. */
  readonly location: string;
}

/** A set of handles that together restore one state of one operator; it succeeds or fails as a whole. */
export interface Alternative {
  readonly parts: readonly AlternativePart[];
}

/** The JobManager's steps, in the order in which they are taken. */
export type JobManagerStep =
  | { readonly k: 'failureSeen'; readonly cause: FailureCause }
  | { readonly k: 'regionChosen'; readonly tasks: readonly TaskName[] }
  | { readonly k: 'tasksCancelled'; readonly tasks: readonly TaskName[] }
  | {
      readonly k: 'restartDelay';
      readonly delayMs: number;
      readonly restart: number;
      readonly of: number | 'unlimited';
      /** The rule of the restart strategy. */
      readonly why: string;
    }
  | { readonly k: 'checkpointChosen'; readonly checkpoint: ChosenCheckpoint | undefined; readonly why: string }
  | {
      readonly k: 'slotAssigned';
      readonly task: TaskName;
      readonly taskManager: TaskManagerId;
      readonly same: boolean;
      readonly why: string;
    }
  | { readonly k: 'deployed'; readonly tasks: readonly TaskName[] }
  | { readonly k: 'recovered' };

/** A task's own restore program; per operator of the chain, last first. `depth` of nesting: {@link stepDepth}. */
export type TaskStep =
  | { readonly k: 'operatorContext' }
  | {
      readonly k: 'stateLookup';
      readonly state: StateKind;
      readonly alternatives: readonly Alternative[];
      readonly why: string;
    }
  | {
      readonly k: 'attempt';
      readonly state: StateKind;
      readonly index: number;
      readonly of: number;
      readonly alternative: Alternative;
    }
  | { readonly k: 'readHandle'; readonly state: StateKind; readonly part: AlternativePart }
  | { readonly k: 'timers' }
  | { readonly k: 'gatesOpened' }
  | { readonly k: 'taskRunning' }
  /** Informative, after the recovery: the first record reached the task. */
  | { readonly k: 'firstRecord' };

export type Step = JobManagerStep | TaskStep;
export type StepKind = Step['k'];

/** 0: a stage of the job or task · 1: one state of an operator · 2: one alternative · 3: one handle. "Next" stays at its depth or above. */
export function stepDepth(kind: StepKind): number {
  switch (kind) {
    case 'stateLookup':
      return 1;
    case 'attempt':
      return 2;
    case 'readHandle':
      return 3;
    case 'failureSeen':
    case 'regionChosen':
    case 'tasksCancelled':
    case 'restartDelay':
    case 'checkpointChosen':
    case 'slotAssigned':
    case 'deployed':
    case 'recovered':
    case 'operatorContext':
    case 'timers':
    case 'gatesOpened':
    case 'taskRunning':
    case 'firstRecord':
      return 0;
  }
}

/** One subtask of a vertex, named for people: `delay-by-airport` 1/2 is subtask 0 of parallelism 2. */
export interface TaskName {
  readonly vertex: VertexId;
  readonly subtask: number;
  readonly parallelism: number;
  readonly name: string;
}

export interface ChosenCheckpoint {
  /** Subtasks that had finished before it: they do not run again. Absent: none. */
  readonly finished?: readonly { readonly vertex: VertexId; readonly subtasks: 'all' | readonly number[] }[];
  readonly id: CheckpointId;
  readonly path: string;
  readonly savepoint: boolean;
}

export type FailureCause =
  | { readonly k: 'start' }
  | {
      readonly k: 'task';
      readonly task: TaskName;
      readonly taskManager: TaskManagerId;
      readonly error: ErrorData;
      readonly injected: boolean;
    }
  | {
      readonly k: 'taskManager';
      readonly taskManager: TaskManagerId;
      readonly how: 'killed' | 'lost' | 'ended';
      readonly exit: string;
      readonly injected: boolean;
    }
  /** Of the job as a whole: more checkpoints failed than the job tolerates. */
  | { readonly k: 'job'; readonly error: ErrorData };

/** Where a step is taken. `recovery` 0 is the start of the job, n its n-th restart. */
export type Scope = { readonly job: JobId; readonly recovery: number } & (
  | { readonly at: 'jobmanager' }
  | {
      readonly at: 'task';
      readonly vertex: VertexId;
      readonly subtask: number;
      readonly attempt: number;
      readonly taskManager: TaskManagerId;
      readonly operator?: OperatorId;
    }
);

/** How a step ended. `skipped`: the recovery was given up (another failure) before the step ran. */
export type Verdict =
  | { readonly v: 'ok'; readonly note?: string; readonly sizeBytes?: number; readonly entries?: number }
  | { readonly v: 'failed'; readonly error: ErrorData }
  | { readonly v: 'skipped'; readonly why: string };

export interface RecoveryEvent {
  readonly seq: Seq;
  readonly run: RunId;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** How we know: our own runtime (live), the JVM debug protocol, a log line, or a REST answer. */
  readonly evidence: 'live' | 'jvm' | 'log' | 'rest';
  readonly scope: Scope;
  readonly step: Step;
  /** Pairs begin and end within a run. */
  readonly stepId: string;
  readonly phase: 'begin' | 'end';
  /** On a begin event: the step is held and waits for `resume`. */
  readonly hold?: HoldId;
  /** On an end event. */
  readonly verdict?: Verdict;
  /** On an end event: time in the step without the time held, in ms. */
  readonly tookMs?: number;
}
