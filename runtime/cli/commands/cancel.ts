import { onJob } from '../engine';
import type { CliWorld, JobOptions } from '../world';

export async function cancel(world: CliWorld, options: JobOptions): Promise<void> {
  const { cluster, job, output } = await onJob(world, options);
  await cluster.run('cancel', { job: job.id });
  output.show({ job: job.id }, () => `${job.name} is being cancelled.`);
}
