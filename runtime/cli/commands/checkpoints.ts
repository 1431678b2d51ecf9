import type { CheckpointDetails, CheckpointInfo } from '../../cluster/model';
import { sizeText } from '../../rest/recovery/recoveryText';
import { onJob } from '../engine';
import { operatorLines } from '../handleLines';
import { durationText, moreText, pageOf, table, timeText } from '../output';
import type { CliWorld, JobOptions, PageOptions } from '../world';

export interface CheckpointsOptions extends JobOptions, PageOptions {
  readonly savepoints?: boolean;
}

/** A page of the checkpoints of a job, or of its savepoints; or one of either with the state of every operator and where its copies lie. */
export async function checkpoints(
  world: CliWorld,
  checkpoint: number | undefined,
  options: CheckpointsOptions,
): Promise<void> {
  const { cluster, job, output } = await onJob(world, options);
  if (checkpoint !== undefined) {
    const details = await cluster.get('checkpoint', { job: job.id, checkpoint });
    output.show(details, () => detailLines(details));
    return;
  }
  const savepoints = options.savepoints === true;
  const page = await cluster.get('checkpoints', { job: job.id, savepoints }, pageOf(options));
  output.show(page, () => {
    if (page.items.length === 0) return `There is no ${savepoints ? 'savepoint' : 'checkpoint'} yet.`;
    const rows = table([['ID', 'STATUS', 'TIME', 'TOOK', 'SIZE', 'PATH'], ...page.items.map(row)]);
    return [...rows, ...moreText(page)];
  });
}

function row(item: CheckpointInfo): readonly string[] {
  const where = item.failure ?? (item.discarded ? 'discarded' : (item.path ?? ''));
  const acked = item.status === 'IN_PROGRESS' ? ` ${item.acknowledged}/${item.subtasks}` : '';
  return [
    String(item.id),
    item.status + acked,
    timeText(item.triggerMs),
    durationText(item.durationMs),
    sizeText(item.sizeBytes),
    where,
  ];
}

function detailLines(details: CheckpointDetails): readonly string[] {
  const kind = details.savepoint ? 'savepoint' : 'checkpoint';
  const head = `${kind} ${details.id}  ${details.status}  ${durationText(details.durationMs)}  ${sizeText(details.sizeBytes)}`;
  return [head, ...(details.path === undefined ? [] : [details.path]), ...operatorLines(details.operators)];
}
