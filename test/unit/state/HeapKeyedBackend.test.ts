import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ValueStateDescriptor } from '../../../runtime/api/state';
import { Types } from '../../../runtime/api/types';
import { JobStateError } from '../../../runtime/base/errors';
import { CloseableRegistry } from '../../../runtime/state/closeableRegistry';
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
  snapshotOf,
  streams,
} from './support';

const statistics = Types.POJO('com.acme.Statistics', { sum: Types.LONG, delays: Types.LIST(Types.INT) });

describe('a value state', () => {
  test('belongs to the current key', () => {
    const { at } = counter(newBackend(memoryEnv()), Types.LONG);
    at('ATL').update(1);
    at('BOS').update(2);
    assert.deepEqual([at('ATL').value(), at('BOS').value(), at('LAX').value()], [1, 2, undefined]);
    at('ATL').clear();
    assert.equal(at('ATL').value(), undefined);
    at('ATL').update(5);
    assert.equal(at('ATL').value(), 5);
  });

  test('of the key 0 is another one than of the key -0, as in Flink, and every NaN is one key', () => {
    const { at } = counter(newBackend(memoryEnv(), Types.DOUBLE), Types.LONG);
    at(0).update(1);
    at(-0).update(2);
    at(NaN).update(3);
    assert.deepEqual([at(0).value(), at(-0).value(), at(NaN).value()], [1, 2, 3]);
  });

  test('gives a copy of the default value where a key has none', () => {
    const backend = newBackend(memoryEnv());
    const state = backend.keyedStates.getState(new ValueStateDescriptor('list', Types.LIST(Types.INT), [7]));
    backend.setCurrentKey('ATL', 0);
    state.value().push(8);
    assert.deepEqual(state.value(), [7]);
  });

  test('is the same one when it is asked for again, and an error with another type', () => {
    const backend = newBackend(memoryEnv());
    counter(backend, Types.LONG).at('ATL').update(3);
    assert.equal(counter(backend, Types.LONG).at('ATL').value(), 3);
    assert.throws(() => counter(backend, Types.STRING), {
      code: 'state.incompatible',
      domain: 'user',
      message: 'State "count" is declared twice, as LONG and as STRING.',
    });
    assert.throws(() => counter(backend, Types.LONG_BIGINT), { code: 'state.incompatible' });
  });

  test('says so when it is used without a key, or updated with undefined', () => {
    const backend = newBackend(memoryEnv());
    const state = backend.keyedStates.getState(new ValueStateDescriptor<unknown>('count'));
    assert.throws(() => state.value(), { code: 'state.no-key' });
    backend.setCurrentKey('ATL', 0);
    assert.throws(() => state.update(undefined), { code: 'state.undefined' });
    assert.throws(() => backend.setCurrentKey('ATL', 8), { code: 'state.key-group' });
  });

  test('takes composite keys by their content', () => {
    const { at } = counter(newBackend(memoryEnv(), Types.TUPLE(Types.STRING, Types.INT)), Types.LONG);
    at(['ATL', 1]).update(4);
    assert.deepEqual([at(['ATL', 1]).value(), at(['ATL', 2]).value()], [4, undefined]);
  });
});

