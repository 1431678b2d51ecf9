import type { Disk, Logger } from '../base/env';
import type { Paged } from '../rest/debug/answers';
import type { StateEntryInfo, StateInfo } from '../rest/debug/model';
import { countStates, listEntries, lookUpKey, type EntriesPage, type StateQuestion } from './lookUp';
import { disposeSavepoint, openSnapshot, showSnapshot, type SnapshotInfo } from './snapshot';

/** Questions about snapshots on disk, by name; paths are absolute. */
export interface Inspector {
  readonly show: (question: { readonly snapshot: string }) => Promise<SnapshotInfo>;
  readonly states: (question: {
    readonly snapshot: string;
    readonly operator: string;
  }) => Promise<readonly StateInfo[]>;
  readonly entries: (
    question: StateQuestion & EntriesPage & { readonly snapshot: string },
  ) => Promise<Paged<StateEntryInfo>>;
  readonly lookUp: (
    question: StateQuestion & { readonly snapshot: string; readonly key: string; readonly keyGroup?: number },
  ) => Promise<readonly StateEntryInfo[]>;
  /** Deletes a savepoint; refuses a checkpoint, and a directory with other files in it. */
  readonly dispose: (question: { readonly savepoint: string }) => Promise<void>;
}

/** Answers in this thread; inspectInWorker.ts is the same from another one. */
export function inspector(disk: Disk, log: Logger): Inspector {
  return {
    dispose: ({ savepoint }) => disposeSavepoint(disk, log, savepoint),
    show: async ({ snapshot }) => showSnapshot(await openSnapshot(disk, log, snapshot)),
    states: async ({ snapshot, operator }) => countStates(disk, await openSnapshot(disk, log, snapshot), operator),
    entries: async ({ snapshot, ...question }) =>
      listEntries(disk, await openSnapshot(disk, log, snapshot), question, question),
    lookUp: async ({ snapshot, key, keyGroup, ...question }) =>
      lookUpKey(disk, await openSnapshot(disk, log, snapshot), question, key, keyGroup),
  };
}
