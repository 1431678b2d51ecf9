import { isEndOfJob } from '../../../runtime/base/status';
import type { JobEvent } from '../../../runtime/cluster/jobEvents';
import type { JobDetails } from '../../../runtime/cluster/model';
import { retainedSnapshots } from '../../../runtime/cluster/retainedSnapshots';
import { checkpointChildren, checkpointsChildren, checkpointsPage, plainPath } from './checkpointRows';
import { jobChildren } from './jobRows';
import type { About, Drawing, StateRef, Window } from './node';
import { firstItems } from './pagedItems';
import { historyPage, pinChildren } from './pinRows';
import { entriesChildren, entriesPage } from './entryRows';
import { operatorsChildren } from './operatorRows';
import { findEntries, lookUpExactly, type Sources } from './stateReading';
import { storedOperatorChildren, storedOperatorsChildren } from './storedRows';
import { newestHoldFirst } from '../../runtime/heldSteps';
import { recoveriesChildren, recoveryChildren } from './recoveryRows';

/** All recoveries of a job are shown; a job with more has a problem that a longer list does not explain. */
const recoveriesShown = 200;

/** How many rows of a paged list are shown at first, and with each "load more". */
export function pageSize(about: About): number {
  if (about.k === 'state') return entriesPage;
  return about.k === 'pin' ? historyPage : checkpointsPage;
}

/** When the first checkpoint of a job is due, by its interval. */
function firstDue(job: JobDetails): number | undefined {
  return job.checkpointIntervalMs === undefined || isEndOfJob(job.status)
    ? undefined
    : job.startMs + job.checkpointIntervalMs;
}

/**
 * Asks the engine for the children of a node.
 *
 * @param id of the node, for its "load more" row
 * @param window how much of a paged list
 */
export async function askChildren(
  sources: Sources,
  id: string,
  about: About,
  window: Window,
  signal: AbortSignal,
): Promise<Drawing> {
  const { cluster, inspector } = sources;
  const { limit } = window;
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
      const shown = { at: sources.lookingAt(job), pins: sources.pins(details.name) };
      return jobChildren(details, faults, savepoints.total, restarts, shown);
    }
    case 'operators': {
      const { job, at } = about;
      const operators = cluster.get('operators', { job }, undefined, signal);
      if (at === undefined) {
        const [live, { tasks }] = await Promise.all([operators, cluster.get('job', { job }, undefined, signal)]);
        return operatorsChildren(job, live, tasks);
      }
      const [known, { operators: stored }] = await Promise.all([operators, inspector.show({ snapshot: at.path })]);
      return storedOperatorsChildren(at.path, stored, { job, known });
    }
    case 'storedOperator':
      return storedOperatorChildren(about, await inspector.states(about));
    case 'state':
      return entriesChildren(id, about, await findEntries(sources, about.ref, window, signal), window.filter);
    case 'pin':
      return askPin(sources, id, about, limit, signal);
    case 'checkpoints': {
      const { job, savepoints } = about;
      const page = await sources.checkpoints.newest(cluster, { job, savepoints }, limit, signal);
      const due = page.items.length > 0 ? undefined : firstDue(await cluster.get('job', { job }, undefined, signal));
      return checkpointsChildren(id, job, page, savepoints, due);
    }
    case 'checkpoint': {
      const { job, checkpoint, path } = about;
      const details = cluster.get('checkpoint', { job, checkpoint }, undefined, signal);
      if (path === undefined) return checkpointChildren((await details).operators);
      // The engine remembers the parts of the newest ones; those of older ones lie on the disk.
      return checkpointChildren(
        await details.then(
          ({ operators }) => operators,
          async () => (await inspector.show({ snapshot: path })).operators,
        ),
      );
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
    case 'cluster':
    case 'log':
    case 'lastRun':
    case 'fault':
    case 'operator':
    case 'copy':
    case 'entry':
    case 'savepointFolder':
    case 'checkpointFolder':
    case 'snapshot':
    case 'filter':
    case 'held':
    case 'text':
    case 'more':
      return () => [];
  }
}

/** The value of a pinned key now, and in the newest snapshots; one more is read than shown, to compare the last one with. */
async function askPin(
  sources: Sources,
  id: string,
  { job, pin }: About & { k: 'pin' },
  limit: number,
  signal: AbortSignal,
): Promise<Drawing> {
  const { cluster, history } = sources;
  const ref: StateRef = { from: 'live', job, operator: pin.operator, state: pin.state };
  const [live, snapshots] = await Promise.all([
    cluster.can('liveState', job).ok ? lookUpExactly(sources, ref, pin.key).catch(() => undefined) : undefined,
    retainedSnapshots(cluster, job, limit + 1, signal),
  ]);
  const values = await Promise.all(
    snapshots.map(async (snapshot) => ({ snapshot, value: await history.valueIn(plainPath(snapshot.path), pin) })),
  );
  return pinChildren(id, job, pin, live, values, snapshots.length > limit);
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
      if (about.k === 'job' || about.k === 'pin') return event.status === 'COMPLETED';
      if (about.k === 'checkpoint') return event.status === 'COMPLETED' && !about.savepoint;
      return about.k === 'checkpoints' && about.savepoints === event.savepoint;
    case 'recovery':
      if (about.k === 'recovery') return about.recovery === event.event.scope.recovery;
      return about.k === 'job' || about.k === 'recoveries';
    case 'metrics':
      return about.k === 'operators'
        ? about.at === undefined
        : about.k === 'pin' || (about.k === 'state' && about.ref.from === 'live');
  }
}
