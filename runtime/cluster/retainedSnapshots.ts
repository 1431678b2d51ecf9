import type { JobId } from '../base/ids';
import type { Cluster } from './cluster';
import type { CheckpointInfo } from './model';

/** A checkpoint or savepoint whose files are still there. */
export type RetainedSnapshot = CheckpointInfo & { readonly path: string };

const atOnce = 50;

/**
 * The newest snapshots of a job that are not discarded, checkpoints and savepoints together, the newest first; at most `limit`.
 * The list of checkpoints is followed only as far as it has some of them, because what is discarded is older than what is retained.
 */
export async function retainedSnapshots(
  cluster: Cluster,
  job: JobId,
  limit: number,
  signal?: AbortSignal,
): Promise<readonly RetainedSnapshot[]> {
  const lists = await Promise.all(
    [false, true].map((savepoints) => retained(cluster, { job, savepoints }, limit, signal)),
  );
  return lists
    .flat()
    .sort((a, b) => b.id - a.id)
    .slice(0, limit);
}

async function retained(
  cluster: Cluster,
  query: { readonly job: JobId; readonly savepoints: boolean },
  limit: number,
  signal: AbortSignal | undefined,
): Promise<readonly RetainedSnapshot[]> {
  const found: RetainedSnapshot[] = [];
  for (let after: string | undefined; ;) {
    const page = { limit: atOnce, ...(after === undefined ? {} : { after }) };
    const { items, next } = await cluster.get('checkpoints', query, page, signal);
    const here = items.flatMap((info) => {
      const { path, status, discarded } = info;
      return status === 'COMPLETED' && !discarded && path !== undefined ? [{ ...info, path }] : [];
    });
    found.push(...here);
    const over = here.length === 0 && !query.savepoints;
    if (next === undefined || over || found.length >= limit) return found.slice(0, limit);
    after = next;
  }
}
