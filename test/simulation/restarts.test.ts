/** Restart strategies and regions, with the steps that say which attempt a restart is, after how long and why. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readMetadata } from '../../runtime/formats/metadata/metadata';
import type { RestartStrategySettings } from '../../runtime/graph/restartStrategy';
import type { CountingJob } from './countingJob';
import { Scenario, scenarioJob } from './scenario';

function withRestarts(restartStrategy: RestartStrategySettings): CountingJob {
  return { ...scenarioJob, settings: { restartStrategy } };
}

const twoRegions: CountingJob = { ...scenarioJob, pipelines: 2 };

/** The attempts of all tasks, by vertex name. */
function attempts({ world, id }: Scenario): ReadonlyMap<string, readonly number[]> {
  return new Map(
    world
      .record(id)
      .vertices.map(({ vertex, subtasks }) => [
        vertex.operators.map(({ uid }) => uid ?? '').join(' '),
        subtasks.map((subtask) => subtask.attempts.at(-1)?.ref.attempt ?? -1),
      ]),
  );
}

describe('a job that fails', () => {
  test('restarts as often as a fixed delay says, shows each attempt, and then is FAILED with the cause', async () => {
    const scenario = new Scenario(41, withRestarts({ attempts: 2, delayMs: 150 }));
    await scenario.start();
    await scenario.completed(1);
    for (const restart of [1, 2]) {
      const before = scenario.world.schedule.nowMs;
      scenario.throwIn(0);
      await scenario.until(`restart ${restart}`, () => scenario.recovered(restart));
      assert.ok(scenario.world.schedule.nowMs - before >= 150);
      const steps = scenario.events(restart).flatMap(({ step }) => (step.k === 'restartDelay' ? [step] : []));
      assert.deepEqual(steps[0], {
        k: 'restartDelay',
        delayMs: 150,
        restart,
        of: 2,
        why: 'fixed delay, 2 restarts allowed',
      });
    }
    scenario.throwIn(0);
    await scenario.until('the end', () => scenario.world.status(scenario.id) === 'FAILED');
    const { failure, recoveries, exceptions } = scenario.world.record(scenario.id);
    assert.equal(failure?.message, 'on purpose');
    assert.match(failure.advice, /allows 2 restarts, and all of them were used/);
    assert.equal(recoveries.length, 3);
    assert.equal(exceptions.length, 3);
  });

  test('without restarts is FAILED at its first failure, and its checkpoints stay', async () => {
    const scenario = await new Scenario(42, withRestarts({ type: 'none' })).start();
    await scenario.completed(2);
    scenario.throwIn(1);
    await scenario.until('the end', () => scenario.world.status(scenario.id) === 'FAILED');
    await scenario.world.pass(500);
    assert.equal(scenario.world.record(scenario.id).recoveries.length, 1);
    assert.ok(scenario.world.newestCheckpoint(scenario.id) !== undefined);
  });

  test('waits longer after each failure with an exponential delay', async () => {
    const scenario = new Scenario(
      43,
      withRestarts({ type: 'exponential-delay', initialBackoffMs: 50, backoffMultiplier: 3, jitterFactor: 0 }),
    );
    await scenario.start();
    const delays: number[] = [];
    for (const restart of [1, 2, 3]) {
      scenario.throwIn(0);
      await scenario.until(`restart ${restart}`, () => scenario.recovered(restart));
      delays.push(
        ...scenario
          .events(restart)
          .flatMap(({ step, phase }) => (step.k === 'restartDelay' && phase === 'begin' ? [step.delayMs] : [])),
      );
    }
    assert.deepEqual(delays, [50, 150, 450]);
    await scenario.finish();
  });

  test('is FAILED when failures come oftener than a failure rate allows', async () => {
    const scenario = new Scenario(
      44,
      withRestarts({ type: 'failure-rate', maxFailuresPerInterval: 2, intervalMs: 400, delayMs: 0 }),
    );
    await scenario.start();
    for (const restart of [1, 2, 3]) {
      scenario.throwIn(0);
      await scenario.until(`restart ${restart}`, () => scenario.recovered(restart));
      await scenario.world.pass(250);
    }
    for (const restart of [4, 5]) {
      scenario.throwIn(0);
      await scenario.until(
        'what comes of it',
        () => scenario.recovered(restart) || scenario.world.status(scenario.id) === 'FAILED',
      );
    }
    assert.match(scenario.world.record(scenario.id).failure?.advice ?? '', /There were 3 failures within 400 ms/);
  });

  test('waits for its restart delay as long as the debugger holds a step', async () => {
    const scenario = await new Scenario(45, withRestarts({ delayMs: 100 })).start();
    const { world, id } = scenario;
    world.jobManager.holdNextRecovery(id, true);
    scenario.throwIn(0);
    await scenario.until('a hold', () => world.record(id).holds.length > 0);
    await world.pass(1_000);
    assert.equal(scenario.recovered(1), false);
    world.jobManager.resume(id, undefined, 'go');
    await scenario.until('the recovery', () => scenario.recovered(1));
    await scenario.finish();
  });
});

