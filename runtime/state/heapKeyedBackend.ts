import type { TypeSpec } from '../api/types';
import type { KeyedStateStore } from '../api/state';
import type { Env } from '../base/env';
import type { CheckpointId } from '../base/ids';
import type { KeyGroupRange } from '../base/keyGroupRange';
import type { KeyedHandle } from '../formats/handles';
import type { TypeSerializer } from '../formats/serializer';
import type { SnapshotType } from '../wire/messages';
import type { CheckpointStreamFactory } from './checkpointStreamFactory';
import type { CloseableRegistry } from './closeableRegistry';
import { restoreHeap } from './heapRestore';
import { writeHeapSnapshot, type StampedBackend, type StampedState } from './heapSnapshot';
import { HeapStates } from './heapStates';
import { keyedStateStore, namespacedStateStore, type StateParts } from './heapStateStore';
import { HeapView } from './heapView';
import type { NamespacedStateStore } from './internalState';
import { KeyCodec } from './keyCodec';
import { KeyContext } from './keyContext';
import type { AccessPlan, EntryPage, KeyedBackend, KeyedEntry, StateDescription } from './keyedBackend';
import { serializerFor } from './serializerFor';
import { SnapshotEpochs } from './snapshotEpochs';
import type { RunningSnapshot } from './snapshotResult';
import type { StateSource } from './stateSource';
import type { TimerQueue } from './timerQueue';

/** What a keyed backend must know of its operator and subtask. */
export interface KeyedBackendConfig {
  readonly keyType: TypeSpec;
  readonly range: KeyGroupRange;
  readonly maxParallelism: number;
}

/**
 * Keyed state in memory, a table per state and key group, with copy-on-write snapshots (Flink's `HeapKeyedStateBackend`). The synchronous
 * part of a snapshot takes time for the timers only. Overlapping snapshots are each right and are written one after the other.
 */
export class HeapKeyedBackend implements KeyedBackend {
  readonly range: KeyGroupRange;
  readonly maxParallelism: number;
  readonly keyedStates: KeyedStateStore;
  private readonly codec: KeyCodec;
  private readonly context: KeyContext;
  private readonly epochs: SnapshotEpochs;
  private readonly states: HeapStates;
  private readonly view: HeapView;
  /** The snapshot being written, and those that wait for it. */
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly env: Pick<Env, 'clock' | 'random'>,
    config: KeyedBackendConfig,
  ) {
    this.range = config.range;
    this.maxParallelism = config.maxParallelism;
    this.codec = new KeyCodec(config.keyType, serializerFor(config.keyType));
    this.context = new KeyContext(config.range, this.codec);
    this.epochs = new SnapshotEpochs(config.range);
    this.states = new HeapStates(config.range, this.epochs, this.codec);
    this.keyedStates = keyedStateStore(this.parts());
    this.view = new HeapView(config.range, this.codec, this.states);
  }

  get currentKey(): unknown {
    return this.context.key;
  }

  get currentKeyGroup(): number {
    return this.context.keyGroup;
  }

  setCurrentKey(key: unknown, keyGroup: number): void {
    this.context.set(key, keyGroup);
  }

  clearCurrentKey(): void {
    this.context.clear();
  }

  namespacedStates<N>(namespace: TypeSerializer<N>): NamespacedStateStore<N> {
    return namespacedStateStore(this.parts(), namespace);
  }

  timers<N>(name: string, namespace: TypeSerializer<N>): TimerQueue<N> {
    // Timers of this queue have namespaces of this serializer: timersOf has compared it with the queue's own.
    return this.states.timersOf(name, namespace) as TimerQueue<N>;
  }

  /** Everything is in memory, though perhaps far away. */
  prefetch({ keys, keyGroups }: AccessPlan): undefined {
    for (const { table } of this.states.keyValue.values()) table.prefetch(keys, keyGroups);
    return undefined;
  }

  snapshot(
    _id: CheckpointId,
    type: SnapshotType,
    out: CheckpointStreamFactory,
    open: CloseableRegistry,
  ): RunningSnapshot<KeyedHandle> {
    const stamped = this.stamp();
    if (stamped === undefined) return { result: Promise.resolve({}) };
    const format = type.t === 'savepoint' ? 'canonical' : 'native';
    const result = this.writing
      .then(() => writeHeapSnapshot(this.env, stamped, format, out, open))
      .finally(() => this.epochs.end(stamped.snapshot));
    this.writing = result.then(
      () => undefined,
      () => undefined,
    );
    return { result };
  }

  /** Every checkpoint is complete in itself. */
  confirm(): void {
    return undefined;
  }

  abort(): void {
    return undefined;
  }

  async dispose(): Promise<void> {
    this.states.keyValue.clear();
    this.states.timers.clear();
    await Promise.resolve();
  }

  /** Adds what a handle holds for this backend's key groups; see restoreHeap for the errors. */
  restore(handle: KeyedHandle, source: StateSource, open: CloseableRegistry): Promise<number> {
    const { range, maxParallelism, codec, states } = this;
    return restoreHeap(this.env.clock, { range, maxParallelism, codec, states }, handle, source, open);
  }

  describe(): readonly StateDescription[] {
    return this.view.describe();
  }

  entries(state: string, limit: number, after?: string): EntryPage {
    return this.view.entries(state, limit, after);
  }

  lookup(state: string, key: string): KeyedEntry | undefined {
    return this.view.lookup(state, key);
  }

  private parts(): StateParts {
    return { states: this.states, context: this.context, clock: this.env.clock };
  }

  /** The synchronous part. Undefined when the operator has registered nothing. */
  private stamp(): StampedBackend | undefined {
    const { range, maxParallelism, codec, states } = this;
    if (states.keyValue.size + states.timers.size === 0) return undefined;
    const stamped: StampedState[] = [];
    for (const state of states.keyValue.values()) {
      const { info, table, filter } = state;
      stamped.push({ info, table, filter, wrote: (sizeBytes) => (state.sizeBytes = sizeBytes) });
    }
    for (const timers of states.timers.values()) {
      const wrote = (sizeBytes: number) => (timers.sizeBytes = sizeBytes);
      stamped.push({ info: timers.info, timers: timers.queue.toArray(), wrote });
    }
    return {
      snapshot: this.epochs.stamp(),
      atMs: this.env.clock.wallMs(),
      range,
      maxParallelism,
      codec,
      states: stamped,
    };
  }
}
