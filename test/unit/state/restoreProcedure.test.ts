import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Types } from '../../../runtime/api/types';
import { JobStateError } from '../../../runtime/base/errors';
import type { TaskStep } from '../../../runtime/base/events';
import { id, type OperatorId } from '../../../runtime/base/ids';
import { CheckpointCache } from '../../../runtime/localrecovery/checkpointCache';
import { corruptLocalCopy } from '../../../runtime/localrecovery/localCopyFaults';
import { CloseableRegistry } from '../../../runtime/state/closeableRegistry';
import { prioritizeState } from '../../../runtime/state/prioritizedStateBuilder';
import { keyedRestorable } from '../../../runtime/state/restorables';
import { BackendRestorerProcedure } from '../../../runtime/state/restoreProcedure';
import type { RecoveryGate } from '../../../runtime/state/recoveryGate';
import type { TaskRestore } from '../../../runtime/wire/messages';
import { memoryEnv } from '../../support/memoryEnv';
import { checkpoint, checkpointType, counter, directory, newBackend, range, streams } from './support';

const operator = id<OperatorId>('0123456789abcdef0123456789abcdef');

/** Writes down the steps; `before` runs while a step is held. */
function recordingGate(before: (step: TaskStep) => Promise<void> | void = () => undefined) {
  const log: string[] = [];
  const gate: RecoveryGate = {
    async step(step, run) {
      const name = nameOf(step);
      log.push(`begin ${name}`);
      await before(step);
      try {
        const { result, note, entries } = await run();
        log.push(`ok ${name}${note === undefined ? '' : `: ${note}`}${entries === undefined ? '' : ` (${entries})`}`);
        return result;
      } catch (error) {
        log.push(`failed ${name}: ${error instanceof JobStateError ? error.code : String(error)}`);
        throw error;
      }
    },
  };
  return { gate, log };
}

function nameOf(step: TaskStep): string {
  switch (step.k) {
    case 'stateLookup':
      return `stateLookup of ${step.alternatives.length}`;
    case 'attempt':
      return `attempt ${step.index + 1} of ${step.of}`;
    case 'readHandle':
      return `readHandle ${step.part.from}`;
    default:
      return step.k;
  }
}

/** A checkpoint of a backend with 20 keys, remote and local, and what a task needs to restore it. */
async function taken() {
  const env = memoryEnv();
  const backend = newBackend(env);
  for (let i = 0; i < 20; i++) counter(backend, Types.LONG).at(`key ${i}`).update(i);
  const cache = await CheckpointCache.open(env, '/local', () => true);
  const out = cache.streamFactory(checkpoint(4), await streams(env));
  const snapshot = await backend.snapshot(checkpoint(4), checkpointType, out, new CloseableRegistry()).result;
  assert.ok(snapshot.jobManagerOwned !== undefined && snapshot.taskLocal !== undefined);
  await cache.store(checkpoint(4), new Map([[operator, snapshot.taskLocal]]));
  const states = { [operator]: { managedKeyed: snapshot.jobManagerOwned } };
  const restore: TaskRestore = { checkpoint: checkpoint(4), savepoint: false, directory, states };
  const { handle, file } = snapshot.taskLocal;
  const remotePath = env.disk.paths().find((path) => path.startsWith(directory)) ?? '';
  return { env, cache, restore, handle, localPath: file.path, remotePath };
}

type Taken = Awaited<ReturnType<typeof taken>>;

function run(from: Taken, gate: RecoveryGate, open = new CloseableRegistry()) {
  const { keyed } = prioritizeState(from.env.disk, operator, from.restore, from.cache);
  const config = { keyType: Types.STRING, range, maxParallelism: 8 };
  const restorable = keyedRestorable(from.env, config, 'keyed state of counts (1/1)', open);
  return new BackendRestorerProcedure(restorable, gate, open).createAndRestore(keyed);
}

