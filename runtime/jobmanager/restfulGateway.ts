/** What the REST handlers ask of the JobManager; Flink's `RestfulGateway`. Answers are given at once, whatever a job is doing or held at. */
import type { Fault, ArmedFault } from '../base/faults';
import type { FaultId, HoldId, JobId, RunId, TriggerId } from '../base/ids';
import type { JobEvent } from '../base/jobEvents';
import type { ResumeHow } from '../base/stepping';
import type { StateAnswer, StateQuery } from '../wire/messages';
import type { ClusterRecord, JobRecord, OperationRecord, TaskManagerRecord } from './records';

/** What a submission asks for; the same fields as in `Submission` of runtime/cluster/model.ts. */
export interface SubmitRequest {
  /** Absolute path of the job's `.ts`. */
  readonly jobFile: string;
  /** Absent: the job's own. */
  readonly parallelism?: number;
  /** A directory with a `_metadata`, or that file. */
  readonly from?: string;
  /** Hold the start of the job before its first step. */
  readonly holdRecovery?: boolean;
  readonly rowsPerSecond?: number;
}

export interface SavepointRequest {
  /** The same id again, while it is known, starts nothing. */
  readonly triggerId: TriggerId;
  /** Where the savepoint's directory is made; absent: the job's own. */
  readonly directory?: string;
  readonly thenStop: boolean;
}

export type OperationKind = 'checkpoint' | 'savepoint' | 'disposal';

/** Unknown jobs, holds and faults throw a JobStateError `job.not-found`, `debug.not-held`, `fault.not-found`. */
export interface RestfulGateway {
  readonly run: RunId;
  cluster(): ClusterRecord;
  /** Oldest first, ended ones too. */
  jobs(): readonly JobRecord[];
  job(job: JobId): JobRecord;
  taskManagers(): readonly TaskManagerRecord[];

  /** Resolves when the job exists and is about to start. Rejects, leaving no job, when it does not compile or cannot start from `from`. */
  submit(request: SubmitRequest): Promise<JobId>;
  /** Returns at once; cancelling a cancelled job again is no error. Throws `job.has-ended` for another end. */
  cancel(job: JobId): void;
  /** Accepted at once, also for a job that cannot do it: the answer to {@link operation} tells. */
  triggerSavepoint(job: JobId, request: SavepointRequest): void;
  triggerCheckpoint(job: JobId, triggerId: TriggerId): void;
  disposeSavepoint(path: string, triggerId: TriggerId): void;
  /** `undefined` when nobody asked for it, or too long ago. */
  operation(kind: OperationKind, triggerId: TriggerId): OperationRecord | undefined;

  /** Arms or disarms the hold of the next recovery of the job. */
  holdNextRecovery(job: JobId, hold: boolean): void;
  /** Lets a held step go; without `hold`, all of the job's held steps. With `go` nothing of the present recovery holds any more. */
  resume(job: JobId, hold: HoldId | undefined, how: ResumeHow): void;
  inject(fault: Fault): FaultId;
  disarm(fault: FaultId): void;
  faults(): readonly ArmedFault[];
  /** A question to a running task about its live state. Rejects with `job.not-found`, `task.not-running`, or what the task says. */
  query(job: JobId, query: StateQuery): Promise<StateAnswer>;

  /** Events after `seq`, as far back as they are kept, then those to come; ends when the JobManager does or the reader returns. */
  events(after: number): AsyncIterableIterator<JobEvent>;
}
