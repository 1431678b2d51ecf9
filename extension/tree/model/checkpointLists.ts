import type { JobId } from '../../../runtime/base/ids';
import type { Cluster, Paged } from '../../../runtime/cluster/cluster';
import type { CheckpointInfo } from '../../../runtime/cluster/model';
import { firstItems } from './pagedItems';

/** What a checkpoint that completes may change lies among so many of the newest: those in progress, and those that it replaces. */
const askedAgain = 100;

/**
 * The checkpoints of jobs as far as they have been loaded, the newest first. When a list is asked for again only its newest part is;
 * the rest is known, as ended checkpoints do not change. That their files were removed is seen on the disk.
 */
export class CheckpointLists {
  private readonly lists = new WeakMap<Cluster, Map<string, readonly CheckpointInfo[]>>();

  async newest(
    cluster: Cluster,
    query: { readonly job: JobId; readonly savepoints: boolean },
    limit: number,
    signal: AbortSignal,
  ): Promise<Paged<CheckpointInfo>> {
    const lists = this.lists.get(cluster) ?? new Map<string, readonly CheckpointInfo[]>();
    this.lists.set(cluster, lists);
    const name = `${query.job} ${query.savepoints}`;
    const known = lists.get(name) ?? [];
    const asked = Math.min(limit, askedAgain);
    const { items: newest, total } = await firstItems(cluster, 'checkpoints', query, asked, signal);
    const last = newest.at(-1);
    const joint = last === undefined ? -1 : known.findIndex(({ id }) => id === last.id);
    const older = joint < 0 ? [] : known.slice(joint + 1);
    const complete = newest.length + older.length >= Math.min(limit, total);
    const items = complete
      ? [...newest, ...older].slice(0, limit)
      : (await firstItems(cluster, 'checkpoints', query, limit, signal)).items;
    lists.set(name, items);
    return { items, total };
  }
}
