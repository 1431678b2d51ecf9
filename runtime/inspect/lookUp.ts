import type { Disk } from '../base/env';
import { userError } from '../base/errors';
import type { Paged } from '../rest/debug/answers';
import type { StateEntryInfo, StateInfo } from '../rest/debug/model';
import { matchesFilter, type EntryFilter } from './entryFilter';
import { findOperator, type Snapshot } from './snapshot';
import { storedEntries, storedStates, type StoredOperator } from './storedStates';

export interface StateQuestion {
  /** Uid, id or name. */
  readonly operator: string;
  readonly state: string;
}

/** Which entries are wanted, and how many of them. */
export interface EntriesPage {
  readonly after?: string;
  readonly limit: number;
  readonly filter?: EntryFilter;
}

/** The states of an operator with their numbers of entries: reads all of its state. */
export async function countStates(disk: Disk, snapshot: Snapshot, operator: string): Promise<readonly StateInfo[]> {
  const source = sourceOf(disk, snapshot, operator);
  const counts = new Map<string, Map<number, number>>();
  for await (const entries of storedEntries(source)) {
    for (const { state, entry } of entries) {
      const bySubtask = counts.get(state.name) ?? new Map<number, number>();
      counts.set(state.name, bySubtask.set(entry.subtask, (bySubtask.get(entry.subtask) ?? 0) + 1));
    }
  }
  return (await storedStates(source)).map(({ name, ...described }) => {
    const subtasks = [...(counts.get(name) ?? [])].map(([subtask, entries]) => ({ subtask, entries }));
    return { name, ...described, entries: entriesOf(described.kind, subtasks), subtasks };
  });
}

/** Of all subtasks together; broadcast state is the same in each, so one of them counts. */
function entriesOf(kind: string, subtasks: readonly { readonly entries: number }[]): number {
  const numbers = subtasks.map(({ entries }) => entries);
  return kind === 'broadcast' ? Math.max(0, ...numbers) : numbers.reduce((sum, entries) => sum + entries, 0);
}

/** A page of the entries of a state, or of those that match; `after` is the number of them that went before, `total` of all of them. */
export async function listEntries(
  disk: Disk,
  snapshot: Snapshot,
  question: StateQuestion,
  page: EntriesPage,
): Promise<Paged<StateEntryInfo>> {
  const source = sourceOf(disk, snapshot, question.operator);
  await checkState(source, question);
  const first = Number(page.after ?? 0);
  const items: StateEntryInfo[] = [];
  let total = 0;
  const { filter } = page;
  for await (const read of storedEntries(source, question.state)) {
    const entries = filter === undefined ? read : read.filter(({ entry }) => matchesFilter(filter, entry));
    const from = Math.max(0, first - total);
    items.push(...entries.slice(from, from + page.limit - items.length).map(({ entry }) => entry));
    total += entries.length;
  }
  const end = first + items.length;
  return { items, total, ...(end < total ? { next: String(end) } : {}) };
}

/**
 * All entries of a key: one, or one per namespace or timer. `key` is its JSON text; when its key group is known, only that is read.
 */
export async function lookUpKey(
  disk: Disk,
  snapshot: Snapshot,
  question: StateQuestion,
  key: string,
  keyGroup?: number,
): Promise<readonly StateEntryInfo[]> {
  const source = sourceOf(disk, snapshot, question.operator);
  await checkState(source, question);
  const found: StateEntryInfo[] = [];
  for await (const entries of storedEntries(source, question.state, keyGroup)) {
    for (const { entry } of entries) if (entry.key === key) found.push(entry);
    // All entries of a key of keyed state are in one key group, and a key group is read at once.
    if (found.some(({ keyGroup }) => keyGroup !== undefined)) break;
  }
  return found;
}

function sourceOf(disk: Disk, snapshot: Snapshot, operator: string): StoredOperator {
  return { disk, directory: snapshot.directory, operator: findOperator(snapshot, operator) };
}

async function checkState(source: StoredOperator, { operator, state }: StateQuestion): Promise<void> {
  const states = await storedStates(source);
  if (states.some(({ name }) => name === state)) return;
  const known = states.map(({ name }) => name).join(', ');
  throw userError(
    'state.not-found',
    `The snapshot ${source.directory} has no state "${state}" of operator ${operator}.`,
    known === '' ? 'It has no state at all.' : `It has ${known}.`,
    { subject: { operator, field: state } },
  );
}
