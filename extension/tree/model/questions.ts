import { isEndOfJob } from '../../../runtime/base/status';
import type { Cluster, Paged, Queries, QueryName } from '../../../runtime/cluster/cluster';
import type { JobEvent } from '../../../runtime/cluster/jobEvents';
import type { JobDetails } from '../../../runtime/cluster/model';
import { checkpointChildren, checkpointsChildren, checkpointsPage } from './checkpointRows';
import { jobChildren } from './jobRows';
import type { About, Drawing, Window } from './node';
import { entriesChildren, entriesPage, operatorsChildren } from './operatorRows';
import { newestHoldFirst } from '../../runtime/heldSteps';
import { recoveriesChildren, recoveryChildren } from './recoveryRows';

/** All recoveries of a job are shown; a job with more has a problem that a longer list does not explain. */
const recoveriesShown = 200;

/** How many rows of a paged list are shown at first, and with each "load more". */
export function pageSize(about: About): number {
  return about.k === 'state' ? entriesPage : checkpointsPage;
}

/** When the first checkpoint of a job is due, by its interval. */
function firstDue(job: JobDetails): number | undefined {
  return job.checkpointIntervalMs === undefined || isEndOfJob(job.status)
    ? undefined
    : job.startMs + job.checkpointIntervalMs;
}

type ItemOf<N extends QueryName> = Queries[N]['a'] extends Paged<infer T> ? T : never;
type PagedQuery = { [N in QueryName]: Queries[N]['a'] extends Paged<unknown> ? N : never }[QueryName];

/** The first `limit` items of a list, however many pages the engine makes of them. */
async function firstItems<N extends PagedQuery>(
  cluster: Cluster,
  name: N,
  query: Queries[N]['q'],
  limit: number,
  signal: AbortSignal,
): Promise<Paged<ItemOf<N>>> {
  const items: ItemOf<N>[] = [];
  let after: string | undefined;
  for (;;) {
    const window = { limit: limit - items.length, ...(after === undefined ? {} : { after }) };
    const page: Paged<ItemOf<N>> = (await cluster.get(name, query, window, signal)) as Paged<ItemOf<N>>;
    items.push(...page.items);
    after = page.next;
    if (after === undefined || page.items.length === 0 || items.length >= limit) return { items, total: page.total };
  }
}

/**
 * Asks the engine for the children of a node.
 *
 * @param id of the node, for its "load more" row
 * @param window how much of a paged list
 */
export async function askChildren(
  cluster: Cluster,
  id: string,
  about: About,
  { limit }: Window,
  signal: AbortSignal,
): Promise<Drawing> {
  switch (about.k) {
    case 'job': {
      const { job } = about;
      const [details, faults, savepoints, recoveries] = await Promise.all([
        cluster.get('job', { job }, undefined, signal),
        cluster.get('faults', { job }, undefined, signal),
        cluster.get('checkpoints', { job, savepoints: true }, { limit: 1 }, signal),
        firstItems(cluster, 'recoveries', { job }, recoveriesShown, signal),
      ]);
      const restarts = recoveries.items.filter((recovery) => recovery.recovery > 0).length;
      return jobChildren(details, faults, savepoints.total, restarts);
    }
    case 'operators':
      return operatorsChildren(about.job, await cluster.get('operators', { job: about.job }, undefined, signal));
    case 'state': {
      const { job, operator, state } = about;
      return entriesChildren(id, await firstItems(cluster, 'stateEntries', { job, operator, state }, limit, signal));
    }
    case 'checkpoints': {
      const { job, savepoints } = about;
      const page = await firstItems(cluster, 'checkpoints', { job, savepoints }, limit, signal);
      const due = page.items.length > 0 ? undefined : firstDue(await cluster.get('job', { job }, undefined, signal));
      return checkpointsChildren(id, job, page, savepoints, due);
    }
    case 'checkpoint': {
      const { job, checkpoint } = about;
      return checkpointChildren(await cluster.get('checkpoint', { job, checkpoint }, undefined, signal));
    }
    case 'recoveries': {
      const { job } = about;
      const [recoveries, details] = await Promise.all([
        firstItems(cluster, 'recoveries', { job }, recoveriesShown, signal),
        cluster.get('job', { job }, undefined, signal),
      ]);
      return recoveriesChildren(job, recoveries.items, newestHoldFirst(details.holds));
    }
    case 'recovery': {
      const { job, recovery } = about;
      const [details, operators, info] = await Promise.all([
        cluster.get('recovery', { job, recovery }, undefined, signal),
        cluster.get('operators', { job }, undefined, signal),
        cluster.get('job', { job }, undefined, signal),
      ]);
      return recoveryChildren(job, details, { operators, tasks: info.tasks, holds: info.holds });
    }
    case 'runtime':
    case 'log':
    case 'lastRun':
    case 'fault':
    case 'operator':
    case 'copy':
    case 'held':
    case 'text':
    case 'more':
      return () => [];
  }
}

/** Whether the children of a node may be others after an event. */
export function concerns(about: About, event: JobEvent): boolean {
  if (!('job' in about) || event.e === 'taskManagers' || event.e === 'jobs') return false;
  if (event.e === 'fault') return about.k === 'job';
  if (event.job !== about.job) return false;
  switch (event.e) {
    case 'job':
    case 'tasks':
      return about.k === 'job' || about.k === 'operators' || about.k === 'recoveries';
    case 'hold':
      return about.k === 'job' || about.k === 'recoveries';
    case 'checkpoint':
      if (about.k === 'job') return event.status === 'COMPLETED';
      if (about.k === 'checkpoint') return event.status === 'COMPLETED' && !about.savepoint;
      return about.k === 'checkpoints' && about.savepoints === event.savepoint;
    case 'recovery':
      if (about.k === 'recovery') return about.recovery === event.event.scope.recovery;
      return about.k === 'job' || about.k === 'recoveries';
    case 'metrics':
      return about.k === 'operators' || about.k === 'state';
  }
}
