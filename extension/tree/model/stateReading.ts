import type { JobId } from '../../../runtime/base/ids';
import type { Cluster, Queries } from '../../../runtime/cluster/cluster';
import type { StateEntryInfo } from '../../../runtime/cluster/model';
import { matchesFilter, parseEntryFilter, type EntryFilter } from '../../../runtime/inspect/entryFilter';
import type { Inspector } from '../../../runtime/inspect/inspector';
import type { CheckpointLists } from './checkpointLists';
import type { KeyHistory } from './keyHistory';
import type { Pin, StateRef, StoredPoint, Window } from './node';
import { firstItems, pages } from './pagedItems';

/** Who is asked. */
export interface Sources {
  readonly cluster: Cluster;
  readonly inspector: Inspector;
  /** The snapshot at which the state of a job is shown; undefined: as it is now. */
  readonly lookingAt: (job: JobId) => StoredPoint | undefined;
  /** Of a job, by its name. */
  readonly pins: (jobName: string) => readonly Pin[];
  readonly history: KeyHistory;
  readonly checkpoints: CheckpointLists;
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
  { cluster, inspector }: Readers,
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

type Readers = Pick<Sources, 'inspector'> & { readonly cluster: Cluster | undefined };

/** All entries of a key: one, or one per namespace or timer. `key` is its JSON text. */
export async function lookUpExactly(
  { cluster, inspector }: Readers,
  ref: StateRef,
  key: string,
): Promise<readonly StateEntryInfo[]> {
  if (ref.from === 'stored') return inspector.lookUp({ ...ref, key });
  const found = await cluster?.get('stateLookup', { ...ref, key });
  return found === undefined ? [] : [found];
}

/** The same for a key as somebody types it: as JSON, or a text as it is. */
export async function lookUp(readers: Readers, ref: StateRef, typed: string): Promise<readonly StateEntryInfo[]> {
  const exact = await lookUpExactly(readers, ref, typed);
  return exact.length > 0 ? exact : lookUpExactly(readers, ref, JSON.stringify(typed));
}
