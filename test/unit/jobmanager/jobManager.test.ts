import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, type JobId, type TriggerId } from '../../../runtime/base/ids';
import { operatorIdOfUid } from '../../../runtime/graph/operatorIds';
import { exceptionsOf } from '../../../runtime/jobmanager/rest/flink/exceptions';
import type { OperationRecord, RecoveryRecord } from '../../../runtime/jobmanager/records';
import { World } from '../../simulation/world';
import type { CountingJob } from '../../simulation/countingJob';

const endless: CountingJob = {
  rows: 1_000_000,
  keys: 23,
  rowsPerSecond: 500,
  parallelism: 2,
  checkpointIntervalMs: 100,
};

/** The real JobManager and TaskManagers on a simulated machine, with a job that runs and has completed a checkpoint. */
async function running(seed: number, job = endless): Promise<{ world: World; job: JobId }> {
  const world = new World(seed, job);
  const submitted = await world.submit();
  await world.until('a checkpoint', () => world.completedCheckpoints(submitted) > 0, 20_000);
  return { world, job: submitted };
}

function steps(record: RecoveryRecord | undefined): string[] {
  return (record?.events ?? []).flatMap(({ scope, phase, step, verdict }) => {
    if (scope.at !== 'jobmanager' || phase !== 'end') return [];
    return [`${step.k} ${verdict?.v ?? ''}`];
  });
}

const wholeRecovery = [
  'failureSeen ok',
  'regionChosen ok',
  'tasksCancelled ok',
  'restartDelay ok',
  'checkpointChosen ok',
  'slotAssigned ok',
  'slotAssigned ok',
  'slotAssigned ok',
  'slotAssigned ok',
  'deployed ok',
  'recovered ok',
];

function slots(record: RecoveryRecord | undefined): string[] {
  return (record?.events ?? []).flatMap(({ phase, step }) =>
    phase === 'begin' && step.k === 'slotAssigned' ? [`${step.taskManager} ${step.same ? 'same' : 'other'}`] : [],
  );
}

async function recovered(world: World, job: JobId, count: number): Promise<RecoveryRecord | undefined> {
  await world.until(
    'the recovery',
    () => world.jobManager.job(job).recoveries.filter(({ status }) => status === 'done').length > count,
    20_000,
  );
  return world.jobManager.job(job).recoveries.at(-1);
}

async function operation(
  world: World,
  kind: 'savepoint' | 'checkpoint' | 'disposal',
  trigger: TriggerId,
): Promise<OperationRecord | undefined> {
  const done = (): boolean => world.jobManager.operation(kind, trigger)?.status !== 'IN_PROGRESS';
  await world.until(kind, done, 20_000);
  return world.jobManager.operation(kind, trigger);
}

const trigger = (digit: string): TriggerId => id<TriggerId>(digit.repeat(32));

