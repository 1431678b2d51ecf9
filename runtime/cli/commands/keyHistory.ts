import { userError } from '../../base/errors';
import type { StateEntryInfo } from '../../cluster/model';
import { retainedSnapshots, type RetainedSnapshot } from '../../cluster/retainedSnapshots';
import { onJob, operatorOf } from '../engine';
import { liveEntry } from '../liveState';
import { table, timeText } from '../output';
import { storedKey } from '../storedState';
import type { CliWorld } from '../world';
import type { StateOptions } from './state';

/** What a key had in one snapshot; without a snapshot, what it has now. */
interface Then {
  readonly snapshot?: RetainedSnapshot;
  readonly entries: readonly StateEntryInfo[];
}

/** A key now, and in the newest snapshots that are still there. */
export async function keyHistory(world: CliWorld, wanted: string, state: string, options: StateOptions): Promise<void> {
  const { key, limit } = options;
  if (key === undefined) throw userError('cli.no-key', 'The history is that of a key.', 'Name it with --key.');
  const { cluster, job, output } = await onJob(world, options);
  const operator = await operatorOf(cluster, job, wanted);
  const live = cluster.can('liveState', job.id).ok;
  const history: Then[] = live ? [{ entries: await liveEntry({ cluster, job, operator, state }, key) }] : [];
  for (const snapshot of await retainedSnapshots(cluster, job.id, limit)) {
    const entries = await storedKey(world, snapshot.path, { operator: operator.id, state }, key);
    history.push({ snapshot, entries });
  }
  output.show(history, () => table([['SNAPSHOT', 'TAKEN', 'VALUE'], ...history.map(historyRow)]));
}

function historyRow({ snapshot, entries }: Then): readonly string[] {
  const value = entries.length === 0 ? '' : entries.map(({ text }) => text).join(' · ');
  if (snapshot === undefined) return ['now', '', value];
  const kind = snapshot.savepoint ? 'savepoint' : 'checkpoint';
  return [`${kind} ${snapshot.id}`, timeText(snapshot.triggerMs), value];
}
