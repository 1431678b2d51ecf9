import { onJob } from '../../engine';
import type { CliWorld, JobOptions } from '../../world';

/** Lets every held step go, and holds no more of this recovery. */
export async function continueAll(world: CliWorld, options: JobOptions): Promise<void> {
  const { cluster, job, output } = await onJob(world, options);
  await cluster.run('resume', { job: job.id, how: 'go' });
  output.show({ job: job.id }, () => `${job.name} continues.`);
}