describe('the restore of keyed state', () => {
  test('reads the local copy and nothing of the remote one', async () => {
    const from = await taken();
    await from.env.disk.remove(from.remotePath);
    const { gate, log } = recordingGate();
    const backend = await run(from, gate);
    assert.equal(counter(backend, Types.LONG).at('key 7').value(), 7);
    assert.deepEqual(log, [
      'begin stateLookup of 2',
      'begin attempt 1 of 2',
      'begin readHandle local',
      'ok readHandle local (20)',
      'ok attempt 1 of 2 (20)',
      'ok stateLookup of 2: restored with alternative 1 of 2',
    ]);
    assert.equal(from.env.disk.openFiles, 0);
  });

  const fallsBack = [
    'begin stateLookup of 2',
    'begin attempt 1 of 2',
    'begin readHandle local',
    'failed readHandle local: local-copy.gone',
    'failed attempt 1 of 2: local-copy.gone',
    'begin attempt 2 of 2',
    'begin readHandle remote',
    'ok readHandle remote (20)',
    'ok attempt 2 of 2 (20)',
    'ok stateLookup of 2: restored with alternative 2 of 2',
  ];

  test('falls back to the remote copy when the local one is deleted while its reading is held', async () => {
    const from = await taken();
    const { gate, log } = recordingGate(async (step) => {
      if (step.k === 'readHandle' && step.part.from === 'local') await from.env.disk.remove(step.part.location);
    });
    const backend = await run(from, gate);
    assert.equal(counter(backend, Types.LONG).at('key 7').value(), 7);
    assert.deepEqual(log, fallsBack);
  });

  test('falls back to the remote copy when the local one is corrupt', async () => {
    const from = await taken();
    await corruptLocalCopy(from.env.disk, from.cache, operator);
    const { gate, log } = recordingGate();
    const backend = await run(from, gate);
    assert.equal(backend.describe()[0]?.entries, 20);
    assert.deepEqual(
      log,
      fallsBack.map((line) => line.replace('gone', 'corrupt')),
    );
  });

  test('disposes a half-built backend: nothing of a failed attempt is in the next one', async () => {
    const from = await taken();
    const open = new CloseableRegistry();
    const config = { keyType: Types.STRING, range, maxParallelism: 8 };
    const restorable = keyedRestorable(from.env, config, 'keyed state', open);
    const disposed: number[] = [];
    let attempts = 0;
    const failing = {
      ...restorable,
      create: () => {
        const backend = restorable.create();
        const attempt = ++attempts;
        const dispose = backend.dispose.bind(backend);
        return Object.assign(backend, { dispose: () => dispose().then(() => void disposed.push(attempt)) });
      },
      restore: async (...args: Parameters<typeof restorable.restore>) => {
        await restorable.restore(...args);
        if (attempts === 1) throw new Error('half-way');
        return 0;
      },
    };
    const { gate } = recordingGate();
    const { keyed } = prioritizeState(from.env.disk, operator, from.restore, from.cache);
    const backend = await new BackendRestorerProcedure(failing, gate, open).createAndRestore(keyed);
    assert.deepEqual([attempts, disposed], [2, [1]]);
    assert.equal(backend.describe()[0]?.entries, 20);
  });

  test('fails after the last alternative with the reason of each', async () => {
    const from = await taken();
    for (const path of [from.localPath, from.remotePath]) await from.env.disk.remove(path);
    const { gate, log } = recordingGate();
    await assert.rejects(run(from, gate), (error: unknown) => {
      assert.ok(error instanceof JobStateError);
      assert.equal(error.code, 'state.restore-failed');
      assert.ok(
        error.message.startsWith(
          'Could not restore keyed state of counts (1/1) from any of the 2 provided restore options. ' +
            `1: The local copy of checkpoint 4 is gone: ${from.localPath} does not exist. 2: ${from.remotePath}`,
        ),
        error.message,
      );
      return true;
    });
    assert.equal(log.at(-1), 'failed stateLookup of 2: state.restore-failed');
  });

  test('does not try further alternatives when it was given up or cancelled', async () => {
    const from = await taken();
    const givenUp = new JobStateError('recovery.given-up', 'Another failure came.');
    const held = recordingGate((step) => {
      if (step.k === 'readHandle') throw givenUp;
    });
    await assert.rejects(run(from, held.gate), givenUp);
    assert.ok(!held.log.includes('begin attempt 2 of 2'));

    const open = new CloseableRegistry();
    const cancelled = recordingGate((step) => (step.k === 'readHandle' ? open.close() : undefined));
    await assert.rejects(run(from, cancelled.gate, open), { code: 'state.cancelled' });
    assert.ok(!cancelled.log.includes('begin attempt 2 of 2'));
    assert.equal(from.env.disk.openFiles, 0);
  });
});

