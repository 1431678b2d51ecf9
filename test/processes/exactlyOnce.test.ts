import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { restoredStates, type RestoredState } from '../../runtime/rest/recovery/restoredStates';
import { restoredStateText } from '../../runtime/rest/recovery/recoveryText';
import { assertExactlyOnce } from './flights';
import { finishedExactlyOnce, startFlights } from './flightsRun';

function keyedStates(states: readonly RestoredState[]): readonly RestoredState[] {
  return states.filter(({ state }) => state === 'keyed');
}

describe('the output is that of a plain loop', { concurrency: 2 }, () => {
  test('without faults', async (t) => finishedExactlyOnce(await startFlights(t), 0));

  test('when each TaskManager is killed in turn, and both read their local copies', async (t) => {
    const job = await startFlights(t);
    await job.checkpoints(2);
    for (const taskManager of ['tm-1', 'tm-2']) {
      const { now } = job.runtime.events;
      await job.kill(taskManager);
      await job.recovered(now);
      await job.checkpoints(1, job.runtime.events.now);
    }
    await finishedExactlyOnce(job, 2);
    for (const { recovery, events } of (await job.recoveries()).slice(1)) {
      const from = keyedStates(restoredStates(events)).map((state) => restoredStateText(state));
      assert.deepEqual(from, ['local', 'local'], `recovery ${recovery}`);
    }
  });

  test('when a TaskManager is killed before the first checkpoint', async (t) => {
    const job = await startFlights(t);
    await job.recovered();
    await job.kill('tm-1');
    await job.finished();
    assertExactlyOnce(job.runtime.folder);
  });

  test('when a TaskManager is killed while a checkpoint is in progress; ids keep increasing', async (t) => {
    const job = await startFlights(t);
    await job.checkpoints(2);
    const { events } = job.runtime;
    const broken = await events.first(
      'the begin of a checkpoint',
      (event) => (event.e === 'checkpoint' && event.status === 'IN_PROGRESS' ? event.checkpoint : undefined),
      events.now,
    );
    process.kill(await job.runtime.pidOf('tm-2'), 'SIGKILL');
    const completed = await job.checkpoints(1, events.all.findIndex(({ e }) => e === 'recovery') + events.now);
    assert.ok(completed > broken);
    await finishedExactlyOnce(job, 1);
    const ids = events.all.flatMap((event) =>
      event.e === 'checkpoint' && event.status === 'IN_PROGRESS' && event.acknowledged === 0 ? [event.checkpoint] : [],
    );
    assert.deepEqual(
      [...new Set(ids)],
      [...new Set(ids)].sort((a, b) => a - b),
    );
  });

  test('when the other TaskManager is killed in the recovery of the first', async (t) => {
    const job = await startFlights(t);
    await job.checkpoints(2);
    const { now } = job.runtime.events;
    await job.kill('tm-1');
    await job.step('deployed', 'end', now);
    await job.kill('tm-2');
    await job.step('recovered', 'end', now);
    await finishedExactlyOnce(job, 2);
    const [, first, second] = await job.recoveries();
    assert.equal(first?.status, 'given up');
    assert.equal(second?.cause.k === 'taskManager' && second.cause.taskManager, 'tm-2');
  });

  test('when TaskManagers are killed while a step of the JobManager, then one of a task is held', async (t) => {
    const job = await startFlights(t);
    const { cluster, events } = job.runtime;
    await job.checkpoints(2);
    await cluster.run('holdNextRecovery', { job: job.id, hold: true });
    const { now } = events;
    await job.kill('tm-1');
    const first = await job.held(now);
    assert.equal(first.step.k, 'failureSeen');
    await job.kill('tm-2');
    await job.runtime.taskManagersBack();
    const inTask = await job.stepTo('next', ({ scope }) => scope.at === 'task');
    assert.ok(inTask.scope.at === 'task');
    process.kill(await job.runtime.pidOf(inTask.scope.taskManager), 'SIGKILL');
    await finishedExactlyOnce(job, 2);
    const [, given, last] = await job.recoveries();
    assert.equal(given?.status, 'given up');
    assert.equal(last?.cause.k === 'taskManager' && last.cause.taskManager, inTask.scope.taskManager);
  });

  test('when a TaskManager is lost with its directory: a new one comes, and its states are read remotely', async (t) => {
    const job = await startFlights(t);
    await job.checkpoints(2);
    const { now } = job.runtime.events;
    const lostSubtasks = (await job.details()).tasks.filter(({ taskManager }) => taskManager === 'tm-2');
    await job.kill('tm-2', true);
    await job.recovered(now);
    await finishedExactlyOnce(job, 1);
    const [, recovery] = await job.recoveries();
    const states = keyedStates(restoredStates(recovery?.events ?? []));
    for (const state of states) {
      const wasLost = lostSubtasks.some(({ subtask }) => subtask === state.scope.subtask);
      const text = restoredStateText(state);
      if (wasLost)
        assert.match(
          text,
          /^remote, because there is no local copy of checkpoint \d+: the task ran on TaskManager tm-\d before/,
        );
      else assert.equal(text, 'local');
    }
    assert.equal(states.length, 2);
    assert.ok(lostSubtasks.length > 0, 'tm-2 had tasks');
    const moved = (recovery?.events ?? []).flatMap(({ step, phase }) =>
      step.k === 'slotAssigned' && !step.same && phase === 'begin' ? [step.why] : [],
    );
    assert.equal(moved.length, lostSubtasks.length);
    for (const why of moved) assert.match(why, /TaskManager tm-2 is lost/);
    const managers = await job.runtime.cluster.get('taskManagers', {});
    assert.ok(managers.some(({ id, status }) => id === 'tm-3' && status === 'alive'));
  });

  test('when a task throws at once, and another one at its 1,000th record', async (t) => {
    const job = await startFlights(t);
    const { cluster } = job.runtime;
    await job.checkpoints(1);
    const operator = await job.operator('delay-by-airport');
    const fault = { k: 'throwInTask', job: job.id, operator, message: 'thrown on purpose' } as const;
    let { now } = job.runtime.events;
    await cluster.run('inject', { fault: { ...fault, subtask: 0, when: { at: 'now' } } });
    await job.recovered(now);
    now = job.runtime.events.now;
    await job.checkpoints(1, now);
    await cluster.run('inject', { fault: { ...fault, subtask: 1, when: { at: 'record', count: 1_000 } } });
    await job.recovered(now);
    await finishedExactlyOnce(job, 2);
    const causes = (await job.recoveries()).slice(1).map(({ cause }) => cause);
    assert.deepEqual(
      causes.map((cause) => cause.k === 'task' && [cause.task.subtask, cause.injected, cause.error.message]),
      [
        [0, true, 'thrown on purpose'],
        [1, true, 'thrown on purpose'],
      ],
    );
  });

  test('when both TaskManagers are killed at the same time', async (t) => {
    const job = await startFlights(t);
    await job.checkpoints(2);
    for (const pid of [await job.runtime.pidOf('tm-1'), await job.runtime.pidOf('tm-2')]) process.kill(pid, 'SIGKILL');
    await job.finished();
    assertExactlyOnce(job.runtime.folder);
    assert.ok((await job.recoveries()).length >= 2);
  });
});
