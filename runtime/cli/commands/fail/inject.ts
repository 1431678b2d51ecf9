import { userError } from '../../../base/errors';
import type { Fault } from '../../../base/faults';
import type { Cluster } from '../../../cluster/cluster';
import type { JobSummary, OperatorInfo } from '../../../cluster/model';
import { operatorOf, type OnJob } from '../../engine';
import { faultText } from '../../faultText';
import type { Output } from '../../output';
import type { JobOptions } from '../../world';

export interface FailOptions extends JobOptions {
  /** Hold the recovery that follows. */
  readonly hold?: boolean;
}

export interface TaskFailOptions extends FailOptions {
  /** From 1. */
  readonly subtask: number;
}

/** Asks for a failure; before it, that the recovery of `held` is held. */
export async function inject(
  cluster: Cluster,
  output: Output,
  fault: Fault,
  held: JobSummary | undefined,
): Promise<void> {
  if (held !== undefined) await cluster.run('holdNextRecovery', { job: held.id, hold: true });
  const result = await cluster.run('inject', { fault });
  output.show(result, () => `${result.fault}: ${faultText(fault)}`);
}

/** The operator and the subtask, from 0, that were named. */
export async function subtaskOf({ cluster, job }: OnJob, wanted: string, { subtask }: TaskFailOptions) {
  const { id: operator, parallelism, name }: OperatorInfo = await operatorOf(cluster, job, wanted);
  if (subtask > parallelism) {
    throw userError('cli.no-subtask', `${name} has ${parallelism} subtasks.`, `Choose one from 1 to ${parallelism}.`);
  }
  return { job: job.id, operator, subtask: subtask - 1 };
}
