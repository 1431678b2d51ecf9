import type { Env } from '../base/env';
import { errorData, userError, type JobStateError } from '../base/errors';
import type { KeyGroupRange } from '../base/keyGroupRange';
import { DataOutput } from '../formats/dataOutput';
import type { KeyGroupsHandle } from '../formats/handles';
import { CanonicalWriter } from '../formats/keyed/canonicalWriter';
import { keyGroupPrefixBytes } from '../formats/keyed/compositeKey';
import { keyedHeaderBytes, type KeyedStateHeader } from '../formats/keyed/header';
import { beginHeapKeyGroup, beginHeapState } from '../formats/keyed/heapKeyGroups';
import type { KeyedStateMetaInfo } from '../formats/keyed/stateMetaInfo';
import { toJson, toText } from '../formats/render';
import type { TimerElement } from '../formats/serializers/streaming';
import type { CheckpointOutputStream, CheckpointStreamFactory } from './checkpointStreamFactory';
import type { CloseableRegistry } from './closeableRegistry';
import type { HeapTable } from './heapStates';
import type { KeyCodec } from './keyCodec';
import { Pacer } from './pacer';
import type { TableSnapshot } from './snapshotEpochs';
import type { SnapshotResult } from './snapshotResult';
import { fileUri } from '../base/fileUri';
import type { Timer } from './timerQueue';
import type { SnapshotFilter } from './ttlFilters';

/** One state as it was stamped. */
export type StampedState =
  | {
      readonly info: Extract<KeyedStateMetaInfo, { kind: 'keyValue' }>;
      readonly table: HeapTable;
      readonly filter: SnapshotFilter | undefined;
      wrote(sizeBytes: number): void;
    }
  | {
      readonly info: Extract<KeyedStateMetaInfo, { kind: 'priorityQueue' }>;
      /** In no order. */
      readonly timers: readonly Timer[];
      wrote(sizeBytes: number): void;
    };

type StampedTable = Extract<StampedState, { readonly table: HeapTable }>;

/** All that the asynchronous part writes. */
export interface StampedBackend {
  readonly snapshot: TableSnapshot;
  /** Time of the stamp, epoch ms. */
  readonly atMs: number;
  readonly range: KeyGroupRange;
  readonly maxParallelism: number;
  readonly codec: KeyCodec;
  readonly states: readonly StampedState[];
}

/** How the entries of a key group are laid out. */
interface Layout {
  beginKeyGroup(keyGroup: number): void;
  beginState(state: number): void;
  entry(state: number, namespace: unknown, key: unknown, value: unknown): void;
  element(state: number, timer: TimerElement<unknown, unknown>): void;
  endState(): void;
  /** False: the key group takes no bytes and has the offset 0. */
  endKeyGroup(): boolean;
}

type SnapshotEnv = Pick<Env, 'clock' | 'random'>;

/**
 * The asynchronous part of a heap snapshot: header, then key group by key group in short steps. A failure or a cancel deletes what was
 * written. Sources of the layouts: formats/keyed/.
 */
export async function writeHeapSnapshot(
  env: SnapshotEnv,
  stamped: StampedBackend,
  format: 'native' | 'canonical',
  out: CheckpointStreamFactory,
  open: CloseableRegistry,
): Promise<SnapshotResult<KeyGroupsHandle>> {
  open.check();
  const stream = open.register(out.createStream('exclusive'));
  try {
    const writer = new HeapSnapshotWriter(stamped, format, stream, new Pacer(env.clock, open));
    const offsets = await writer.write();
    const { handle: data, local } = await stream.closeAndGetHandle();
    const common = { range: stamped.range, offsets };
    if (format === 'canonical') return { jobManagerOwned: { t: 'savepoint', ...common, data } };
    const handle: KeyGroupsHandle = { t: 'keyGroups', ...common, data, id: env.random.uuid() };
    if (local === undefined) return { jobManagerOwned: handle };
    const localData = { t: 'file', uri: fileUri(local.path), sizeBytes: local.sizeBytes } as const;
    return { jobManagerOwned: handle, taskLocal: { handle: { ...handle, data: localData }, file: local } };
  } catch (error) {
    await stream.close().catch(() => undefined);
    throw error;
  } finally {
    open.unregister(stream);
  }
}

/** A buffer and what lays entries out in it. */
interface Page {
  readonly out: DataOutput;
  readonly layout: Layout;
}

class HeapSnapshotWriter {
  private readonly header: KeyedStateHeader;
  /** One is filled while the other is written. */
  private page: Page;
  private other: Page;
  private writing: Promise<void> = Promise.resolve();
  private readonly sizes: number[];

  constructor(
    private readonly stamped: StampedBackend,
    format: 'native' | 'canonical',
    private readonly stream: CheckpointOutputStream,
    private readonly pacer: Pacer,
  ) {
    const states = stamped.states.map((state) => state.info);
    this.header = { keySerializer: stamped.codec.serializer, compressed: false, states };
    const newPage = (): Page => {
      const out = new DataOutput(256 * 1024);
      const native = format === 'native';
      return {
        out,
        layout: native ? nativeLayout(this.header, out) : canonicalLayout(this.header, out, stamped.maxParallelism),
      };
    };
    this.page = newPage();
    this.other = newPage();
    this.sizes = states.map(() => 0);
  }

