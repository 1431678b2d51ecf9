import type { Cluster, Paged, Queries, QueryName } from '../../../runtime/cluster/cluster';

type PagedQuery = { [N in QueryName]: Queries[N]['a'] extends Paged<unknown> ? N : never }[QueryName];
type ItemOf<N extends QueryName> = Queries[N]['a'] extends Paged<infer T> ? T : never;

/** The pages of a list, one after the other; each with as many items as `limit` says before it is asked for. */
export async function* pages<N extends PagedQuery>(
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
