import type { JobId } from '../../../runtime/base/ids';
import type { Cluster, Paged, Queries, QueryName } from '../../../runtime/cluster/cluster';
import type { StateEntryInfo } from '../../../runtime/cluster/model';
import { matchesFilter, parseEntryFilter, type EntryFilter } from '../../../runtime/inspect/entryFilter';
import type { Inspector } from '../../../runtime/inspect/inspector';
import type { StateRef, StoredPoint, Window } from './node';

/** Who is asked. */
export interface Sources {
  readonly cluster: Cluster;
  readonly inspector: Inspector;
  /** The snapshot at which the state of a job is shown; undefined: as it is now. */
  readonly lookingAt: (job: JobId) => StoredPoint | undefined;
}

/** Entries as far as they were found. */
export interface FoundEntries {
  readonly items: readonly StateEntryInfo[];
  /** Of all entries, or of all that match. */
  readonly total: number;
  /** The search of the running job stopped after so many of so many entries: there may be more. */
  readonly searched?: { readonly entries: number; readonly of: number };
}

/** Live entries that are looked through for each row that a list may have: a task answers between its batches. */
const searchedForEachRow = 25;
const searchedAtOnce = 1_000;

type PagedQuery = { [N in QueryName]: Queries[N]['a'] extends Paged<unknown> ? N : never }[QueryName];
type ItemOf<N extends QueryName> = Queries[N]['a'] extends Paged<infer T> ? T : never;

/** The pages of a list, one after the other; each with as many items as `limit` says before it is asked for. */
async function* pages<N extends PagedQuery>(
  cluster: Cluster,
  name: N,
  query: Queries[N]['q'],
  limit: () => number,
  signal: AbortSignal,
): AsyncGenerator<Paged<ItemOf<N>>> {
  for (let after: string | undefined; ;) {
    const window = { limit: limit(), ...(after === undefined ? {} : { after }) };
    const page: Paged<ItemOf<N>> = (await cluster.get(name, query, window, signal)) as Paged<ItemOf<N>>;
    yield page;
    after = page.next;
    if (after === undefined || page.items.length === 0) return;
  }
}

/** The first `limit` items of a list, however many pages the engine makes of them. */
export async function firstItems<N extends PagedQuery>(
  cluster: Cluster,
  name: N,
  query: Queries[N]['q'],
  limit: number,
  signal: AbortSignal,
): Promise<Paged<ItemOf<N>>> {
  const items: ItemOf<N>[] = [];
  let total = 0;
  for await (const page of pages(cluster, name, query, () => limit - items.length, signal)) {
    items.push(...page.items);
    total = page.total;
    if (items.length >= limit) break;
  }
  return { items, total };
}

async function search(
  cluster: Cluster,
  query: Queries['stateEntries']['q'],
  filter: EntryFilter,
  limit: number,
  signal: AbortSignal,
): Promise<FoundEntries> {
  const items: StateEntryInfo[] = [];
  let searched = 0;
  for await (const page of pages(cluster, 'stateEntries', query, () => searchedAtOnce, signal)) {
    searched += page.items.length;
    items.push(...page.items.filter((entry) => matchesFilter(filter, entry)));
    const enough = items.length > limit || searched >= limit * searchedForEachRow;
    if (enough && page.next !== undefined) {
      const shown = items.slice(0, limit);
      return { items: shown, total: items.length, searched: { entries: searched, of: page.total } };
    }
  }
  return { items: items.slice(0, limit), total: items.length };
}

/** The entries of a state, live or stored, as many as the window shows. */
export function findEntries(
  { cluster, inspector }: Pick<Sources, 'inspector'> & { readonly cluster: Cluster | undefined },
  ref: StateRef,
  { limit, filter }: Window,
  signal: AbortSignal,
): Promise<FoundEntries> {
  const parsed = filter === undefined ? undefined : parseEntryFilter(filter);
  if (ref.from === 'stored') {
    return inspector.entries({ ...ref, limit, ...(parsed === undefined ? {} : { filter: parsed }) });
  }
  if (cluster === undefined) return Promise.resolve({ items: [], total: 0 });
  return parsed === undefined
    ? firstItems(cluster, 'stateEntries', ref, limit, signal)
    : search(cluster, ref, parsed, limit, signal);
}

/**
 * All entries of a key: one, or one per namespace or timer. A text is tried as it is and as JSON, because keys that are texts are
 * quoted in JSON.
 */
export async function lookUp(
  { cluster, inspector }: Pick<Sources, 'inspector'> & { readonly cluster: Cluster | undefined },
  ref: StateRef,
  typed: string,
): Promise<readonly StateEntryInfo[]> {
  const once = async (key: string): Promise<readonly StateEntryInfo[]> => {
    if (ref.from === 'stored') return inspector.lookUp({ ...ref, key });
    const found = await cluster?.get('stateLookup', { ...ref, key });
    return found === undefined ? [] : [found];
  };
  const exact = await once(typed);
  return exact.length > 0 ? exact : once(JSON.stringify(typed));
}
