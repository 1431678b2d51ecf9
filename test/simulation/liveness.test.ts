/** TaskManagers that are slow, silent or die again and again, jobs that fail while they stop, steps that are held meanwhile. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, type JobId, type TaskManagerId, type TriggerId } from '../../runtime/base/ids';
import type { OperationRecord, TaskManagerRecord } from '../../runtime/jobmanager/records';
import type { CountingJob } from './countingJob';
import { Invariants } from './invariants';
import type { SimProcess } from './process';
import { World } from './world';

const job: CountingJob = { rows: 2_400, keys: 23, rowsPerSecond: 1_000, parallelism: 2, checkpointIntervalMs: 100 };
const tm1 = id<TaskManagerId>('tm-1');
const triggerId = id<TriggerId>('a'.repeat(32));

interface Running {
  readonly world: World;
  readonly job: JobId;
  readonly invariants: Invariants;
  readonly until: (what: string, done: () => boolean, withinMs?: number) => Promise<void>;
  readonly finish: () => Promise<void>;
}

/** A job of which two checkpoints have completed. */
async function running(seed: number): Promise<Running> {
  const world = new World(seed, job);
  const submitted = await world.submit();
  const invariants = new Invariants(world, submitted);
  const until = (what: string, done: () => boolean, withinMs = 20_000): Promise<void> =>
    world.until(what, done, withinMs, invariants.check);
  await until('two checkpoints', () => world.completedCheckpoints(submitted) >= 2);
  return {
    world,
    job: submitted,
    invariants,
    until,
    finish: async () => {
      await until('the end of the job', () => world.status(submitted) === 'FINISHED', 60_000);
      await invariants.atEnd([]);
    },
  };
}

function recordOf(world: World, taskManager: TaskManagerId): TaskManagerRecord | undefined {
  return world.jobManager.taskManagers().find((one) => one.id === taskManager);
}

function processOf(world: World, taskManager: TaskManagerId): SimProcess {
  const found = world.taskManagers.get(taskManager);
  if (found === undefined) throw new Error(`${taskManager} has no process`);
  return found.process;
}

async function stopped({ world, until }: Running): Promise<OperationRecord | undefined> {
  const operation = (): OperationRecord | undefined => world.jobManager.operation('savepoint', triggerId);
  await until('the end of the savepoint', () => operation()?.status !== 'IN_PROGRESS');
  return operation();
}

describe('the runtime', () => {
  test('shows a TaskManager as stuck whose main thread stands still, and never kills it for that', async () => {
    const run = await running(31);
    const { world } = run;
    const process = processOf(world, tm1);
    process.stall(1_800); // longer than the heartbeat timeout, shorter than that of a checkpoint
    await run.until('stuck', () => recordOf(world, tm1)?.status === 'stuck');
    await run.until('alive again', () => recordOf(world, tm1)?.status === 'alive');
    assert.equal(recordOf(world, tm1)?.pid, process.pid);
    assert.equal(world.record(run.job).recoveries.length, 1, 'nothing failed');
    await run.finish();
  });

  test('shows a TaskManager as stuck of which not even the watchdog is heard, then kills it, and the job recovers', async () => {
    const run = await running(32);
    const { world } = run;
    const process = processOf(world, tm1);
    process.frozen = true;
    process.stall(100_000);
    await run.until('stuck', () => recordOf(world, tm1)?.status === 'stuck');
    assert.ok(process.alive);
    assert.ok((recordOf(world, tm1)?.stalledMs ?? 0) > 500);
    await run.until('its end', () => !process.alive, 3_000);
    await run.until('the recovery', () => world.record(run.job).recoveries[1]?.status === 'done');
    await run.finish();
  });

  test('takes a TaskManager for gone, too, that stands still before its first heartbeat', async () => {
    const run = await running(36);
    const { world } = run;
    processOf(world, tm1).crash();
    await run.until('death', () => recordOf(world, tm1)?.status === 'starting');
    await run.until('life', () => recordOf(world, tm1)?.status === 'alive');
    const process = processOf(world, tm1);
    process.frozen = true;
    process.stall(100_000);
    await run.until('its end', () => !process.alive, 5_000);
    await run.finish();
  });

  test('gives a TaskManager that died often the time to start, and takes away what it kept of a job that ended meanwhile', async () => {
    const run = await running(33);
    const { world } = run;
    for (let death = 1; death <= 8; death++) {
      await run.until(`life ${death}`, () => recordOf(world, tm1)?.status === 'alive');
      await world.pass(100, run.invariants.check); // its heartbeat is heard
      processOf(world, tm1).crash();
      await run.until(`death ${death}`, () => recordOf(world, tm1)?.status === 'starting');
    }
    await run.until('the last life', () => recordOf(world, tm1)?.status === 'alive');
    assert.equal(recordOf(world, tm1)?.respawns, 8, 'it was started once for each death');
    await run.finish();
  });

  test('says that a job did not stop which failed behind its savepoint, and goes on from that', async () => {
    const run = await running(34);
    const { world } = run;
    world.jobManager.triggerSavepoint(run.job, { triggerId, thenStop: true });
    const savepoint = (): { status: string; path?: string } | undefined =>
      world.record(run.job).checkpoints.history.find(({ kind }) => kind === 'SYNC_SAVEPOINT');
    await run.until('the savepoint', () => savepoint()?.status === 'COMPLETED');
    processOf(world, tm1).crash();
    const operation = await stopped(run);
    assert.equal(operation?.status, 'FAILED');
    assert.equal(operation.error.code, 'job.not-stopped');
    assert.equal(operation.error.subject.file, savepoint()?.path);
    await run.until('the recovery', () => world.record(run.job).recoveries[1]?.status === 'done');
    assert.equal(world.record(run.job).recoveries[1]?.checkpoint?.path, savepoint()?.path);
    await run.finish();
  });

  test('goes on reading when the savepoint of a stop cannot be stored', async () => {
    const run = await running(35);
    const { world } = run;
    world.fs.full = true;
    world.jobManager.triggerSavepoint(run.job, { triggerId, thenStop: true });
    const operation = await stopped(run);
    world.fs.full = false;
    assert.equal(operation?.status, 'FAILED');
    assert.match(operation.error.message, /The disk is full/);
    assert.equal(world.record(run.job).recoveries.length, 1, 'nothing restarts');
    await run.finish();
  });

  test('a TaskManager killed while one of its steps is held: that recovery is given up and the next one begins', async () => {
    const run = await running(36);
    const { world } = run;
    world.jobManager.holdNextRecovery(run.job, true);
    processOf(world, tm1).crash();
    const heldTask = (): boolean => world.record(run.job).holds.some(({ event }) => event.scope.at === 'task');
    while (!heldTask()) {
      await run.until('a hold', () => world.record(run.job).holds.length > 0);
      const [held] = world.record(run.job).holds;
      if (held?.event.scope.at === 'jobmanager') world.jobManager.resume(run.job, held.hold, 'next');
    }
    const [held] = world.record(run.job).holds;
    if (held?.event.scope.at !== 'task') throw new Error('no task is held');
    processOf(world, held.event.scope.taskManager).crash();
    await run.until('the next recovery', () => world.record(run.job).recoveries[2] !== undefined);
    world.jobManager.resume(run.job, undefined, 'go');
    await run.finish();
    assert.deepEqual(
      world.record(run.job).recoveries.map(({ status }) => status),
      ['done', 'given up', 'done'],
    );
  });
});
