import type { FailureCause } from '../../base/events';
import type { RecoveryInfo } from '../../cluster/model';
import { causeText } from '../../rest/recovery/recoveryText';
import { onJob } from '../engine';
import { moreText, pageOf, timeText } from '../output';
import type { CliWorld, JobOptions, PageOptions } from '../world';

/** What went wrong in a job, the newest first: each failure that a recovery followed, and the one that ended the job. */
export async function exceptions(world: CliWorld, options: JobOptions & PageOptions): Promise<void> {
  const { cluster, job, output } = await onJob(world, options);
  const [{ failure }, page] = await Promise.all([
    cluster.get('job', { job: job.id }),
    cluster.get('recoveries', { job: job.id }, pageOf(options)),
  ]);
  const items = page.items.filter(({ cause }) => cause.k !== 'start').map(exceptionOf);
  const found = { ...page, items };
  output.show({ ...(failure === undefined ? {} : { failure }), ...found }, () => [
    ...(failure === undefined ? [] : [`The job failed: ${options.verbose === true ? failure.stack : failure.text}`]),
    ...(items.length === 0 && failure === undefined ? [`Nothing failed in ${job.name}.`] : []),
    ...items.map(({ recovery, atMs, cause }) => `${timeText(atMs)}  #${recovery}  ${text(cause, options)}`),
    ...(page.next === undefined ? [] : moreText(page)),
  ]);
}

function exceptionOf({ recovery, startMs, cause }: RecoveryInfo) {
  return { recovery, atMs: startMs, cause };
}

function text(cause: FailureCause, { verbose }: JobOptions): string {
  const stack = 'error' in cause ? cause.error.stack : undefined;
  return verbose === true && stack !== undefined ? `${causeText(cause)}\n${stack}` : causeText(cause);
}
