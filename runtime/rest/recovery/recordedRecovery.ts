import type { JobDetails, OperatorInfo, RecoveryDetails, TaskInfo } from '../debug/model';

export type NamedOperator = Pick<OperatorInfo, 'id' | 'uid' | 'name' | 'vertex' | 'parallelism'>;
export type NamedTask = Pick<TaskInfo, 'vertex' | 'vertexName' | 'subtask' | 'parallelism'>;

/** A recovery together with the names that its events need, so that it can be read without the job. */
export interface RecordedRecovery {
  readonly job: Pick<JobDetails, 'id' | 'name'>;
  readonly operators: readonly NamedOperator[];
  readonly tasks: readonly NamedTask[];
  readonly details: RecoveryDetails;
}

/** Takes from job and operators only what names the steps of the recovery. */
export function recordRecovery(
  job: JobDetails,
  operators: readonly OperatorInfo[],
  details: RecoveryDetails,
): RecordedRecovery {
  return {
    job: { id: job.id, name: job.name },
    operators: operators.map(({ id, uid, name, vertex, parallelism }) => ({
      id,
      ...(uid === undefined ? {} : { uid }),
      name,
      vertex,
      parallelism,
    })),
    tasks: job.tasks.map(({ vertex, vertexName, subtask, parallelism }) => ({
      vertex,
      vertexName,
      subtask,
      parallelism,
    })),
    details,
  };
}
