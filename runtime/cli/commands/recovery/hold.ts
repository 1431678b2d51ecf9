import { onJob } from '../../engine';
import type { CliWorld, JobOptions } from '../../world';

export interface HoldOptions extends JobOptions {
  readonly off?: boolean;
}

export async function hold(world: CliWorld, options: HoldOptions): Promise<void> {
  const { cluster, job, output } = await onJob(world, options);
  const armed = options.off !== true;
  await cluster.run('holdNextRecovery', { job: job.id, hold: armed });
  output.show({ job: job.id, hold: armed }, () =>
    armed ? `The next recovery of ${job.name} will be held.` : `The next recovery of ${job.name} will not be held.`,
  );
}
