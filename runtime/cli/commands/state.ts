import { resolve } from 'node:path';
import { userError } from '../../base/errors';
import type { Paged } from '../../cluster/cluster';
import type { StateEntryInfo } from '../../cluster/model';
import { retainedSnapshots, type RetainedSnapshot } from '../../cluster/retainedSnapshots';
import { lineLogger } from '../../host/logger';
import { NodeDisk } from '../../host/nodeDisk';
import { countStates, listEntries, lookUpKey } from '../../inspect/lookUp';
import { openSnapshot, showSnapshot, type SnapshotInfo } from '../../inspect/snapshot';
import { sizeText } from '../../rest/recovery/recoveryText';
import { engineOf, jobOf, operatorOf } from '../engine';
import { Output, table, timeText } from '../output';
import type { CliWorld } from '../world';
import { operatorLines, type JobOptions } from './jobs';

export interface StateOptions extends JobOptions {
  readonly key?: string;
  readonly limit: number;
  readonly after?: string;
  /** A snapshot on disk instead of the running job. */
  readonly from?: string;
  /** The key now and in the snapshots that are still there. */
  readonly history?: boolean;
}

/** Entries of a state, or the one of a key; of the running job or of a snapshot. */
export async function state(world: CliWorld, operator: string, name: string, options: StateOptions): Promise<void> {
  if (options.history === true) return keyHistory(world, operator, name, options);
  if (options.key !== undefined) {
    const found =
      options.from === undefined
        ? await liveEntry(world, operator, name, options.key, options)
        : await storedKey(world, options.from, { operator, state: name }, options.key);
    if (found.length === 0) {
      throw userError('state.no-such-key', `${operator} has nothing in "${name}" for ${options.key}.`, '');
    }
    new Output(world, options).show(found, () => entryRows(found));
    return;
  }
  const page = { limit: options.limit, ...(options.after === undefined ? {} : { after: options.after }) };
  const entries =
    options.from === undefined
      ? await livePage(world, operator, name, page, options)
      : await listEntries(disk, await open(world, options.from), { operator, state: name }, page);
  new Output(world, options).show(entries, () => pageRows(entries));
}

const disk = new NodeDisk();

function open(world: CliWorld, path: string) {
  const log = lineLogger('job-state', 'warn', (line) => world.writeError(line));
  return openSnapshot(disk, log, resolve(world.directory, path));
}

async function livePage(
  world: CliWorld,
  operator: string,
  name: string,
  page: { readonly limit: number; readonly after?: string },
  options: JobOptions,
): Promise<Paged<StateEntryInfo>> {
  const cluster = await engineOf(world, options);
  const job = await jobOf(cluster, options.job);
  const { id } = await operatorOf(cluster, job, operator);
  return cluster.get('stateEntries', { job: job.id, operator: id, state: name }, page);
}

async function liveEntry(
  world: CliWorld,
  operator: string,
  name: string,
  key: string,
  options: JobOptions,
): Promise<readonly StateEntryInfo[]> {
  const cluster = await engineOf(world, options);
  const job = await jobOf(cluster, options.job);
  const { id, keyType } = await operatorOf(cluster, job, operator);
  const entry = await cluster.get('stateLookup', {
    job: job.id,
    operator: id,
    state: name,
    key: keyJson(key, keyType),
  });
  return entry === undefined ? [] : [entry];
}

/** What a key had in one snapshot; without a snapshot, what it has now. */
interface Then {
  readonly snapshot?: RetainedSnapshot;
  readonly entries: readonly StateEntryInfo[];
}

async function keyHistory(world: CliWorld, operator: string, name: string, options: StateOptions): Promise<void> {
  const { key, limit } = options;
  if (key === undefined) {
    throw userError('cli.no-key', 'The history is that of a key.', 'Name it with --key.');
  }
  const cluster = await engineOf(world, options);
  const job = await jobOf(cluster, options.job);
  const { id } = await operatorOf(cluster, job, operator);
  const now: Then[] = cluster.can('liveState', job.id).ok
    ? [{ entries: await liveEntry(world, operator, name, key, options) }]
    : [];
  const snapshots = await retainedSnapshots(cluster, job.id, limit);
  const before: Then[] = [];
  for (const snapshot of snapshots) {
    const entries = await storedKey(world, snapshot.path, { operator: id, state: name }, key);
    before.push({ snapshot, entries });
  }
  const history = [...now, ...before];
  new Output(world, options).show(history, () => table([['SNAPSHOT', 'TAKEN', 'VALUE'], ...history.map(historyRow)]));
}

function historyRow({ snapshot, entries }: Then): readonly string[] {
  const value = entries.length === 0 ? '' : entries.map(({ text }) => text).join(' · ');
  if (snapshot === undefined) return ['now', '', value];
  const kind = snapshot.savepoint ? 'savepoint' : 'checkpoint';
  return [`${kind} ${snapshot.id}`, timeText(snapshot.triggerMs), value];
}

async function storedKey(
  world: CliWorld,
  from: string,
  question: { readonly operator: string; readonly state: string },
  key: string,
): Promise<readonly StateEntryInfo[]> {
  const snapshot = await open(world, from);
  const exact = await lookUpKey(disk, snapshot, question, keyJson(key, undefined));
  return exact.length > 0 ? exact : lookUpKey(disk, snapshot, question, JSON.stringify(key));
}

/** The JSON text of a key as it is typed: `ATL` is a text, `12` a number unless the keys are texts. */
export function keyJson(key: string, keyType: string | undefined): string {
  if (keyType === 'STRING' && !key.startsWith('"')) return JSON.stringify(key);
  try {
    return JSON.stringify(JSON.parse(key));
  } catch {
    return JSON.stringify(key);
  }
}

function pageRows(page: Paged<StateEntryInfo>): readonly string[] {
  if (page.items.length === 0) return ['There is no entry.'];
  const more = page.next === undefined ? '' : `; go on with --after '${page.next}'`;
  return [...entryRows(page.items), `${page.items.length} of ${page.total}${more}`];
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

/** A snapshot on disk: its operators and handles, or the states of one operator. */
export async function showStored(
  world: CliWorld,
  path: string,
  operator: string | undefined,
  options: JobOptions,
): Promise<void> {
  const snapshot = await open(world, path);
  const output = new Output(world, options);
  if (operator === undefined) {
    const info = showSnapshot(snapshot);
    output.show(info, () => snapshotLines(info));
    return;
  }
  const states = await countStates(disk, snapshot, operator);
  output.show(states, () =>
    table([['STATE', 'KIND', 'ENTRIES', 'TYPE'], ...states.map((s) => [s.name, s.kind, String(s.entries), s.type])]),
  );
}

function snapshotLines(info: SnapshotInfo): readonly string[] {
  const kind = info.savepoint ? `savepoint${info.format === undefined ? '' : ` (${info.format})`}` : 'checkpoint';
  return [
    `${kind} ${info.checkpoint}  ${sizeText(info.sizeBytes)}  ${info.directory}`,
    ...operatorLines(info.operators),
  ];
}