describe('the alternatives of an operator', () => {
  const whyOf = (from: Taken, restore: TaskRestore | undefined, cache: CheckpointCache | undefined = from.cache) => {
    const { keyed } = prioritizeState(from.env.disk, operator, restore, cache);
    const places = keyed.alternatives.map(({ shown }) => shown.parts.map((part) => part.from).join());
    return [places.join(' '), keyed.why];
  };

  test('are local before remote, and one with its reason where there is no local copy', async () => {
    const from = await taken();
    const { restore } = from;
    const other = { ...restore, checkpoint: checkpoint(5) };
    assert.deepEqual(whyOf(from, restore), [
      'local remote',
      'Checkpoint 4 has a local copy on this TaskManager; it is tried first.',
    ]);
    assert.deepEqual(whyOf(from, other), [
      'remote',
      'There is no local copy of checkpoint 5: this slot has local copies of 4 only.',
    ]);
    assert.deepEqual(whyOf(from, { ...restore, savepoint: true }), ['remote', 'Savepoints have no local copies.']);
    await from.cache.abort(checkpoint(4));
    assert.deepEqual(whyOf(from, restore), [
      'remote',
      'The local copy of checkpoint 4 is gone: the checkpoint was aborted.',
    ]);
  });

  test('leave a local copy out that is not of the same handle', async () => {
    const from = await taken();
    const withHandle = (change: object): TaskRestore => {
      const managedKeyed = { ...from.handle, data: { t: 'relative', path: 'x', sizeBytes: 1 } as const, ...change };
      return { ...from.restore, states: { [operator]: { managedKeyed } } };
    };
    assert.deepEqual(whyOf(from, withHandle({ id: 'other' })), [
      'remote',
      'The local copy of checkpoint 4 is of another attempt to take it.',
    ]);
    assert.deepEqual(whyOf(from, withHandle({ range: { start: 0, end: 3 } })), [
      'remote',
      'The local copy of checkpoint 4 is of the key groups 0 to 7, not 0 to 3.',
    ]);
  });

  test('are none where there is no state, and then the backend starts empty', async () => {
    const from = await taken();
    assert.deepEqual(whyOf(from, undefined), ['', 'The job starts without a snapshot.']);
    const empty = { ...from.restore, states: {} };
    assert.deepEqual(whyOf(from, empty), ['', 'Checkpoint 4 holds no keyed state of this operator.']);
    const { gate, log } = recordingGate();
    const backend = await run({ ...from, restore: empty }, gate);
    assert.deepEqual(backend.describe(), []);
    assert.deepEqual(log, ['begin stateLookup of 0', 'ok stateLookup of 0: starts empty']);
  });

  test('show size and place of each copy without opening any', async () => {
    const from = await taken();
    for (const path of from.env.disk.paths()) await from.env.disk.remove(path);
    const { keyed } = prioritizeState(from.env.disk, operator, from.restore, from.cache);
    const shown = keyed.alternatives.flatMap((alternative) => alternative.shown.parts);
    const { sizeBytes } = shown[0] ?? {};
    assert.deepEqual(shown, [
      { handle: from.handle.id, from: 'local', sizeBytes, location: from.localPath },
      { handle: from.handle.id, from: 'remote', sizeBytes, location: from.remotePath },
    ]);
  });

  test('are refused for state that this runtime cannot restore', async () => {
    const from = await taken();
    const state = { rawKeyed: from.handle };
    assert.throws(() => whyOf(from, { ...from.restore, states: { [operator]: state } }), { code: 'state.unsupported' });
  });
});
