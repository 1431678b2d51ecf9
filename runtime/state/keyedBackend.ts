import type { KeyedStateStore } from '../api/state';
import type { CheckpointId } from '../base/ids';
import type { KeyGroupRange } from '../base/keyGroupRange';
import type { KeyedHandle } from '../formats/handles';
import type { TypeSerializer } from '../formats/serializer';
import type { SnapshotType, StateEntry, StateMetrics } from '../wire/messages';
import type { CheckpointStreamFactory } from './checkpointStreamFactory';
import type { CloseableRegistry } from './closeableRegistry';
import type { NamespacedStateStore } from './internalState';
import type { RunningSnapshot } from './snapshotResult';
import type { TimerQueue } from './timerQueue';

/** What the next batch will touch, for a backend that keeps its state elsewhere. */
export interface AccessPlan {
  readonly keys: readonly unknown[];
  readonly keyGroups: ArrayLike<number>;
  /** Timers up to this time will fire, epoch ms. */
  readonly timersUpToMs?: number;
}

/** State as people read it; the caller adds operator and subtask. */
export type StateDescription = Omit<StateMetrics, 'operator'>;
export type KeyedEntry = Omit<StateEntry, 'subtask'>;

export interface EntryPage {
  readonly entries: readonly KeyedEntry[];
  /** Entries of the state in all. */
  readonly total: number;
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

/**
 * The keyed state of one operator in one subtask: the keys of a range of key groups. All access goes to the current key. Everything but
 * `prefetch`, `dispose` and the result of a snapshot is synchronous and happens between or within batches of one thread.
 */
export interface KeyedBackend {
  readonly range: KeyGroupRange;
  readonly maxParallelism: number;
  readonly currentKey: unknown;
  readonly currentKeyGroup: number;
  /** Before each record and timer. Fails with `state.key-group` when the key group is not in the range. */
  setCurrentKey(key: unknown, keyGroup: number): void;
  /** Until the next key, keyed state fails with `state.no-key`. */
  clearCurrentKey(): void;
  /**
   * The states without namespaces, as functions that can be spread into a context. Fails with `state.incompatible` when one is registered, or
   * was restored, with another type.
   */
  readonly keyedStates: KeyedStateStore;
  /** The states with namespaces of this kind, such as windows (TIME_WINDOW); fails as {@link keyedStates}. */
  namespacedStates<N>(namespace: TypeSerializer<N>): NamespacedStateStore<N>;
  /**
   * The queue of this name, as `_timer_state/event_<service>`; the same one for the same name. Its namespaces are VOID_NAMESPACE's null or
   * windows. Fails with `state.incompatible` when they were of another kind.
   */
  timers<N>(name: string, namespace: TypeSerializer<N>): TimerQueue<N>;
  /** Undefined when everything is at hand. */
  prefetch(plan: AccessPlan): Promise<void> | undefined;
  /**
   * Synchronous part: stamps the tables. Savepoints are written in the canonical format, checkpoints in the backend's own. Several
   * snapshots may overlap. A failed or cancelled one leaves no file and the backend as it was.
   */
  snapshot(
    id: CheckpointId,
    type: SnapshotType,
    out: CheckpointStreamFactory,
    open: CloseableRegistry,
  ): RunningSnapshot<KeyedHandle>;
  /** The checkpoint is complete: a later incremental one may build upon it. */
  confirm(id: CheckpointId): void;
  abort(id: CheckpointId): void;
  dispose(): Promise<void>;

  /** All states and timer queues, by name. */
  describe(): readonly StateDescription[];
  /** At most `limit` entries of a state or timer queue, in the order of key groups; `after` is the `next` of the page before. */
  entries(state: string, limit: number, after?: string): EntryPage;
  /** `key` is the JSON text of a key, or the bare text of a string key. Fails with `state.unknown` or `state.key-syntax`. */
  lookup(state: string, key: string): KeyedEntry | undefined;
}
