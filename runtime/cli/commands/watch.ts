import { externalError } from '../../base/errors';
import type { JobEvent } from '../../base/jobEvents';
import { isEndOfJob } from '../../base/status';
import { onJob, type OnJob } from '../engine';
import { exitCodeOfJob, exitCodes } from '../exitCodes';
import { timeText } from '../output';
import { LiveTable } from '../watch/table';
import { toldOf } from '../watch/told';
import type { CliWorld, JobOptions } from '../world';

/**
 * Follows a job until it ends or Ctrl-C: a line for each event on a pipe or with --json, a table on a terminal. Resolves to the exit code,
 * which tells the outcome of the job.
 */
export async function watch(world: CliWorld, options: JobOptions): Promise<number> {
  const on = await onJob(world, options);
  const { cluster, job, output } = on;
  const stop = new AbortController();
  const byUser = new AbortController();
  const interrupt = world.onInterrupt(() => {
    byUser.abort();
    stop.abort();
  });
  try {
    await follow(world, on, options, stop);
    if (byUser.signal.aborted) return exitCodes.interrupted;
    stop.signal.throwIfAborted();
    const { status, failure } = await cluster.get('job', { job: job.id });
    if (!isEndOfJob(status)) {
      throw externalError('engine.away', 'The engine ended its events before the job did.', 'Watch it again.');
    }
    if (status === 'FAILED') output.note(failure?.text ?? 'The job failed.');
    return exitCodeOfJob(status);
  } catch (error) {
    if (byUser.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    interrupt.dispose();
    cluster.dispose();
  }
}

/** Shows what happens until the job has ended, or the signal comes. */
async function follow(
  world: CliWorld,
  { cluster, job, output }: OnJob,
  options: JobOptions,
  stop: AbortController,
): Promise<void> {
  const now = await cluster.get('job', { job: job.id });
  const live = options.json !== true && world.screen() !== undefined;
  const shown = live ? new LiveTable(world, cluster, job, (error) => stop.abort(error)) : undefined;
  let { status } = now;
  const begin = { e: 'watching', job: job.id, name: job.name, status };
  if (shown === undefined) output.show(begin, () => `${timeText(now.nowMs)}  ${job.name}: ${status}`);
  else shown.heard(undefined, now.nowMs);
  if (!isEndOfJob(status)) {
    for await (const event of cluster.events(0, stop.signal)) {
      // The runtime tells anew what it still knows of the time before.
      if (cluster.engine === 'embedded' && event.atMs < now.nowMs) continue;
      if (event.e === 'job' && event.job === job.id && event.status === status) continue;
      const told = toldOf(event, job);
      if (shown === undefined && told !== undefined) {
        output.show({ ...told.data, atMs: event.atMs }, () => `${timeText(event.atMs)}  ${told.text}`);
      } else if (told !== undefined || mayChange(event, job.id)) shown?.heard(told, event.atMs);
      if (event.e === 'job' && event.job === job.id) status = event.status;
      if (isEndOfJob(status)) break;
    }
  }
  await shown?.close();
}

/** It changes what the table shows, without being worth a line. */
function mayChange(event: JobEvent, job: string): boolean {
  return (event.e === 'tasks' || event.e === 'metrics') && event.job === job;
}