for (const [name, type] of [
  ['checkpoint', checkpointType],
  ['savepoint', savepointType],
] as const) {
  describe(`a ${name} of the heap`, () => {
    test('gives back values and timers of every type', async () => {
      const env = memoryEnv();
      const backend = newBackend(env, Types.TUPLE(Types.STRING, Types.LONG_BIGINT));
      const stats = counter(backend, statistics, 'stats');
      const json = counter(backend, Types.JSON(), 'json');
      const keys = Array.from({ length: 300 }, (_, i) => ['ATL', BigInt(i)]);
      for (const [i, key] of keys.entries()) {
        stats.at(key).update({ sum: i, delays: [i, i + 1] });
        json.at(key).update({ day: `day ${i}` });
        backend.timers('_timer_state/event_user-timers', VOID_NAMESPACE).add(i % 50, key, keyGroupOf(key), null);
      }
      const handle = await snapshotOf(env, backend, type);
      assert.equal(handle.t, name === 'savepoint' ? 'savepoint' : 'keyGroups');

      const restored = newBackend(env, Types.TUPLE(Types.STRING, Types.LONG_BIGINT));
      assert.equal(await restoreInto(env, restored, handle), 900);
      assert.equal(restored.timers('_timer_state/event_user-timers', VOID_NAMESPACE).size, 300);
      const statsAgain = counter(restored, statistics, 'stats');
      const jsonAgain = counter(restored, Types.JSON(), 'json');
      for (const [i, key] of keys.entries()) {
        assert.deepEqual(statsAgain.at(key).value(), { sum: i, delays: [i, i + 1] });
        assert.deepEqual(jsonAgain.at(key).value(), { day: `day ${i}` });
      }
      assert.equal(env.disk.openFiles, 0);
    });

    test('is what the state was at the stamp, whatever is written meanwhile', async () => {
      const env = memoryEnv();
      const backend = newBackend(env);
      const { at } = counter(backend, Types.LIST(Types.INT));
      for (const key of ['changed', 'inside', 'removed', 'kept']) at(key).update([1]);
      const running = backend.snapshot(checkpoint(1), type, await streams(env), new CloseableRegistry());
      at('changed').update([2]);
      const inside = at('inside').value();
      inside?.push(2);
      at('inside').update(inside ?? []);
      at('kept').value()?.push(9);
      at('removed').clear();
      at('removed').update([3]);
      at('added').update([4]);
      const { jobManagerOwned } = await running.result;
      assert.ok(jobManagerOwned);

      const restored = newBackend(env);
      await restoreInto(env, restored, jobManagerOwned);
      const again = counter(restored, Types.LIST(Types.INT));
      assert.deepEqual(
        ['changed', 'inside', 'removed', 'kept', 'added'].map((key) => again.at(key).value()),
        [[1], [1], [1], [1], undefined],
      );
      assert.deepEqual([at('changed').value(), at('inside').value(), at('removed').value()], [[2], [1, 2], [3]]);
    });

    test('of several that overlap is right each', async () => {
      const env = memoryEnv();
      const backend = newBackend(env);
      const { at } = counter(backend, Types.LONG);
      const out = await streams(env);
      const results = [];
      for (let n = 0; n < 4; n++) {
        at('ATL').update(n);
        at(`only ${n}`).update(n);
        if (n > 0) at(`only ${n - 1}`).clear();
        const kind = n % 2 === 0 ? type : checkpointType;
        results.push(backend.snapshot(checkpoint(n), kind, out, new CloseableRegistry()).result);
      }
      at('ATL').update(99);
      for (const [n, { jobManagerOwned }] of (await Promise.all(results)).entries()) {
        assert.ok(jobManagerOwned);
        const restored = newBackend(env);
        assert.equal(await restoreInto(env, restored, jobManagerOwned), 2);
        const again = counter(restored, Types.LONG);
        assert.deepEqual([again.at('ATL').value(), again.at(`only ${n}`).value()], [n, n]);
      }
    });

    test('is read by key groups, for any range of them', async () => {
      const env = memoryEnv();
      const backend = newBackend(env);
      const { at } = counter(backend, Types.LONG);
      for (let i = 0; i < 100; i++) at(`key ${i}`).update(i);
      const handle = await snapshotOf(env, backend, type);
      const parts = [
        newBackend(env, Types.STRING, { start: 0, end: 2 }),
        newBackend(env, Types.STRING, { start: 3, end: 7 }),
      ];
      const counts = [];
      for (const part of parts) counts.push(await restoreInto(env, part, handle));
      assert.equal(
        counts.reduce((a, b) => a + b),
        100,
      );
      const total = (part: typeof backend) => part.describe()[0]?.entries;
      assert.deepEqual(parts.map(total), counts);
    });

    test('refuses another type than the stored one, of a value or of the key, with both named', async () => {
      const env = memoryEnv();
      const backend = newBackend(env);
      counter(backend, Types.LONG).at('ATL').update(1);
      const handle = await snapshotOf(env, backend, type);
      const restored = newBackend(env);
      await restoreInto(env, restored, handle);
      assert.throws(() => counter(restored, Types.STRING), {
        code: 'state.incompatible',
        message: 'State "count" is stored as LONG, but declared as STRING.',
        advice: 'Declare the stored type again, or give the state another name and let it start empty.',
      });
      await assert.rejects(restoreInto(env, newBackend(env, Types.LONG), handle), {
        code: 'state.incompatible',
        message: 'The keys are stored as STRING, but declared as LONG.',
      });
    });

    test('gives values in the form of the declared type where two types are stored alike', async () => {
      const env = memoryEnv();
      const backend = newBackend(env);
      counter(backend, Types.LONG).at('ATL').update(1);
      counter(backend, Types.STRING, 'text').at('ATL').update('{"a":1}');
      const handle = await snapshotOf(env, backend, type);
      const restored = newBackend(env);
      await restoreInto(env, restored, handle);
      assert.equal(counter(restored, Types.LONG_BIGINT).at('ATL').value(), 1n);
      assert.deepEqual(counter(restored, Types.JSON(), 'text').at('ATL').value(), { a: 1 });
    });

    test('keeps a restored state that the job does not declare', async () => {
      const env = memoryEnv();
      const backend = newBackend(env);
      counter(backend, statistics, 'old')
        .at('ATL')
        .update({ sum: 1, delays: [2] });
      const between = newBackend(env);
      await restoreInto(env, between, await snapshotOf(env, backend, type));
      counter(between, Types.LONG, 'new').at('BOS').update(1);
      const restored = newBackend(env);
      await restoreInto(env, restored, await snapshotOf(env, between, type));
      assert.deepEqual(counter(restored, statistics, 'old').at('ATL').value(), { sum: 1, delays: [2] });
    });

    test('that is cancelled leaves no file and later ones go on', async () => {
      const env = memoryEnv();
      const backend = newBackend(env);
      const { at } = counter(backend, Types.LONG);
      for (let i = 0; i < 10_000; i++) at(`key ${i}`).update(i);
      const open = new CloseableRegistry();
      const out = await streams(env);
      const cancelled = backend.snapshot(checkpoint(1), type, out, open);
      const next = backend.snapshot(checkpoint(2), type, out, new CloseableRegistry());
      await env.clock.yield();
      await open.close();
      await assert.rejects(cancelled.result, { domain: 'external' });
      const { jobManagerOwned } = await next.result;
      assert.ok(jobManagerOwned);
      assert.equal(env.disk.paths().length, 1);
      assert.equal(await restoreInto(env, newBackend(env), jobManagerOwned), 10_000);
    });

    test('that cannot be written fails and leaves no file', async () => {
      const env = memoryEnv();
      const backend = newBackend(env);
      counter(backend, Types.LONG).at('ATL').update(1);
      const full = new JobStateError('disk.full', 'The disk is full.', { domain: 'external' });
      env.disk.before = (call) => {
        if (call === 'sync') throw full;
      };
      await assert.rejects(snapshotOf(env, backend, type), full);
      assert.deepEqual(env.disk.paths(), []);
      env.disk.before = () => undefined;
      await snapshotOf(env, backend, type);
    });

    test('names state and key of a value that its type cannot hold', async () => {
      const env = memoryEnv();
      const backend = newBackend(env);
      counter(backend, Types.LONG).at('ATL').update(1.5);
      await assert.rejects(snapshotOf(env, backend, type), {
        code: 'state.value',
        message: 'State "count" of key "ATL": A value of type LONG cannot hold 1.5.',
      });
    });

    test('that was cut off is refused with file and position', async () => {
      const env = memoryEnv();
      const backend = newBackend(env);
      for (let i = 0; i < 10; i++) counter(backend, Types.LONG).at(`key ${i}`).update(i);
      const handle = await snapshotOf(env, backend, type);
      const [path = ''] = env.disk.paths();
      const bytes = env.disk.bytesOf(path);
      env.disk.put(path, bytes.subarray(0, bytes.length - 1));
      await assert.rejects(restoreInto(env, newBackend(env), handle), { code: 'state.size' });
      assert.ok(handle.t === 'keyGroups' || handle.t === 'savepoint');
      const cut = { ...handle, data: { t: 'relative', path: path.slice(7), sizeBytes: bytes.length - 1 } } as const;
      await assert.rejects(restoreInto(env, newBackend(env), cut), (error: unknown) => {
        assert.ok(error instanceof JobStateError);
        assert.deepEqual([error.code, error.subject.file], ['format.truncated', path]);
        return error.subject.position !== undefined;
      });
    });
  });
}

