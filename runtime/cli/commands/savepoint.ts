import { sizeText } from '../../rest/recovery/recoveryText';
import { onJob } from '../engine';
import { durationText } from '../output';
import type { CliWorld, JobOptions } from '../world';

export interface SavepointOptions extends JobOptions {
  /** As the engine sees it. */
  readonly directory?: string;
}

/** Takes a savepoint, or stops the job with one, and waits for it. */
export async function savepoint(world: CliWorld, options: SavepointOptions, thenStop: boolean): Promise<void> {
  const { cluster, job, output } = await onJob(world, options);
  const verb = { job: job.id, ...(options.directory === undefined ? {} : { directory: options.directory }) };
  const name = thenStop ? 'stopWithSavepoint' : 'triggerSavepoint';
  const result = await output.progress((onProgress) =>
    cluster.run(name, verb, onProgress === undefined ? {} : { onProgress }),
  );
  output.show(result, () => [
    `Savepoint of ${job.name}: ${sizeText(result.sizeBytes)} in ${durationText(result.tookMs)}${thenStop ? '; the job is stopped' : ''}.`,
    result.path,
  ]);
}
