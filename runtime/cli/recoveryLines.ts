import type { RecoveryEvent, Scope } from '../base/events';
import type { Cluster } from '../cluster/cluster';
import type { HeldStep, JobDetails, OperatorInfo } from '../cluster/model';
import { outcomeText, stepText, taskText } from '../rest/recovery/recoveryText';
import { durationText } from './output';

/** What gives the places of a recovery their names. */
export interface View {
  readonly job: JobDetails;
  readonly operators: readonly OperatorInfo[];
}

export async function viewOf(cluster: Cluster, job: JobDetails): Promise<View> {
  return { job, operators: await cluster.get('operators', { job: job.id }) };
}

/** `JobManager`, or `delay-by-airport 1/2`: the operator where the step is about one, else the whole task. */
export function whereText(scope: Scope, { job, operators }: View): string {
  if (scope.at === 'jobmanager') return 'JobManager';
  const operator = operators.find(({ id }) => id === scope.operator);
  const task = job.tasks.find(({ vertex, subtask }) => vertex === scope.vertex && subtask === scope.subtask);
  const name = operator?.uid ?? operator?.name ?? task?.vertexName ?? scope.vertex;
  return task === undefined ? name : taskText({ ...task, name });
}

export function eventLine(event: RecoveryEvent, view: View): string {
  const outcome = outcomeText(event);
  const took = event.tookMs === undefined ? '' : `  ${durationText(event.tookMs)}`;
  return `  ${whereText(event.scope, view)}  ${stepText(event.step)}${took}${outcome === '' ? '' : `  (${outcome})`}`;
}

export function heldLine({ event, text }: HeldStep, view: View): string {
  return `  ${whereText(event.scope, view)}  ${text}`;
}
