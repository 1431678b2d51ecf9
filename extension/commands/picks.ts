import { userError } from '../../runtime/base/errors';
import type { JobId } from '../../runtime/base/ids';
import type { Capability, Cluster } from '../../runtime/cluster/cluster';
import type { JobDetails } from '../../runtime/cluster/model';
import type { Services } from '../services';
import { joined } from '../tree/model/format';
import { jobDescription } from '../tree/model/jobRows';
import type { TreeNode } from '../tree/model/node';
import { clusterName } from '../tree/model/remoteRows';
import { pickOne } from './questions';

/** The runtime that is there; a command about a job never starts one. */
export function connected(services: Services): Cluster {
  const { cluster } = services.runtime;
  if (cluster === undefined) {
    throw userError('runtime.not-running', 'No job is running.', 'Run a job first.');
  }
  return cluster;
}

/** The cluster on which a job is: an attached one, else the runtime. */
export function clusterOf(services: Services, job: JobId): Cluster {
  return services.remotes.ofJob(job) ?? connected(services);
}

/** The job of a node, or one that the user picks among those that fit; no question when there is one. */
export async function pickJob(
  services: Services,
  node: TreeNode | undefined,
  capability: Capability,
  fits: (job: JobDetails) => boolean = () => true,
): Promise<JobDetails> {
  const given = node === undefined ? undefined : jobOf(node);
  if (given !== undefined) return clusterOf(services, given).get('job', { job: given });
  const own = (await services.connection.read())?.jobs ?? [];
  await Promise.all(services.remotes.all.map((remote) => remote.read()));
  const jobs = [...own, ...services.remotes.all.flatMap(({ data }) => data?.jobs ?? [])];
  const able = jobs.filter(
    (job) => job.endMs === undefined && clusterOf(services, job.id).can(capability, job.id).ok && fits(job),
  );
  const [first] = able;
  if (first === undefined) {
    throw userError('job.none-fits', 'No running job can do that now.', 'The Jobs view shows what each job is doing.');
  }
  if (able.length === 1) return first;
  const moment = { nowMs: Date.now(), filesGone: () => false };
  const items = able.map((job) => {
    const remote = services.remotes.ofJob(job.id);
    const where = remote === undefined ? undefined : clusterName(remote.url);
    return { label: job.name, description: joined(where, jobDescription(job, moment)), job };
  });
  return (await pickOne(items, { title: 'Which job?', matchOnDescription: true })).job;
}

/** The job that a node belongs to. */
export function jobOf(node: TreeNode): JobId | undefined {
  return 'job' in node.about ? node.about.job : undefined;
}
