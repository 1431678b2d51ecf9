/** Stop with savepoint when the savepoint comes to nothing: the job goes on, and can be stopped again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, type TriggerId } from '../../runtime/base/ids';
import type { OperationRecord } from '../../runtime/jobmanager/records';
import type { CountingJob } from './countingJob';
import { Scenario, scenarioJob } from './scenario';

/** What became of a stop. */
async function stop(scenario: Scenario): Promise<OperationRecord> {
  const { world, id: job } = scenario;
  const triggerId = id<TriggerId>(world.random.hex(16));
  world.jobManager.triggerSavepoint(job, { triggerId, thenStop: true });
  const operation = (): OperationRecord | undefined => world.jobManager.operation('savepoint', triggerId);
  await scenario.until('the end of the savepoint', () => operation()?.status !== 'IN_PROGRESS');
  const ended = operation();
  assert.ok(ended);
  return ended;
}

describe('a stop with savepoint', () => {
  for (const settings of [
    { checkpointing: { timeoutMs: 300 } },
    { checkpointing: { tolerableFailures: 0 } },
  ] as const) {
    const expires = 'timeoutMs' in settings.checkpointing;
    const job: CountingJob = { ...scenarioJob, settings };

    test(`whose savepoint ${expires ? 'expires' : 'is declined by a task'}: the sources read on, nothing restarts, the next stop succeeds`, async () => {
      const scenario = await new Scenario(expires ? 71 : 72, job).start();
      const { world, id: jobId } = scenario;
      await scenario.completed(2);
      if (expires) world.fs.slowness = 1_000;
      else world.fs.refuses = (path) => /\/savepoint-[^/]+\/[0-9a-f-]{36}$/.test(path);
      const failed = await stop(scenario);
      assert.equal(failed.status, 'FAILED');
      assert.equal(failed.error.code, expires ? 'checkpoint.expired' : 'checkpoint.declined');
      assert.equal(world.status(jobId), 'RUNNING');
      world.fs.slowness = 1;
      world.fs.refuses = () => false;
      await scenario.completed(world.completedCheckpoints(jobId) + 2);
      assert.equal(world.record(jobId).recoveries.length, 1);

      const stopped = await stop(scenario);
      assert.equal(stopped.status, 'COMPLETED');
      assert.equal(world.status(jobId), 'FINISHED');
      assert.ok(stopped.result.k === 'savepoint');
      scenario.id = await world.submit(stopped.result.path);
      await scenario.until('the rest', () => world.status(scenario.id) === 'FINISHED');
      assert.deepEqual(world.output(), scenario.expected());
    });
  }
});
