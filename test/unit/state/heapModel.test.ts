import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Types, type TypeSpec } from '../../../runtime/api/types';
import { CloseableRegistry } from '../../../runtime/state/closeableRegistry';
import type { HeapKeyedBackend } from '../../../runtime/state/heapKeyedBackend';
import type { SnapshotResult } from '../../../runtime/state/snapshotResult';
import type { KeyedHandle } from '../../../runtime/formats/handles';
import { VOID_NAMESPACE } from '../../../runtime/formats/serializers/streaming';
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
  readonly timers: Set<string>;
}

const copyOf = ({ values, timers }: Model): Model => ({
  values: new Map([...values].map(([key, value]) => [key, [...value]])),
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

/** All that the backend holds, by its live view. */
function contentOf(backend: HeapKeyedBackend, { textOf }: Keys): Model {
  const keyText = (json: string): string => textOf(JSON.parse(json));
  const entries = backend.entries('list', 10_000).entries;
  const timers = backend.entries(queue, 10_000).entries;
  return {
    values: new Map(entries.map(({ key, value }) => [keyText(key), value as number[]])),
    timers: new Set(timers.map(({ key, value }) => `${String(value)} ${keyText(key)}`)),
  };
}

const key = fc.integer({ min: 0, max: 39 }).map((n) => `key ${n}`);
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ k: fc.constant('update' as const), key, value: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ k: fc.constant('appendInside' as const), key, value: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ k: fc.constant('clear' as const), key }) },
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
  private model: Model = { values: new Map(), timers: new Set() };
  private readonly taken: { readonly result: Promise<SnapshotResult<KeyedHandle>>; readonly model: Model }[] = [];

  constructor(private readonly keys: Keys) {
    this.backend = this.fresh();
  }

  private fresh(): HeapKeyedBackend {
    const backend = newBackend(this.env, this.keys.type);
    counter(backend, Types.LIST(Types.INT), 'list');
    backend.timers(queue, VOID_NAMESPACE);
    return backend;
  }

  async run(step: Operation): Promise<void> {
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
        await this.begin(step.savepoint);
        return;
      case 'cancelledSnapshot': {
        const open = new CloseableRegistry();
        const out = await streams(this.env);
        const { result } = this.backend.snapshot(checkpoint(9), checkpointType, out, open);
        await open.close();
        await assert.rejects(result);
        return;
      }
      case 'letWrite':
        for (let turn = 0; turn < step.turns; turn++) await this.env.clock.yield();
        return;
      case 'restoreLatest': {
        const latest = this.taken.at(-1);
        if (latest === undefined) return;
        this.backend = await this.restored(await latest.result);
        this.model = copyOf(latest.model);
        return;
      }
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

  private async begin(savepoint: boolean): Promise<void> {
    const out = await streams(this.env);
    const type = savepoint ? savepointType : checkpointType;
    const { result } = this.backend.snapshot(checkpoint(1), type, out, new CloseableRegistry());
    this.taken.push({ result, model: copyOf(this.model) });
  }

  private async restored({ jobManagerOwned }: SnapshotResult<KeyedHandle>): Promise<HeapKeyedBackend> {
    assert.ok(jobManagerOwned);
    const backend = newBackend(this.env, this.keys.type);
    await restoreInto(this.env, backend, jobManagerOwned);
    counter(backend, Types.LIST(Types.INT), 'list');
    backend.timers(queue, VOID_NAMESPACE);
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
      for (const step of steps) await pair.run(step);
      await pair.check();
    };
    await fc.assert(fc.asyncProperty(program, agrees), { seed, numRuns: 150 });
  });
}

test('writes between the steps of one large key group do not show in the snapshot', async () => {
  const env = memoryEnv();
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
