import { JobStateError } from '../../../runtime/base/errors';
import { matchesFilter } from '../../../runtime/inspect/entryFilter';
import type { Inspector } from '../../../runtime/inspect/inspector';
import type { SnapshotInfo } from '../../../runtime/inspect/snapshot';
import type { StateEntryInfo } from '../../../runtime/cluster/model';
import { airport } from './flightsData';

/** In snapshot `/…/chk-<n>` the count of ATL is n. */
const entryOf = (snapshot: string): StateEntryInfo => {
  const count = Number(/(?<=chk-)\d+$/.exec(snapshot)?.[0] ?? 0);
  return { key: '"ATL"', keyGroup: 88, value: { count }, text: `{ count: ${count} }`, subtask: 1 };
};

/** Answers for snapshots of the flights job: the operator with the state stats, which has one key, but not yet in checkpoint 46. Without `chk-` or `savepoint-` nothing is there. */
export const fakeInspector: Inspector = {
  dispose: () => Promise.reject(new JobStateError('fake.no-answer', 'Nothing is disposed here.')),
  show: async ({ snapshot }) => Promise.resolve(snapshotInfo(there(snapshot))),
  states: ({ snapshot }) =>
    Promise.resolve([
      {
        name: 'stats',
        kind: 'value',
        type: 'MAP<STRING, DelayStats>',
        keyType: 'STRING',
        entries: 1,
        subtasks: [{ subtask: 1, entries: there(snapshot).length > 0 ? 1 : 0 }],
      },
    ]),
  entries: ({ snapshot, filter }) => {
    const entry = entryOf(there(snapshot));
    const items = filter === undefined || matchesFilter(filter, entry) ? [entry] : [];
    return Promise.resolve({ items, total: items.length });
  },
  lookUp: async ({ snapshot, key }) => {
    const known = key === '"ATL"' && !there(snapshot).endsWith('chk-46');
    return known ? await Promise.resolve([entryOf(snapshot)]) : [];
  },
};

function there(snapshot: string): string {
  if (/(?:chk|savepoint)-/.test(snapshot)) return snapshot;
  throw new JobStateError('snapshot.not-found', `There is no snapshot at ${snapshot}.`);
}

function snapshotInfo(snapshot: string): SnapshotInfo {
  return {
    checkpoint: Number(/\d+$/.exec(snapshot)?.[0] ?? 0),
    savepoint: /savepoint-/.test(snapshot),
    directory: snapshot,
    metadataVersion: 4,
    sizeBytes: 38_000,
    operators: [
      {
        id: airport,
        uid: 'delay-by-airport',
        name: 'Delay by airport',
        parallelism: 2,
        maxParallelism: 128,
        finished: false,
        sizeBytes: 38_000,
        subtasks: [],
      },
    ],
  };
}
