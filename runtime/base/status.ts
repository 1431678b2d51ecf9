/** Flink's enumerations of the lives of jobs and tasks, as they stand in its REST API and in the order it lists them. */

export const jobStatuses = [
  'INITIALIZING',
  'CREATED',
  'RUNNING',
  'FAILING',
  'FAILED',
  'CANCELLING',
  'CANCELED',
  'FINISHED',
  'RESTARTING',
  'SUSPENDED',
  'RECONCILING',
] as const;

export type JobStatus = (typeof jobStatuses)[number];

export const executionStates = [
  'CREATED',
  'SCHEDULED',
  'DEPLOYING',
  'INITIALIZING',
  'RUNNING',
  'FINISHED',
  'CANCELING',
  'CANCELED',
  'FAILED',
  'RECONCILING',
] as const;

export type ExecutionState = (typeof executionStates)[number];

/** The job is over for good. */
export function isEndOfJob(status: JobStatus): boolean {
  return status === 'FINISHED' || status === 'CANCELED' || status === 'FAILED';
}

/** The attempt is over for good. */
export function isEndOfTask(state: ExecutionState): boolean {
  return state === 'FINISHED' || state === 'CANCELED' || state === 'FAILED';
}
