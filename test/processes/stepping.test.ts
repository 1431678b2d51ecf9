import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { describe, test, type TestContext } from 'node:test';
import type { RecoveryEvent } from '../../runtime/base/events';
import type { FaultId } from '../../runtime/base/ids';
import { restoredStateText } from '../../runtime/rest/recovery/recoveryText';
import { restoredStates } from '../../runtime/rest/recovery/restoredStates';
import { assertExactlyOnce, writeFlights } from './flights';
import { jobFile, TestRuntime } from './runtime';
import { TestJob } from './testJob';

/** The flights, held before the first step of the recovery from a killed TaskManager; the killed one is back. */
async function heldRecovery(t: TestContext): Promise<{ job: TestJob; held: RecoveryEvent }> {
  const runtime = await TestRuntime.start(t);
  writeFlights(runtime.folder);
  const job = await TestJob.submit(runtime, { jobFile: jobFile('flightsNdjson') });
  await job.checkpoints(3);
  await runtime.cluster.run('holdNextRecovery', { job: job.id, hold: true });
  const { now } = runtime.events;
  await job.kill('tm-1');
  const held = await job.held(now);
  await runtime.taskManagersBack();
  return { job, held };
}

/** `subtask: from where, and why` for the keyed states of the first recovery. */
async function keyedRestores(job: TestJob): Promise<ReadonlyMap<number, string>> {
  const [, recovery] = await job.recoveries();
  const keyed = restoredStates(recovery?.events ?? []).filter(({ state }) => state === 'keyed');
  return new Map(keyed.map((state) => [state.scope.subtask, restoredStateText(state)]));
}

describe('a held recovery', { concurrency: 2 }, () => {
  test('is the real one: a local copy deleted by hand before its read makes it fall back to remote and say why', async (t) => {
    const { job } = await heldRecovery(t);
    const held = await job.stepTo('into', ({ step }) => step.k === 'readHandle' && step.part.from === 'local');
    assert.ok(held.step.k === 'readHandle' && held.scope.at === 'task');
    const { location } = held.step.part;
    const { subtask } = held.scope;
    assert.ok(existsSync(location), `the local copy ${location}`);
    rmSync(location);
    await job.resume(held, 'next');

    const failed = await job.step('readHandle', 'end', 0, ({ stepId }) => stepId === held.stepId);
    assert.ok(failed.verdict?.v === 'failed', 'the read that was held');
    assert.ok(failed.verdict.error.message.includes(location), failed.verdict.error.message);
    await job.runtime.cluster.run('resume', { job: job.id, how: 'go' });
    await job.finished();
    assertExactlyOnce(job.runtime.folder);
    const restores = await keyedRestores(job);
    const text = restores.get(subtask) ?? '';
    assert.match(text, /^remote, because the local copy failed: /);
    assert.ok(text.includes(location), text);
    assert.equal(restores.get(1 - subtask), 'local');
    const [, recovery] = await job.recoveries();
    assert.deepEqual([recovery?.local, recovery?.remote, recovery?.fellBack], [1, 1, 1]);
  });

  test('stands still: no step ends and no task runs until it is let go', async (t) => {
    const { job, held } = await heldRecovery(t);
    assert.equal(held.step.k, 'failureSeen');
    const { events } = job.runtime;
    const { now } = events;
    // Another round trip through every process: the metrics of a heartbeat would have come with whatever else happened.
    await job.runtime.taskManagersBack();
    const { status, holds, tasks } = await job.details();
    assert.deepEqual([status, holds.length], ['RESTARTING', 1]);
    assert.ok(tasks.some((task) => task.status === 'FAILED'));
    assert.ok(!events.all.slice(now).some(({ e }) => e === 'recovery'));
    await job.resume(held, 'next');
    const next = await job.held(now);
    assert.equal(next.step.k, 'regionChosen');
    await job.runtime.cluster.run('resume', { job: job.id, how: 'go' });
    await job.finished();
    assertExactlyOnce(job.runtime.folder);
  });

  test('reads remotely what was lost, and falls back from what was corrupted, and says why', async (t) => {
    const { job } = await heldRecovery(t);
    const { cluster, events } = job.runtime;
    const operator = await job.operator('delay-by-airport');
    for (const [subtask, how] of [[0, 'corrupt'] as const, [1, 'lose'] as const]) {
      const { now } = events;
      const { fault } = await cluster.run('inject', { fault: { k: 'localCopy', how, job: job.id, operator, subtask } });
      await fired(job, fault, now);
    }
    await cluster.run('resume', { job: job.id, how: 'go' });
    await job.finished();
    assertExactlyOnce(job.runtime.folder);
    const restores = await keyedRestores(job);
    assert.match(restores.get(0) ?? '', /^remote, because the local copy failed: .*(checksum|CRC)/i);
    assert.match(restores.get(1) ?? '', /^remote, because .*(missing|not there|does not exist|no local copy)/);
  });
});

/** Resolves when the fault has done its work, with what it says it did. */
function fired(job: TestJob, fault: FaultId, from: number): Promise<string> {
  return job.runtime.events.first(
    'the fault',
    (event) => {
      if (event.e !== 'fault' || event.fault.id !== fault || event.fault.state === 'armed') return undefined;
      assert.equal(event.fault.state, 'fired', event.fault.outcome);
      return event.fault.outcome ?? '';
    },
    from,
  );
}