test('a snapshot whose disk is slow is not disturbed by one that was begun later', async () => {
  const env = memoryEnv();
  const within = { start: 3, end: 4 };
  const backend = newBackend(env, Types.LONG, within);
  const state = backend.keyedStates.getState(new ValueStateDescriptor('count', Types.LONG));
  for (let i = 0; i < 20_000; i++) {
    backend.setCurrentKey(i, 3 + (i % 2));
    state.update(i);
  }
  let slow = true;
  env.disk.before = async (call) => {
    if (call !== 'append' || !slow) return;
    slow = false;
    for (let turn = 0; turn < 200; turn++) await env.clock.yield();
  };
  const out = await streams(env);
  const both = [1, 2].map((n) => backend.snapshot(checkpoint(n), checkpointType, out, new CloseableRegistry()).result);
  for (const { jobManagerOwned } of await Promise.all(both)) {
    assert.ok(jobManagerOwned);
    assert.equal(await restoreInto(env, newBackend(env, Types.LONG, within), jobManagerOwned), 20_000);
  }
});

test('an operator without any state has an empty snapshot and no file', async () => {
  const env = memoryEnv();
  const { result } = newBackend(env).snapshot(
    checkpoint(1),
    checkpointType,
    await streams(env),
    new CloseableRegistry(),
  );
  assert.deepEqual(await result, {});
  assert.deepEqual(env.disk.paths(), []);
});

