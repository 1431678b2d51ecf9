import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ListStateDescriptor, type ListState } from '../../../runtime/api/state';
import { Types, type TypeSpec } from '../../../runtime/api/types';
import { CloseableRegistry } from '../../../runtime/state/closeableRegistry';
import type { TimeWindow } from '../../../runtime/api/windowing/timeWindow';
import type { HeapKeyedBackend } from '../../../runtime/state/heapKeyedBackend';
import type { InternalMergingState } from '../../../runtime/state/internalState';
import type { SnapshotResult } from '../../../runtime/state/snapshotResult';
import type { KeyedHandle } from '../../../runtime/formats/handles';
import { toText } from '../../../runtime/formats/render';
import { TIME_WINDOW, VOID_NAMESPACE } from '../../../runtime/formats/serializers/streaming';
import { memoryEnv } from '../../support/memoryEnv';
import {
  checkpoint,
  checkpointType,
  counter,
  keyGroupOf,
  newBackend,
  restoreInto,
  savepointType,
  streams,
} from './support';

const seed = Number(process.env['SEED'] ?? 20261121);
const queue = '_timer_state/event_user-timers';

/** What the state of a job is, without key groups, versions and files. */
interface Model {
  readonly values: Map<string, number[]>;
  /** By key and window. */
  readonly windows: Map<string, number[]>;
  readonly timers: Set<string>;
}

const copiesOf = (lists: ReadonlyMap<string, number[]>): Map<string, number[]> =>
  new Map([...lists].map(([key, value]) => [key, [...value]]));

const copyOf = ({ values, windows, timers }: Model): Model => ({
  values: copiesOf(values),
  windows: copiesOf(windows),
  timers: new Set(timers),
});

/** The keys of the model are texts; a backend with integer keys, which has another table, has one for each. */
interface Keys {
  readonly kind: 'text' | 'integer';
  readonly type: TypeSpec;
  readonly of: (text: string) => unknown;
  readonly textOf: (key: unknown) => string;
}

const keyKinds: readonly Keys[] = [
  { kind: 'text', type: Types.STRING, of: (text) => text, textOf: String },
  {
    kind: 'integer',
    type: Types.LONG,
    of: (text) => Number(text.slice(4)) * 2 ** 31,
    textOf: (key) => `key ${Number(key) / 2 ** 31}`,
  },
];

const windowAt = (start: number): TimeWindow => ({ start, end: start + 10 });

const windowText = (keyText: string, start: number): string => `${keyText} ${toText(windowAt(start))}`;

/** List state in the windows of the current key, as window operators have it. */
function windowsOf(backend: HeapKeyedBackend): ListState<number> & InternalMergingState<TimeWindow> {
  const states = backend.namespacedStates(TIME_WINDOW);
  return states.getListState<number>(new ListStateDescriptor('windows', Types.INT));
}

/** The states that the model has. */
function register(backend: HeapKeyedBackend): void {
  counter(backend, Types.LIST(Types.INT), 'list');
  windowsOf(backend);
  backend.timers(queue, VOID_NAMESPACE);
}

/** All that the backend holds, by its live view. */
function contentOf(backend: HeapKeyedBackend, { textOf }: Keys): Model {
  const keyText = (json: string): string => textOf(JSON.parse(json));
  const entries = backend.entries('list', 10_000).entries;
  const windows = backend.entries('windows', 10_000).entries;
  const timers = backend.entries(queue, 10_000).entries;
  return {
    windows: new Map(windows.map(({ key, namespace, value }) => [`${keyText(key)} ${namespace}`, value as number[]])),
    values: new Map(entries.map(({ key, value }) => [keyText(key), value as number[]])),
    timers: new Set(timers.map(({ key, value }) => `${String(value)} ${keyText(key)}`)),
  };
}

