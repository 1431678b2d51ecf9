import type { CheckpointDetails, CheckpointInfo, HandleInfo, JobSummary } from '../../cluster/model';
import type { CheckpointId } from '../../base/ids';
import { sizeText } from '../../rest/recovery/recoveryText';
import { engineOf, jobOf } from '../engine';
import { durationText, Output, table, timeText } from '../output';
import type { CliWorld, CommonOptions } from '../world';

export interface JobOptions extends CommonOptions {
  readonly job?: string;
}

export async function listJobs(world: CliWorld, options: CommonOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const jobs = await cluster.get('jobs', {});
  new Output(world, options).show(jobs, () =>
    jobs.length === 0 ? 'There is no job.' : table([['JOB', 'NAME', 'STATUS', 'STARTED'], ...jobs.map(jobRow)]),
  );
}

function jobRow({ id, name, status, startMs }: JobSummary): readonly string[] {
  return [id, name, status, timeText(startMs)];
}

export interface CheckpointsOptions extends JobOptions {
  readonly savepoints?: boolean;
  readonly limit: number;
}

export async function listCheckpoints(world: CliWorld, options: CheckpointsOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const { id } = await jobOf(cluster, options.job);
  const page = await cluster.get(
    'checkpoints',
    { job: id, savepoints: options.savepoints === true },
    { limit: options.limit },
  );
  new Output(world, options).show(page, () => {
    if (page.items.length === 0) return `There is no ${options.savepoints === true ? 'savepoint' : 'checkpoint'} yet.`;
    const rows = table([['ID', 'STATUS', 'TIME', 'TOOK', 'SIZE', 'PATH'], ...page.items.map(checkpointRow)]);
    return page.items.length < page.total ? [...rows, `${page.items.length} of ${page.total}`] : rows;
  });
}

function checkpointRow(item: CheckpointInfo): readonly string[] {
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

/** One checkpoint with the state of every operator and where its copies lie. */
export async function showCheckpoint(world: CliWorld, checkpoint: number, options: JobOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const { id } = await jobOf(cluster, options.job);
  const details = await cluster.get('checkpoint', { job: id, checkpoint });
  new Output(world, options).show(details, () => checkpointLines(details));
}

function checkpointLines(details: CheckpointDetails): readonly string[] {
  const kind = details.savepoint ? 'savepoint' : 'checkpoint';
  const head = `${kind} ${details.id}  ${details.status}  ${durationText(details.durationMs)}  ${sizeText(details.sizeBytes)}`;
  return [head, ...(details.path === undefined ? [] : [details.path]), ...operatorLines(details.operators)];
}

/** Operators, their subtasks and handles, indented. */
export function operatorLines(operators: CheckpointDetails['operators']): readonly string[] {
  return operators.flatMap((operator) => [
    `${operator.uid ?? `${operator.name} (${operator.id})`}  ${sizeText(operator.sizeBytes)}`,
    ...operator.subtasks.flatMap(({ subtask, sizeBytes, handles }) =>
      handles.length === 0 && sizeBytes > 0
        ? [`  ${subtask + 1}: ${sizeText(sizeBytes)}`]
        : handles.map((handle) => handleLine(subtask, handle)),
    ),
  ]);
}

function handleLine(subtask: number, handle: HandleInfo): string {
  const { keyGroups, local } = handle;
  const groups = keyGroups === undefined ? '' : ` key groups ${keyGroups.start}-${keyGroups.end}`;
  const localText = local === undefined ? '' : `  local: ${local}`;
  return `  ${subtask + 1}: ${handle.state} ${handle.kind}${groups}  ${sizeText(handle.sizeBytes)}  ${handle.remote}${localText}`;
}

export interface SavepointOptions extends JobOptions {
  readonly directory?: string;
}

/** Takes a savepoint, or stops the job with one, and waits for it. */
export async function savepoint(world: CliWorld, options: SavepointOptions, thenStop: boolean): Promise<void> {
  const cluster = await engineOf(world, options);
  const job = await jobOf(cluster, options.job);
  const output = new Output(world, options);
  const verb = { job: job.id, ...(options.directory === undefined ? {} : { directory: options.directory }) };
  const run = { onProgress: (text: string) => output.note(text) };
  const result = thenStop
    ? await cluster.run('stopWithSavepoint', verb, run)
    : await cluster.run('triggerSavepoint', verb, run);
  output.show(result, () => [
    `Savepoint of ${job.name}: ${sizeText(result.sizeBytes)} in ${durationText(result.tookMs)}${thenStop ? '; the job is stopped' : ''}.`,
    result.path,
  ]);
}

export async function checkpointNow(world: CliWorld, options: JobOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const job = await jobOf(cluster, options.job);
  const result: { readonly checkpoint: number | CheckpointId } = await cluster.run('triggerCheckpoint', {
    job: job.id,
  });
  new Output(world, options).show(result, () => `Checkpoint ${result.checkpoint} of ${job.name} is complete.`);
}

export async function cancel(world: CliWorld, options: JobOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const job = await jobOf(cluster, options.job);
  await cluster.run('cancel', { job: job.id });
  new Output(world, options).show({ job: job.id }, () => `${job.name} is being cancelled.`);
}

export async function dispose(world: CliWorld, path: string, options: CommonOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  await cluster.run('disposeSavepoint', { path });
  new Output(world, options).show({ disposed: path }, () => `${path} is deleted.`);
}

export async function listTaskManagers(world: CliWorld, options: CommonOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const all = await cluster.get('taskManagers', {});
  new Output(world, options).show(all, () =>
    all.length === 0
      ? 'There is no TaskManager.'
      : table([
          ['TASKMANAGER', 'STATUS', 'SLOTS', 'FREE'],
          ...all.map(({ id, status, slots, freeSlots }) => [id, status, String(slots), String(freeSlots)]),
        ]),
  );
}
