import { userError } from '../../base/errors';
import { id, type FaultId, type TaskManagerId } from '../../base/ids';
import type { ArmedFault, Fault } from '../../base/faults';
import type { Cluster } from '../../cluster/cluster';
import type { JobSummary, OperatorInfo } from '../../cluster/model';
import { engineOf, jobOf, operatorOf } from '../engine';
import { Output, table } from '../output';
import type { CliWorld } from '../world';
import type { JobOptions } from './jobs';

export interface FailOptions extends JobOptions {
  /** Hold the recovery that follows. */
  readonly hold?: boolean;
}

export interface TaskFailOptions extends FailOptions {
  /** From 1. */
  readonly subtask: number;
}

export interface ThrowOptions extends TaskFailOptions {
  readonly message: string;
  readonly atRecord?: number;
}

export function failThrow(world: CliWorld, operator: string, options: ThrowOptions): Promise<void> {
  return inject(world, options, async (cluster, job) => ({
    k: 'throwInTask',
    job: job.id,
    ...subtaskOf(await operatorOf(cluster, job, operator), options.subtask),
    message: options.message,
    when: options.atRecord === undefined ? { at: 'now' } : { at: 'record', count: options.atRecord },
  }));
}

/** SIGKILL; with `lose` its directory goes, too, and it does not come back. */
export function failTaskManager(
  world: CliWorld,
  taskManager: string,
  options: FailOptions,
  lose: boolean,
): Promise<void> {
  return inject(world, options, () => ({ k: 'killTaskManager', taskManager: id<TaskManagerId>(taskManager), lose }));
}

export function failLocalCopy(
  world: CliWorld,
  operator: string,
  options: TaskFailOptions & { readonly corrupt?: boolean },
): Promise<void> {
  return inject(world, options, async (cluster, job) => ({
    k: 'localCopy',
    how: options.corrupt === true ? 'corrupt' : 'lose',
    job: job.id,
    ...subtaskOf(await operatorOf(cluster, job, operator), options.subtask),
  }));
}

/** The next checkpoint or savepoint that reaches the subtask is declined by it. */
export function failCheckpoint(world: CliWorld, operator: string, options: TaskFailOptions): Promise<void> {
  return inject(world, options, async (cluster, job) => ({
    k: 'declineCheckpoint',
    job: job.id,
    ...subtaskOf(await operatorOf(cluster, job, operator), options.subtask),
  }));
}

export async function listFaults(world: CliWorld, options: JobOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const faults = await cluster.get('faults', {});
  new Output(world, options).show(faults, () =>
    faults.length === 0
      ? 'No failure was asked for.'
      : table([['ID', 'STATE', 'FAILURE', 'OUTCOME'], ...faults.map(faultRow)]),
  );
}

export async function disarm(world: CliWorld, fault: string, options: JobOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  await cluster.run('disarm', { fault: id<FaultId>(fault) });
  new Output(world, options).show({ fault }, () => `${fault} is disarmed.`);
}

/** A failure in one sentence. */
function faultText(fault: Fault): string {
  switch (fault.k) {
    case 'throwInTask':
      return `throw "${fault.message}" in subtask ${fault.subtask + 1} of ${fault.operator}`;
    case 'killTaskManager':
      return `${fault.lose ? 'lose' : 'kill'} ${fault.taskManager}`;
    case 'declineCheckpoint':
      return `decline the next checkpoint in subtask ${fault.subtask + 1} of ${fault.operator}`;
    case 'localCopy':
      return `${fault.how} the local copy of subtask ${fault.subtask + 1} of ${fault.operator}`;
  }
}

function faultRow({ id: faultId, fault, state, outcome }: ArmedFault): readonly string[] {
  return [faultId, state, faultText(fault), outcome ?? ''];
}

async function inject(
  world: CliWorld,
  options: FailOptions,
  faultOf: (cluster: Cluster, job: JobSummary) => Fault | Promise<Fault>,
): Promise<void> {
  const cluster = await engineOf(world, options);
  const job = await jobOf(cluster, options.job);
  const fault = await faultOf(cluster, job);
  if (options.hold === true) await cluster.run('holdNextRecovery', { job: job.id, hold: true });
  const result = await cluster.run('inject', { fault });
  new Output(world, options).show(result, () => `${result.fault}: ${faultText(fault)}`);
}

function subtaskOf({ id: operator, parallelism, name }: OperatorInfo, subtask: number) {
  if (subtask > parallelism) {
    throw userError('cli.no-subtask', `${name} has ${parallelism} subtasks.`, `Choose one from 1 to ${parallelism}.`);
  }
  return { operator, subtask: subtask - 1 };
}