const key = fc.integer({ min: 0, max: 39 }).map((n) => `key ${n}`);
// Few, so that most writes meet what a snapshot holds.
const windowKey = fc.integer({ min: 0, max: 2 }).map((n) => `key ${n}`);
const start = fc.integer({ min: 0, max: 2 }).map((n) => n * 10);
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ k: fc.constant('update' as const), key, value: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ k: fc.constant('appendInside' as const), key, value: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ k: fc.constant('clear' as const), key }) },
  {
    weight: 5,
    arbitrary: fc.record({ k: fc.constant('windowAdd' as const), key: windowKey, start, value: fc.nat(9) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ k: fc.constant('windowUpdate' as const), key: windowKey, start, value: fc.nat(9) }),
  },
  { weight: 2, arbitrary: fc.record({ k: fc.constant('windowClear' as const), key: windowKey, start }) },
  { weight: 1, arbitrary: fc.record({ k: fc.constant('windowMerge' as const), key: windowKey, start, source: start }) },
  { weight: 3, arbitrary: fc.record({ k: fc.constant('addTimer' as const), key, at: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ k: fc.constant('removeTimer' as const), key, at: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ k: fc.constant('pollTimer' as const) }) },
  { weight: 2, arbitrary: fc.record({ k: fc.constant('snapshot' as const), savepoint: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ k: fc.constant('cancelledSnapshot' as const) }) },
  { weight: 4, arbitrary: fc.record({ k: fc.constant('letWrite' as const), turns: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ k: fc.constant('restoreLatest' as const) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** A backend and its model side by side. */
class Pair {
  private readonly env = memoryEnv();
  private backend: HeapKeyedBackend;
  private model: Model = { values: new Map(), windows: new Map(), timers: new Set() };
  private readonly taken: { readonly result: Promise<SnapshotResult<KeyedHandle>>; readonly model: Model }[] = [];

  constructor(private readonly keys: Keys) {
    this.backend = this.fresh();
  }

  private fresh(): HeapKeyedBackend {
    const backend = newBackend(this.env, this.keys.type);
    register(backend);
    return backend;
  }

  /** Only some steps let others run: what is written at once meets a snapshot that is not written. */
  run(step: Operation): Promise<void> | undefined {
    const state = counter(this.backend, Types.LIST(Types.INT), 'list');
    const timers = this.backend.timers(queue, VOID_NAMESPACE);
    switch (step.k) {
      case 'update':
        state.at(this.keys.of(step.key)).update([step.value]);
        this.model.values.set(step.key, [step.value]);
        return;
      case 'appendInside': {
        const value = state.at(this.keys.of(step.key)).value() ?? [];
        value.push(step.value);
        state.at(this.keys.of(step.key)).update(value);
        this.model.values.set(step.key, [...(this.model.values.get(step.key) ?? []), step.value]);
        return;
      }
      case 'clear':
        state.at(this.keys.of(step.key)).clear();
        this.model.values.delete(step.key);
        return;
      case 'windowAdd': {
        const text = windowText(step.key, step.start);
        this.window(step.key, step.start).add(step.value);
        this.model.windows.set(text, [...(this.model.windows.get(text) ?? []), step.value]);
        return;
      }
      case 'windowUpdate':
        this.window(step.key, step.start).update([step.value]);
        this.model.windows.set(windowText(step.key, step.start), [step.value]);
        return;
      case 'windowClear':
        this.window(step.key, step.start).clear();
        this.model.windows.delete(windowText(step.key, step.start));
        return;
      case 'windowMerge':
        this.merge(step.key, step.start, step.source);
        return;
      case 'addTimer':
        assert.equal(
          timers.add(step.at, this.keys.of(step.key), keyGroupOf(this.keys.of(step.key)), null),
          !this.model.timers.has(`${step.at} ${step.key}`),
        );
        this.model.timers.add(`${step.at} ${step.key}`);
        return;
      case 'removeTimer':
        assert.equal(
          timers.remove(step.at, this.keys.of(step.key), null),
          this.model.timers.delete(`${step.at} ${step.key}`),
        );
        return;
      case 'pollTimer': {
        const timer = timers.poll();
        if (timer === undefined) assert.equal(this.model.timers.size, 0);
        else this.removeEarliest(timer.timestampMs, this.keys.textOf(timer.key));
        return;
      }
      case 'snapshot':
        return this.begin(step.savepoint);
      case 'cancelledSnapshot':
        return this.beginAndCancel();
      case 'letWrite':
        return this.letWrite(step.turns);
      case 'restoreLatest':
        return this.restoreLatest();
    }
  }

  /** Every snapshot is what the model was when it began; the backend is what the model is. */
  async check(): Promise<void> {
    assert.deepEqual(contentOf(this.backend, this.keys), this.model);
    for (const { result, model } of this.taken) {
      assert.deepEqual(contentOf(await this.restored(await result), this.keys), model);
    }
    assert.equal(this.env.disk.openFiles, 0);
  }

  /** The state of this key and window. */
  private window(key: string, start: number): ReturnType<typeof windowsOf> {
    const ownKey = this.keys.of(key);
    this.backend.setCurrentKey(ownKey, keyGroupOf(ownKey));
    const state = windowsOf(this.backend);
    state.setCurrentNamespace(windowAt(start));
    return state;
  }

  private merge(key: string, target: number, source: number): void {
    if (target === source) return;
    this.window(key, target).mergeNamespaces(windowAt(target), [windowAt(source)]);
    const { windows } = this.model;
    const [to, from] = [windowText(key, target), windowText(key, source)];
    const moved = windows.get(from);
    if (moved === undefined) return;
    windows.delete(from);
    windows.set(to, [...(windows.get(to) ?? []), ...moved]);
  }

  private async begin(savepoint: boolean): Promise<void> {
    const out = await streams(this.env);
    const type = savepoint ? savepointType : checkpointType;
    const { result } = this.backend.snapshot(checkpoint(1), type, out, new CloseableRegistry());
    this.taken.push({ result, model: copyOf(this.model) });
  }

  private async beginAndCancel(): Promise<void> {
    const open = new CloseableRegistry();
    const out = await streams(this.env);
    const { result } = this.backend.snapshot(checkpoint(9), checkpointType, out, open);
    await open.close();
    await assert.rejects(result);
  }

  private async letWrite(turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn++) await this.env.clock.yield();
  }

  private async restoreLatest(): Promise<void> {
    const latest = this.taken.at(-1);
    if (latest === undefined) return;
    this.backend = await this.restored(await latest.result);
    this.model = copyOf(latest.model);
  }

  private async restored({ jobManagerOwned }: SnapshotResult<KeyedHandle>): Promise<HeapKeyedBackend> {
    assert.ok(jobManagerOwned);
    const backend = newBackend(this.env, this.keys.type);
    await restoreInto(this.env, backend, jobManagerOwned);
    register(backend);
    return backend;
  }

  private removeEarliest(at: number, timerKey: string): void {
    const earliest = Math.min(...[...this.model.timers].map((timer) => Number(timer.split(' ')[0])));
    assert.equal(at, earliest);
    assert.ok(this.model.timers.delete(`${at} ${timerKey}`));
  }
}

for (const keys of keyKinds) {
  test(`any interleaving of writes, snapshots and restores agrees with a plain Map, keys: ${keys.kind} (seed ${seed})`, async () => {
    const program = fc.array(operation, { minLength: 1, maxLength: 120 });
    const agrees = async (steps: Operation[]): Promise<void> => {
      const pair = new Pair(keys);
      for (const step of steps) {
        const others = pair.run(step);
        if (others !== undefined) await others;
      }
      await pair.check();
    };
    await fc.assert(fc.asyncProperty(program, agrees), { seed, numRuns: 150 });
  });
}

/** Each look at the clock takes a millisecond, so that the writer gives way after the same entries on every machine. */
function steppingEnv(): ReturnType<typeof memoryEnv> {
  const env = memoryEnv();
  let nowMs = 0;
  return { ...env, clock: { ...env.clock, monoMs: () => nowMs++ } };
}

test('writes between the steps of one large key group do not show in the snapshot', async () => {
  const env = steppingEnv();
  const backend = newBackend(env, Types.LONG, { start: 3, end: 3 });
  const { at } = counter(backend, Types.LONG);
  const set = (i: number, value: number | undefined): void => {
    const state = at(3);
    backend.setCurrentKey(i, 3);
    if (value === undefined) state.clear();
    else state.update(value);
  };
  const count = 20_000;
  for (let i = 0; i < count; i++) set(i, i);
  const out = await streams(env);
  const results = [1, 2].map(
    (n) => backend.snapshot(checkpoint(n), checkpointType, out, new CloseableRegistry()).result,
  );
  const state = { written: false };
  const all = Promise.all(results).finally(() => (state.written = true));
  let turns = 0;
  for (let i = 0; !state.written; i = (i + 7919) % count) {
    if (i % 3 === 0) set(i, undefined);
    else set(i, -1);
    set(count + (turns % 100), 1);
    turns += 1;
    if (turns % 50 === 0) await env.clock.yield();
  }
  assert.ok(turns > 500, 'the snapshots gave way to the writes');
  for (const { jobManagerOwned } of await all) {
    assert.ok(jobManagerOwned);
    const restored = newBackend(env, Types.LONG, { start: 3, end: 3 });
    assert.equal(await restoreInto(env, restored, jobManagerOwned), count);
    const again = restored.entries('count', count).entries;
    assert.ok(again.every(({ key: text, value }) => text === String(value)));
  }
});

async function writeWindowsMeanwhile(snapshots: number): Promise<void> {
  const env = steppingEnv();
  const within = { start: 3, end: 3 };
  const backend = newBackend(env, Types.LONG, within);
  const state = windowsOf(backend);
  const at = (key: number, start: number): typeof state => {
    backend.setCurrentKey(key, 3);
    state.setCurrentNamespace(windowAt(start));
    return state;
  };
  // So many windows a key that the writer gives way in the middle of a key.
  const [keys, windows] = [4, 2500];
  const starts = Array.from({ length: windows }, (_, window) => window * 10);
  for (let key = 0; key < keys; key++) for (const start of starts) at(key, start).update([key, start]);
  const out = await streams(env);
  const results = Array.from(
    { length: snapshots },
    (_, n) => backend.snapshot(checkpoint(n), checkpointType, out, new CloseableRegistry()).result,
  );
  const writing = { done: false };
  const all = Promise.all(results).finally(() => (writing.done = true));
  const startOf = (turn: number): number => (turn % windows) * 10;
  let turns = 0;
  // The first write comes when a key is half written.
  await env.clock.yield();
  for (let key = 0; !writing.done; key = (key + 1) % keys) {
    at(key, startOf(turns)).add(-1);
    at(key, startOf(turns + 100)).clear();
    at(key, startOf(turns) + 5).add(-1);
    if (turns % 2 === 0) at(key, startOf(turns)).mergeNamespaces(windowAt(7), [windowAt(startOf(turns + 1))]);
    at(keys + key, 0).add(-1);
    if (++turns % (2 * keys) === 0) await env.clock.yield();
  }
  assert.ok(turns >= 8 * keys, 'the snapshots gave way to the writes');
  for (const { jobManagerOwned } of await all) {
    assert.ok(jobManagerOwned);
    const restored = newBackend(env, Types.LONG, within);
    assert.equal(await restoreInto(env, restored, jobManagerOwned), keys * windows);
    windowsOf(restored);
    const entries = restored.entries('windows', keys * windows).entries;
    const texts = entries.map(({ key, namespace, value }) => `${key} ${namespace} ${JSON.stringify(value)}`);
    const expected = Array.from({ length: keys }, (_, key) =>
      starts.map((start) => `${windowText(String(key), start)} [${key},${start}]`),
    );
    assert.deepEqual(texts.sort(), expected.flat().sort());
  }
}

for (const snapshots of [1, 2]) {
  test(`writes to windows between two of one key do not show in the snapshot, ${snapshots} at once`, () =>
    writeWindowsMeanwhile(snapshots));
}
