import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { restoredStateText } from '../../runtime/rest/recovery/recoveryText';
import { restoredStates } from '../../runtime/rest/recovery/restoredStates';
import { finishedExactlyOnce, startFlights } from './flightsRun';

describe('a TaskManager that is stopped with all its threads', { concurrency: 2 }, () => {
  test('is shown as stuck and not killed; when it goes on, the job does, as if nothing had been', async (t) => {
    const job = await startFlights(t, { limits: { stuckAfterMs: 300 } });
    const { runtime } = job;
    await job.checkpoints(2);
    const pid = await runtime.pidOf('tm-1');
    process.kill(pid, 'SIGSTOP');
    assert.deepEqual(await runtime.stuckTaskManager(), { id: 'tm-1', pid });
    const { now } = runtime.events;
    assert.equal((await job.details()).status, 'RUNNING');
    process.kill(pid, 'SIGCONT');
    await runtime.events.until('tm-1 alive again', async () => {
      const all = await runtime.cluster.get('taskManagers', {});
      return all.find(({ id, status }) => id === 'tm-1' && status === 'alive');
    });
    assert.equal(await runtime.pidOf('tm-1'), pid);
    await job.checkpoints(1, now);
    await finishedExactlyOnce(job, 0);
  });

  test('is taken for gone when its watchdog is silent for too long; the next process reads its local copies', async (t) => {
    const job = await startFlights(t, { limits: { stuckAfterMs: 300, heartbeatTimeoutMs: 2_500 } });
    const { runtime } = job;
    await job.checkpoints(2);
    const pid = await runtime.pidOf('tm-1');
    const { now } = runtime.events;
    process.kill(pid, 'SIGSTOP');
    await job.recovered(now);
    assert.notEqual(await runtime.pidOf('tm-1'), pid);
    await finishedExactlyOnce(job, 1);
    const [, recovery] = await job.recoveries();
    assert.equal(recovery?.cause.k === 'taskManager' && recovery.cause.taskManager, 'tm-1');
    const states = restoredStates(recovery?.events ?? []).filter(({ state }) => state === 'keyed');
    assert.deepEqual(
      states.map((state) => restoredStateText(state)),
      ['local', 'local'],
    );
  });
});
