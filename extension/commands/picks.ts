import { userError } from '../../runtime/base/errors';
import type { JobId } from '../../runtime/base/ids';
import type { Capability, Cluster } from '../../runtime/cluster/cluster';
import type { JobDetails } from '../../runtime/cluster/model';
import type { Services } from '../services';
import { jobDescription } from '../tree/model/jobRows';
import type { TreeNode } from '../tree/model/node';
import { pickOne } from './questions';

/** The runtime that is there; a command about a job never starts one. */
export function connected(services: Services): Cluster {
  const { cluster } = services.runtime;
  if (cluster === undefined) {
    throw userError('runtime.not-running', 'No job is running.', 'Run a job first.');
  }
  return cluster;
}

/** The job of a node, or one that the user picks among those that fit; no question when there is one. */
export async function pickJob(
  services: Services,
  node: TreeNode | undefined,
  capability: Capability,
  fits: (job: JobDetails) => boolean = () => true,
): Promise<JobDetails> {
  const cluster = connected(services);
  const jobs = (await services.connection.read())?.jobs ?? [];
  const given = node === undefined ? undefined : jobOf(node);
  if (given !== undefined) {
    return jobs.find((job) => job.id === given) ?? cluster.get('job', { job: given });
  }
  const able = jobs.filter((job) => job.endMs === undefined && cluster.can(capability, job.id).ok && fits(job));
  const [first] = able;
  if (first === undefined) {
    throw userError('job.none-fits', 'No running job can do that now.', 'The Jobs view shows what each job is doing.');
  }
  if (able.length === 1) return first;
  const moment = { nowMs: Date.now(), filesGone: () => false };
  const items = able.map((job) => ({ label: job.name, description: jobDescription(job, moment), job }));
  return (await pickOne(items, { title: 'Which job?', matchOnDescription: true })).job;
}

/** The job that a node belongs to. */
export function jobOf(node: TreeNode): JobId | undefined {
  return 'job' in node.about ? node.about.job : undefined;
}