  /** Returns the offset of each key group. */
  async write(): Promise<number[]> {
    const { range, snapshot, states } = this.stamped;
    await this.stream.write(keyedHeaderBytes(this.header));
    const timers = await this.timersByKeyGroup();
    const offsets: number[] = [];
    for (let keyGroup = range.start; keyGroup <= range.end; keyGroup++) {
      const offset = this.stream.position;
      const { layout, out } = this.page;
      layout.beginKeyGroup(keyGroup);
      for (const [number, state] of states.entries()) {
        const start = out.position;
        layout.beginState(number);
        if ('table' in state) await this.writeTable(number, state, keyGroup);
        else await this.writeTimers(number, timers[number]?.get(keyGroup) ?? []);
        layout.endState();
        this.sizes[number] = (this.sizes[number] ?? 0) + out.position - start;
      }
      offsets.push(layout.endKeyGroup() ? offset : 0);
      snapshot.finished(keyGroup);
      await this.turnPage();
    }
    await this.writing;
    for (const [number, state] of states.entries()) state.wrote(this.sizes[number] ?? 0);
    return offsets;
  }

  /** Begins to write the page once the one before it is written. */
  private async turnPage(): Promise<void> {
    await this.writing;
    const { page } = this;
    this.writing = this.stream.write(page.out.written());
    this.writing.catch(() => undefined); // the next to await it tells
    this.page = this.other;
    this.other = page;
    this.page.out.reset();
  }

  private async writeTable(number: number, { table, filter }: StampedTable, keyGroup: number): Promise<void> {
    const { codec, snapshot, atMs } = this.stamped;
    const { layout } = this.page;
    for (const [mapKey, stored, namespace = null] of table.entriesAt(snapshot, keyGroup)) {
      const value = filter === undefined ? stored : filter(stored, atMs);
      if (value === undefined) continue;
      const key = codec.fromMapKey(mapKey);
      try {
        layout.entry(number, namespace, key, value);
      } catch (error) {
        throw this.unwritable(number, key, namespace, error);
      }
      if (this.pacer.tick()) await this.pacer.pause();
    }
  }

  private async writeTimers(number: number, timers: readonly Timer[]): Promise<void> {
    for (const timer of timers) {
      this.page.layout.element(number, timer);
      if (this.pacer.tick()) await this.pacer.pause();
    }
  }

  /** By state number and key group. */
  private async timersByKeyGroup(): Promise<(Map<number, Timer[]> | undefined)[]> {
    const all: (Map<number, Timer[]> | undefined)[] = [];
    for (const state of this.stamped.states) {
      if ('table' in state) {
        all.push(undefined);
        continue;
      }
      const groups = new Map<number, Timer[]>();
      for (const timer of state.timers) {
        const group = groups.get(timer.keyGroup);
        if (group === undefined) groups.set(timer.keyGroup, [timer]);
        else group.push(timer);
        if (this.pacer.tick()) await this.pacer.pause();
      }
      all.push(groups);
    }
    return all;
  }

  /** Whatever a serializer fails with is about the value that it was given. */
  private unwritable(number: number, key: unknown, namespace: unknown, error: unknown): JobStateError {
    const data = errorData(error);
    const name = this.header.states[number]?.name ?? '';
    const at = `key ${JSON.stringify(toJson(key))}${namespace === null ? '' : ` in ${toText(namespace)}`}`;
    const advice = data.domain === 'user' ? data.advice : 'Give the state a type that can hold its values.';
    return userError('state.value', `State "${name}" of ${at}: ${data.message}`, advice, {
      cause: error,
      subject: { field: name },
    });
  }
}

function nativeLayout(header: KeyedStateHeader, out: DataOutput): Layout {
  let countAt = 0;
  let count = 0;
  return {
    beginKeyGroup: (keyGroup) => beginHeapKeyGroup(keyGroup, out),
    beginState: (state) => {
      beginHeapState(state, 0, out);
      countAt = out.position - 4;
      count = 0;
    },
    entry: (state, namespace, key, value) => {
      const info = header.states[state];
      if (info?.kind !== 'keyValue') return;
      info.namespace.serialize(namespace, out);
      header.keySerializer.serialize(key, out);
      info.value.serialize(value, out);
      count += 1;
    },
    element: (state, timer) => {
      const info = header.states[state];
      if (info?.kind !== 'priorityQueue') return;
      info.element.serialize(timer, out);
      count += 1;
    },
    endState: () => out.patchInt(countAt, count),
    endKeyGroup: () => true,
  };
}

function canonicalLayout(header: KeyedStateHeader, out: DataOutput, maxParallelism: number): Layout {
  const writer = new CanonicalWriter(header, keyGroupPrefixBytes(maxParallelism), out);
  return {
    beginKeyGroup: (keyGroup) => writer.beginKeyGroup(keyGroup),
    beginState: () => undefined,
    entry: (state, namespace, key, value) => writer.entry(state, namespace, key, value),
    element: (state, timer) => writer.element(state, timer),
    endState: () => undefined,
    endKeyGroup: () => writer.endKeyGroup(),
  };
}
