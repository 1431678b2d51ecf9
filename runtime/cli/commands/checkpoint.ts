import { onJob } from '../engine';
import type { CliWorld, JobOptions } from '../world';

/** Takes a checkpoint now and waits for it. */
export async function checkpoint(world: CliWorld, options: JobOptions): Promise<void> {
  const { cluster, job, output } = await onJob(world, options);
  const result = await cluster.run('triggerCheckpoint', { job: job.id });
  output.show(result, () => `Checkpoint ${result.checkpoint} of ${job.name} is complete.`);
}