describe('a job of two regions', () => {
  test('restarts the failed one only, from the newest checkpoint, while the other one runs on', async () => {
    const scenario = await new Scenario(46, twoRegions).start();
    await scenario.completed(2);
    const { world, id } = scenario;
    scenario.throwIn(0);
    await scenario.until('the recovery', () => scenario.recovered(1));
    assert.deepEqual(
      [...attempts(scenario)],
      [
        ['source ', [1, 1]],
        ['count sink', [1, 1]],
        ['source-2 ', [0, 0]],
        ['count-2 sink-2', [0, 0]],
      ],
    );
    const region = scenario.events(1).find(({ step }) => step.k === 'regionChosen')?.step;
    assert.equal(region?.k === 'regionChosen' && region.tasks.length, 4);
    const before = world.completedCheckpoints(id);
    await scenario.completed(before + 2);
    await scenario.finish();
  });

  test('aborts the checkpoint under way, which does not count against the tolerated failures', async () => {
    const scenario = await new Scenario(47, {
      ...twoRegions,
      settings: { checkpointing: { tolerableFailures: 0 } },
    }).start();
    const { world, id } = scenario;
    await scenario.completed(1);
    await scenario.until('one under way', () => world.record(id).checkpoints.counts.inProgress > 0);
    scenario.throwIn(1);
    await scenario.until('the recovery', () => scenario.recovered(1));
    assert.equal(world.record(id).checkpoints.latestFailed?.failure?.reason, 'job-failed');
    assert.equal(world.record(id).recoveries.length, 2);
    await scenario.finish();
  });

  test('restarts as a whole with the failover strategy full', async () => {
    const scenario = await new Scenario(48, { ...twoRegions, settings: { failoverStrategy: 'full' } }).start();
    await scenario.completed(1);
    scenario.throwIn(0);
    await scenario.until('the recovery', () => scenario.recovered(1));
    assert.ok([...attempts(scenario).values()].flat().every((attempt) => attempt === 1));
    await scenario.finish();
  });

  test('restarts both when the second fails while the first is being restarted', async () => {
    const scenario = await new Scenario(49, { ...twoRegions, settings: { restartStrategy: { delayMs: 200 } } }).start();
    await scenario.completed(2);
    const { world } = scenario;
    scenario.throwIn(0);
    await scenario.world.pass(60);
    world.jobManager.inject({ k: 'killTaskManager', taskManager: scenario.placeOf(1), lose: false });
    await scenario.until('the recovery', () => scenario.recovered(1) || scenario.recovered(2));
    await scenario.finish();
  });
});

describe('a region that has read its input', () => {
  const states = ({ world, id }: Scenario): string[] =>
    world.record(id).vertices.map(({ subtasks }) => subtasks.map(({ attempts }) => attempts.at(-1)?.state).join(' '));
  const oneFinished = ['RUNNING RUNNING', 'RUNNING RUNNING', 'FINISHED FINISHED', 'FINISHED FINISHED'];

  async function finishedRegion(seed: number, parts: Partial<CountingJob> = {}): Promise<Scenario> {
    const scenario = await new Scenario(seed, { ...twoRegions, ...parts }).start();
    await scenario.until('a finished region', () => states(scenario).join() === oneFinished.join());
    const { world, id } = scenario;
    await scenario.completed(world.completedCheckpoints(id) + 1);
    return scenario;
  }

  test('finishes after the checkpoint that commits it; checkpoints go on and say which operators have finished', async () => {
    const scenario = await finishedRegion(50);
    const { world, id } = scenario;
    const newest = world.newestCheckpoint(id);
    const { operators } = readMetadata(
      world.fs.bytes(`${newest?.directory}/_metadata`) ?? new Uint8Array(),
      newest?.directory ?? '',
    );
    const finished = operators.filter((operator) => operator.finished);
    assert.ok(finished.length > 0 && finished.length < operators.length);
    const record = world.record(id).checkpoints.latestCompleted;
    assert.deepEqual([record?.acknowledged, record?.subtasks], [8, 8]);
    await scenario.finish();
  });

  test('does not run again when the other one restarts', async () => {
    const scenario = await finishedRegion(51);
    scenario.throwIn(0);
    await scenario.until('the recovery', () => scenario.recovered(1));
    assert.deepEqual(states(scenario), oneFinished);
    await scenario.finish();
  });

  test('nor when the whole job restarts from a checkpoint that says that it has finished', async () => {
    const scenario = await finishedRegion(52, { settings: { failoverStrategy: 'full' } });
    const { world, id } = scenario;
    scenario.throwIn(0);
    await scenario.until('the recovery', () => scenario.recovered(1));
    const deployed = scenario.events(1).find(({ step }) => step.k === 'deployed')?.step;
    assert.equal(deployed?.k === 'deployed' && deployed.tasks.length, 4);
    assert.deepEqual(states(scenario), oneFinished);
    assert.equal(world.record(id).status, 'RUNNING');
    await scenario.finish();
  });
});
