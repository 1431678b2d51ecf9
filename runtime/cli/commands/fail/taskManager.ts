import { userError } from '../../../base/errors';
import type { TaskManagerId } from '../../../base/ids';
import type { Cluster } from '../../../cluster/cluster';
import { engineOf, jobOf } from '../../engine';
import { Output } from '../../output';
import { adviceOf } from '../../suggest';
import type { CliWorld } from '../../world';
import { inject, type FailOptions } from './inject';

/** SIGKILL; with `lose` its directory goes, too, and it does not come back. No job is needed, but to hold its recovery. */
export async function failTaskManager(
  world: CliWorld,
  wanted: string,
  options: FailOptions,
  lose: boolean,
): Promise<void> {
  const cluster = await engineOf(world, options);
  const held = options.hold === true ? await jobOf(cluster, options.job) : undefined;
  const fault = { k: 'killTaskManager', taskManager: await taskManagerOf(cluster, wanted), lose } as const;
  await inject(cluster, new Output(world, options), fault, held);
}

async function taskManagerOf(cluster: Cluster, wanted: string): Promise<TaskManagerId> {
  const known = (await cluster.get('taskManagers', {})).map(({ id }) => id);
  const found = known.find((id) => id === wanted);
  if (found !== undefined) return found;
  throw userError(
    'task-manager.not-found',
    `There is no TaskManager "${wanted}".`,
    adviceOf(wanted, known, 'There is'),
  );
}
