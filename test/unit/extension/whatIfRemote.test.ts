import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRepeatable, whatIfRemote } from '../../../extension/pages/whatIfRemote';
import type { LiveData } from '../../../extension/runtime/liveJobs';
import { Signal } from '../../../extension/support/signal';
import { JobStateError } from '../../../runtime/base/errors';
import { id, type FaultId, type HoldId, type TaskManagerId } from '../../../runtime/base/ids';
import type { Verbs } from '../../../runtime/cluster/cluster';
import type { JobEvent } from '../../../runtime/cluster/jobEvents';
import { flightsCluster, job, jobDetails, recoveryEvents, recoveryInfo } from '../../support/fakeCluster/flightsData';

const hold = id<HoldId>('hold-1');

/** An engine that plays along: the failure leads to a held recovery 2, copies are lost when told, and going on ends it. */
function engine({ backAfter = 0, fails = false } = {}) {
  const cluster = flightsCluster();
  const event = new Signal<JobEvent>();
  const said = (): void => event.fire({ e: 'jobs', seq: 1, atMs: 0 });
  let refused = 0;
  cluster.outcomes.inject = ({ fault }: Verbs['inject']['v']) => {
    if (fault.k === 'killTaskManager') {
      const [begin] = recoveryEvents();
      assert.ok(begin);
      const held = { ...begin, scope: { ...begin.scope, recovery: 2 } };
      cluster.answers.job = jobDetails({ holds: [{ hold, event: held, text: 'held' }] });
      cluster.answers.recoveries = {
        items: [recoveryInfo(), recoveryInfo({ recovery: 2, status: 'held' })],
        total: 2,
      };
      setImmediate(said);
      return Promise.resolve({ fault: id<FaultId>('fault-kill') });
    }
    if (fails) return Promise.reject(new JobStateError('engine.broken', 'It broke.'));
    if (refused < backAfter) {
      refused += 1;
      setImmediate(said);
      return Promise.reject(new JobStateError('fault.no-target', 'It is not back yet.'));
    }
    return Promise.resolve({ fault: id<FaultId>('fault-copy') });
  };
  cluster.outcomes.resume = () => {
    cluster.answers.recoveries = {
      items: [recoveryInfo(), recoveryInfo({ recovery: 2, local: 0, remote: 2, tookMs: 300 })],
      total: 2,
    };
    setImmediate(said);
    return Promise.resolve({});
  };
  const changed = new Signal<LiveData | undefined>();
  const told: string[] = [];
  const run = (): ReturnType<typeof whatIfRemote> =>
    whatIfRemote(cluster, { event, changed }, { job, recovery: 1 }, (text) => told.push(text));
  const done = (): readonly string[] => cluster.done.map(({ name }) => name);
  return { cluster, run, done, told };
}

describe('"What if remote?"', () => {
  test('holds, causes the same failure, loses every local copy while nothing runs, and goes on', async () => {
    const { cluster, run, done, told } = engine();
    const result = await run();
    assert.equal(result.recovery, 2);
    assert.equal(result.tookMs, 300);
    assert.deepEqual(done(), ['holdNextRecovery', 'inject', 'inject', 'inject', 'resume']);
    const faults = cluster.done.flatMap(({ verb }) => (verb as { fault?: { k: string } }).fault ?? []);
    assert.deepEqual(
      faults.map(({ k }) => k),
      ['killTaskManager', 'localCopy', 'localCopy'],
    );
    assert.deepEqual(told, [
      'Causing the failure once more…',
      'Losing 2 local copies…',
      'Recovering from remote storage…',
    ]);
  });

  test('waits for the TaskManager to come back', async () => {
    const { run, done } = engine({ backAfter: 2 });
    await run();
    assert.equal(done().filter((name) => name === 'inject').length, 1 + 2 + 2);
  });

  test('what goes wrong on the way is told, and nothing stays held', async () => {
    const { run, done } = engine({ fails: true });
    await assert.rejects(run(), /It broke/);
    assert.deepEqual(done().slice(-2), ['holdNextRecovery', 'resume']);
  });

  test('is for failures that can be caused once more', () => {
    const taskManager = id<TaskManagerId>('tm-1');
    const killed = { k: 'taskManager', taskManager, exit: '', injected: false } as const;
    assert.equal(isRepeatable({ ...killed, how: 'killed' }), true);
    assert.equal(isRepeatable({ ...killed, how: 'lost' }), false);
    assert.equal(isRepeatable({ k: 'start' }), false);
  });
});
