import { userError } from '../base/errors';
import type { JobId } from '../base/ids';
import type { Cluster } from '../cluster/cluster';
import type { AttachConfiguration } from './configuration';

/** For a question about a stop that is over. */
export function runsOn(): Error {
  return userError('debug.not-held', 'The thread runs on: what was asked for is no longer there.', '');
}

/** The job of an attach request: by id, by name, or the only one that runs. */
export async function findJob(cluster: Cluster, { job }: AttachConfiguration): Promise<JobId> {
  const jobs = await cluster.get('jobs', {});
  const live = jobs.filter((summary) => summary.endMs === undefined);
  const fitting = job === undefined ? live : live.filter((summary) => summary.id === job || summary.name === job);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only.id;
  const names = live.map(({ name }) => name).join(', ');
  throw userError(
    'debug.no-job',
    job === undefined ? `${live.length} jobs run: say which one.` : `No running job is called ${job}.`,
    live.length === 0 ? 'Run a job first.' : `Running: ${names}.`,
  );
}