test('a small snapshot goes into the handle', async () => {
  const env = memoryEnv();
  const backend = newBackend(env);
  counter(backend, Types.LONG).at('ATL').update(1);
  const { result } = backend.snapshot(
    checkpoint(1),
    checkpointType,
    await streams(env, 20_000),
    new CloseableRegistry(),
  );
  const { jobManagerOwned } = await result;
  assert.ok(jobManagerOwned?.t === 'keyGroups' && jobManagerOwned.data.t === 'bytes');
  assert.deepEqual(env.disk.paths(), []);
  const restored = newBackend(env);
  await restoreInto(env, restored, jobManagerOwned);
  assert.equal(counter(restored, Types.LONG).at('ATL').value(), 1);
});

describe('the live view of a backend', () => {
  test('describes states and timers with types, entries and the size in the last snapshot', async () => {
    const env = memoryEnv();
    const backend = newBackend(env);
    counter(backend, Types.MAP(Types.STRING, Types.LONG))
      .at('ATL')
      .update(new Map([['a', 1]]));
    backend.timers('_timer_state/event_user-timers', VOID_NAMESPACE).add(5, 'ATL', 0, null);
    assert.deepEqual(backend.describe(), [
      {
        state: '_timer_state/event_user-timers',
        kind: 'timers',
        type: 'TIMER<STRING, VOID>',
        keyType: 'STRING',
        entries: 1,
      },
      { state: 'count', kind: 'value', type: 'MAP<STRING, LONG>', keyType: 'STRING', entries: 1 },
    ]);
    await snapshotOf(env, backend);
    assert.ok(backend.describe().every((state) => (state.sizeBytes ?? 0) > 0));
  });

  test('pages through entries and timers', () => {
    const backend = newBackend(memoryEnv());
    const { at } = counter(backend, Types.LONG);
    for (let i = 0; i < 25; i++) {
      at(`key ${i}`).update(i);
      backend.timers('timers', VOID_NAMESPACE).add(100 - i, `key ${i}`, keyGroupOf(`key ${i}`), null);
    }
    for (const state of ['count', 'timers']) {
      const seen: unknown[] = [];
      let after: string | undefined;
      do {
        const page = backend.entries(state, 10, after);
        assert.equal(page.total, 25);
        seen.push(...page.entries.map((entry) => entry.key));
        after = page.next;
      } while (after !== undefined);
      assert.equal(new Set(seen).size, 25);
      assert.equal(seen.length, 25);
    }
    assert.equal(backend.entries('timers', 1).entries[0]?.value, 76);
  });

  test('finds a key by its JSON text or its bare text', () => {
    const byName = newBackend(memoryEnv());
    counter(byName, Types.LONG).at('ATL').update(1);
    const found = { key: '"ATL"', keyGroup: keyGroupOf('ATL'), value: 1, text: '1' };
    assert.deepEqual(byName.lookup('count', 'ATL'), found);
    assert.deepEqual(byName.lookup('count', '"ATL"'), found);
    assert.equal(byName.lookup('count', 'BOS'), undefined);
    assert.throws(() => byName.lookup('counts', 'ATL'), { code: 'state.unknown', advice: 'The operator has count.' });

    const byNumber = newBackend(memoryEnv(), Types.LONG_BIGINT);
    counter(byNumber, Types.STRING).at(7n).update('seven');
    assert.equal(byNumber.lookup('count', '7')?.text, '"seven"');
    const byInteger = newBackend(memoryEnv(), Types.LONG);
    counter(byInteger, Types.STRING).at(7).update('seven');
    assert.equal(byInteger.lookup('count', '7')?.text, '"seven"');
    for (const other of ['8', '"7"', '7.5', 'ATL', 'true', '9223372036854775807']) {
      assert.equal(byInteger.lookup('count', other), undefined, other);
    }
    const byTuple = newBackend(memoryEnv(), Types.TUPLE(Types.STRING, Types.INT));
    counter(byTuple, Types.LONG).at(['ATL', 1]).update(2);
    assert.equal(byTuple.lookup('count', '["ATL",1]')?.key, '["ATL",1]');
  });
});
