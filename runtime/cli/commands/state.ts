import { userError } from '../../base/errors';
import type { Paged } from '../../cluster/cluster';
import type { StateEntryInfo } from '../../cluster/model';
import { matchesFilter, parseEntryFilter } from '../../inspect/entryFilter';
import { listEntries } from '../../inspect/lookUp';
import { onJob } from '../engine';
import { liveEntry, liveState, type LiveState } from '../liveState';
import { moreText, Output, pageOf, table } from '../output';
import { disk, openStored, storedKey } from '../storedState';
import type { CliWorld, JobOptions, PageOptions } from '../world';

export interface StateOptions extends JobOptions, PageOptions {
  readonly key?: string;
  /** As `parseEntryFilter` reads it. */
  readonly filter?: string;
  /** A snapshot on disk instead of the running job. */
  readonly from?: string;
  /** The key now and in the snapshots that are still there. */
  readonly history?: boolean;
}

/** Entries of a state, or the one of a key; of the running job or of a snapshot. */
export async function state(world: CliWorld, operator: string, name: string, options: StateOptions): Promise<void> {
  const { key, from } = options;
  const output = new Output(world, options);
  if (key !== undefined) {
    const found =
      from === undefined
        ? await liveEntry(await live(world, operator, name, options), key)
        : await storedKey(world, from, { operator, state: name }, key);
    if (found.length === 0) {
      const advice = 'Leave out --key to see which keys there are.';
      throw userError('state.no-such-key', `${operator} has nothing in "${name}" for ${key}.`, advice);
    }
    output.show(found, () => entryRows(found));
    return;
  }
  const entries =
    from === undefined
      ? await livePage(await live(world, operator, name, options), options)
      : await storedPage(world, from, operator, name, options);
  output.show(entries, () =>
    entries.items.length === 0 ? 'There is no entry.' : [...entryRows(entries.items), ...moreText(entries)],
  );
}

async function live(world: CliWorld, operator: string, name: string, options: StateOptions): Promise<LiveState> {
  const { cluster, job } = await onJob(world, options);
  return liveState(cluster, job, operator, name);
}

async function storedPage(
  world: CliWorld,
  from: string,
  operator: string,
  name: string,
  options: StateOptions,
): Promise<Paged<StateEntryInfo>> {
  const filter = options.filter === undefined ? {} : { filter: parseEntryFilter(options.filter) };
  const question = { operator, state: name };
  return listEntries(disk, await openStored(world, from), question, { ...pageOf(options), ...filter });
}

/** Entries that are looked through with one question, when only some are wanted. */
const searchedAtOnce = 1_000;

/** A page of the running job. With a filter all entries are looked through, and there is no page after the first. */
async function livePage(
  { cluster, job, operator, state: name }: LiveState,
  options: StateOptions,
): Promise<Paged<StateEntryInfo>> {
  const question = { job: job.id, operator: operator.id, state: name };
  if (options.filter === undefined) return cluster.get('stateEntries', question, pageOf(options));
  const filter = parseEntryFilter(options.filter);
  const items: StateEntryInfo[] = [];
  let total = 0;
  for (let after = options.after; ;) {
    const page = { limit: searchedAtOnce, ...(after === undefined ? {} : { after }) };
    const searched = await cluster.get('stateEntries', question, page);
    const found = searched.items.filter((entry) => matchesFilter(filter, entry));
    items.push(...found.slice(0, options.limit - items.length));
    total += found.length;
    after = searched.next;
    if (after === undefined) return { items, total };
  }
}

function entryRows(entries: readonly StateEntryInfo[]): readonly string[] {
  return table([
    ['KEY', 'SUBTASK', 'KEY GROUP', 'VALUE'],
    ...entries.map(({ key, subtask, keyGroup, text }) => [
      key,
      String(subtask + 1),
      keyGroup === undefined ? '' : String(keyGroup),
      text,
    ]),
  ]);
}