describe('the JobManager', () => {
  test('starts a job as recovery 0 and spreads it over the TaskManagers', async () => {
    const { world, job } = await running(1);
    const record = world.jobManager.job(job);
    assert.deepEqual(steps(record.recoveries[0]), wholeRecovery.slice(4));
    assert.deepEqual(Object.keys(record.statusTimes), ['INITIALIZING', 'CREATED', 'RUNNING']);
    const used = record.vertices.flatMap(({ subtasks }) =>
      subtasks.map(({ attempts }) => attempts.at(-1)?.taskManager),
    );
    assert.deepEqual([...new Set(used)].sort(), ['tm-1', 'tm-2']);
    assert.equal(world.jobManager.cluster().freeSlots, 2);
  });

  test('brings a killed TaskManager back with its id, and its tasks to their slots', async () => {
    const { world, job } = await running(2);
    const [first] = world.jobManager.taskManagers();
    world.jobManager.inject({ k: 'killTaskManager', taskManager: first?.id ?? ('' as never), lose: false });
    const recovery = await recovered(world, job, 1);
    assert.deepEqual(steps(recovery), wholeRecovery);
    assert.ok(slots(recovery).every((slot) => slot.endsWith('same')));
    assert.equal(world.jobManager.taskManagers()[0]?.respawns, 1);
    const [exception] = world.jobManager.job(job).exceptions;
    assert.equal(exception?.error.message, 'TaskManager tm-1 was killed: SIGKILL.');
    assert.equal(exception.injected, true);
  });

  test('says what a job waits for while it has no slots', async () => {
    const { world, job } = await running(2);
    world.jobManager.inject({ k: 'killTaskManager', taskManager: 'tm-1' as never, lose: false });
    await world.until('waiting', () => world.jobManager.job(job).waitingFor !== undefined, 5_000);
    assert.equal(world.jobManager.job(job).waitingFor, 'TaskManager tm-1 is being started again.');
    await recovered(world, job, 1);
    assert.equal(world.jobManager.job(job).waitingFor, undefined);
  });

  test('remembers which attempt of a task failed', async () => {
    const { world, job } = await running(11);
    const operator = operatorIdOfUid('count');
    for (const attempt of [0, 1]) {
      const when = { at: 'now' } as const;
      world.jobManager.inject({ k: 'throwInTask', job, operator, subtask: 1, message: `failure ${attempt}`, when });
      await recovered(world, job, attempt + 1);
    }
    const { exceptionHistory } = exceptionsOf(world.jobManager.job(job), { maxExceptions: 20, labels: [] });
    assert.deepEqual(
      exceptionHistory.entries.map(({ taskName }) => /\(.*$/.exec(taskName ?? '')?.[0]),
      ['(2/2) - execution #1', '(2/2) - execution #0'],
    );
  });

  test('replaces a lost TaskManager, and moves only its tasks', async () => {
    const { world, job } = await running(3);
    const [first] = world.jobManager.taskManagers();
    world.jobManager.inject({ k: 'killTaskManager', taskManager: first?.id ?? ('' as never), lose: true });
    const recovery = await recovered(world, job, 1);
    assert.deepEqual([...new Set(slots(recovery))].sort(), ['tm-2 other', 'tm-2 same']);
    await world.until('the replacement', () => world.jobManager.cluster().taskManagers === 2, 5_000);
    assert.deepEqual(
      world.jobManager.taskManagers().map(({ id: name, status }) => `${name} ${status}`),
      ['tm-1 lost', 'tm-2 alive', 'tm-3 alive'],
    );
  });

  test('holds the next recovery at every stage, and nothing happens until it is let go', async () => {
    const { world, job } = await running(4);
    world.jobManager.holdNextRecovery(job, true);
    world.jobManager.inject({ k: 'killTaskManager', taskManager: 'tm-2' as never, lose: false });
    const seen: string[] = [];
    for (let stage = 0; stage < 5; stage++) {
      await world.until('a hold', () => world.jobManager.job(job).holds.length === 1, 5_000);
      await world.pass(300);
      const [held] = world.jobManager.job(job).holds;
      seen.push(held?.event.step.k ?? '');
      assert.equal(world.jobManager.job(job).recoveries.at(-1)?.status, 'held');
      world.jobManager.resume(job, held?.hold, 'next');
    }
    assert.deepEqual(seen, ['failureSeen', 'regionChosen', 'tasksCancelled', 'restartDelay', 'checkpointChosen']);
    await world.until('a hold', () => world.jobManager.job(job).holds.length === 1, 5_000);
    world.jobManager.resume(job, undefined, 'go');
    const recovery = await recovered(world, job, 1);
    assert.deepEqual(steps(recovery), wholeRecovery);
    assert.ok((recovery?.tookMs ?? Infinity) < 1_000, 'the time held does not count');
    assert.throws(() => world.jobManager.resume(job, 'hold-none' as never, 'next'), { code: 'debug.not-held' });
  });

  test('gives a held recovery up when there is another failure, and begins the next one', async () => {
    const { world, job } = await running(5);
    world.jobManager.holdNextRecovery(job, true);
    world.jobManager.inject({ k: 'killTaskManager', taskManager: 'tm-2' as never, lose: false });
    for (;;) {
      await world.until('a hold', () => world.jobManager.job(job).holds.length > 0, 5_000);
      const held = world.jobManager.job(job).holds.find(({ event }) => event.scope.at === 'jobmanager');
      if (held === undefined) break;
      world.jobManager.resume(job, held.hold, 'next');
      await world.pass(20);
    }
    world.jobManager.inject({ k: 'killTaskManager', taskManager: 'tm-1' as never, lose: false });
    const last = await recovered(world, job, 1);
    assert.equal(last?.recovery, 2);
    const [, given] = world.jobManager.job(job).recoveries;
    assert.equal(given?.status, 'given up');
    const open = new Set<string>();
    for (const { stepId, phase } of given.events) {
      if (phase === 'begin') open.add(stepId);
      else open.delete(stepId);
    }
    assert.deepEqual([...open], [], 'every step that began has ended');
  });

  test('takes a savepoint, starts another job from it, and disposes it', async () => {
    const { world, job } = await running(6);
    world.jobManager.triggerSavepoint(job, { triggerId: trigger('1'), thenStop: false });
    world.jobManager.triggerSavepoint(job, { triggerId: trigger('1'), thenStop: false });
    const taken = await operation(world, 'savepoint', trigger('1'));
    assert.equal(taken?.status, 'COMPLETED');
    const path = taken.result.k === 'savepoint' ? taken.result.path : '';
    assert.match(path, /savepoint-[0-9a-f]{6}-[0-9a-f]{12}$/);
    const savepoints = world.jobManager.job(job).checkpoints.history.filter(({ kind }) => kind === 'SAVEPOINT');
    assert.equal(savepoints.length, 1, 'the same trigger id again starts nothing');
    world.jobManager.cancel(job);
    await world.until('the cancel', () => world.status(job) === 'CANCELED', 5_000);
    await world.until('its slots', () => world.jobManager.cluster().freeSlots === 4, 5_000);
    const second = await world.submit(path);
    await world.until('a checkpoint', () => world.completedCheckpoints(second) > 0, 5_000);
    const { checkpoints } = world.jobManager.job(second);
    assert.equal(checkpoints.latestRestored?.path, path);
    assert.ok((checkpoints.latestCompleted?.id ?? 0) > checkpoints.latestRestored.id, 'ids go on');
    world.jobManager.disposeSavepoint(path, trigger('2'));
    assert.equal((await operation(world, 'disposal', trigger('2')))?.status, 'COMPLETED');
    assert.equal(world.fs.bytes(`${path}/_metadata`), undefined);
  });

  test('stops with a savepoint: the job is FINISHED behind it', async () => {
    const { world, job } = await running(7);
    world.jobManager.triggerSavepoint(job, { triggerId: trigger('3'), thenStop: true });
    const stopped = await operation(world, 'savepoint', trigger('3'));
    assert.equal(stopped?.status, 'COMPLETED');
    assert.equal(world.status(job), 'FINISHED');
    assert.equal(world.jobManager.job(job).checkpoints.latestSavepoint?.kind, 'SYNC_SAVEPOINT');
    world.jobManager.triggerCheckpoint(job, trigger('4'));
    const refused = await operation(world, 'checkpoint', trigger('4'));
    assert.equal(refused?.status === 'FAILED' && refused.error.code, 'job.has-ended');
  });

  test('ends a job whose input ends, after a last checkpoint, and frees its slots', async () => {
    const short: CountingJob = { ...endless, rows: 200 };
    const world = new World(8, short);
    const job = await world.submit();
    await world.until('the end', () => world.status(job) === 'FINISHED', 20_000);
    await world.until('its slots', () => world.jobManager.cluster().freeSlots === 4, 5_000);
    assert.ok(world.completedCheckpoints(job) > 0);
  });

  test('refuses what it cannot start, and leaves no job', async () => {
    const world = new World(9, endless);
    await assert.rejects(world.submit('/folder/nothing'), { code: 'snapshot.not-found' });
    assert.deepEqual(world.jobManager.jobs(), []);
    const many = new World(10, { ...endless, parallelism: 5 });
    await assert.rejects(many.submit(), { code: 'job.too-few-slots' });
  });

  test('writes every event and effect into the log of the job', async () => {
    const { world, job } = await running(11);
    await world.pass(500);
    const bytes = world.fs.bytes(`/folder/.job-state/jobs/${job}/events.ndjson`);
    const lines = new TextDecoder().decode(bytes).trimEnd().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as { event?: { e: string }; effect?: { f: string } });
    assert.deepEqual(entries[0]?.event, { e: 'start' });
    assert.ok(entries.some(({ effect }) => effect?.f === 'deploy'));
  });
});
