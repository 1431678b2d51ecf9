/**
 * What everything above the seam `Cluster` relies on, asked of one engine on which the keyed count can run. The same for every engine:
 * npm test runs it on the embedded runtime, npm run test:flink on Apache Flink.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { JobStateError } from '../../runtime/base/errors';
import { id, type JobId } from '../../runtime/base/ids';
import type { JobEvent } from '../../runtime/base/jobEvents';
import type { Capability, Cluster, Queries } from '../../runtime/cluster/cluster';
import { eventually } from '../../runtime/cluster/eventually';
import type { JobDetails } from '../../runtime/cluster/model';

/** An engine under test. */
export interface EngineUnderTest {
  readonly cluster: Cluster;
  /** The engine can write here. */
  readonly folder: string;
  /** Starts the keyed count with two subtasks and checkpoints all the time; resolves when it was taken. */
  start(): Promise<JobId>;
  /** Makes one of its tasks fail; the job is restarted then. */
  breakTask(job: JobId): Promise<void>;
}

const patienceMs = 60_000;
const jobCapabilities: readonly Capability[] = [
  'cancel',
  'stopWithSavepoint',
  'triggerSavepoint',
  'triggerCheckpoint',
  'liveState',
  'injectFault',
  'holdRecovery',
];

function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  return eventually(AbortSignal.timeout(patienceMs), ask);
}

/** A job that is there and runs in all of its tasks. */
function running(cluster: Cluster, job: JobId): Promise<JobDetails> {
  return until(async () => {
    const details = await cluster.get('job', { job });
    const up = details.tasks.length > 0 && details.tasks.every(({ status }) => status === 'RUNNING');
    return details.status === 'RUNNING' && up ? details : undefined;
  });
}

async function refusal(work: Promise<unknown>): Promise<JobStateError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof JobStateError, `refused with ${String(error)}`);
  assert.doesNotMatch(error.message, /org\.apache|\n\s*at /, 'people read it');
  return error;
}

/** Runs the suite as subtests of `t`, one after the other, on one job and then another. */
export async function clusterSuite(t: TestContext, engine: EngineUnderTest): Promise<void> {
  const { cluster, folder } = engine;
  const job = await engine.start();
  await running(cluster, job);

  await t.test('tells its version, its slots and its TaskManagers', async () => {
    const overview = await cluster.get('overview', {});
    assert.match(overview.version, /^\d+\.\d+/);
    const taskManagers = await cluster.get('taskManagers', {});
    assert.equal(taskManagers.length, overview.taskManagers);
    assert.equal(
      taskManagers.reduce((sum, { slots }) => sum + slots, 0),
      overview.slots,
    );
    assert.ok(taskManagers.every(({ status }) => status === 'alive'));
  });

  await t.test('tells its jobs, each with its tasks and where they run', async () => {
    const summary = (await cluster.get('jobs', {})).find((one) => one.id === job);
    const details = await running(cluster, job);
    assert.deepEqual([summary?.name, summary?.startMs], [details.name, details.startMs]);
    assert.equal(details.endMs, undefined);
    const names = new Set((await cluster.get('taskManagers', {})).map((one) => one.id));
    assert.ok(details.tasks.every(({ taskManager }) => taskManager !== undefined && names.has(taskManager)));
    assert.ok(details.checkpointIntervalMs !== undefined && details.checkpointIntervalMs > 0);
  });

  await t.test('tells the operators of a job by name, those of a chain with one vertex', async () => {
    const operators = await cluster.get('operators', { job });
    const counts = operators.find(({ name }) => name === 'counts');
    assert.ok(counts !== undefined);
    assert.deepEqual([counts.parallelism, counts.vertex], [2, counts.id]);
    const sink = operators.find(({ name }) => name.startsWith('sink'));
    assert.equal(sink?.vertex, counts.vertex);
    assert.equal(new Set(operators.map((operator) => operator.id)).size, operators.length);
  });

  await t.test('knows no job that was never there', async () => {
    const unknown = id<JobId>('0123456789abcdef0123456789abcdef');
    assert.equal((await refusal(cluster.get('job', { job: unknown }))).code, 'job.not-found');
    assert.equal((await refusal(cluster.get('operators', { job: unknown }))).code, 'job.not-found');
    assert.equal(
      (await refusal(cluster.get('checkpoints', { job: unknown, savepoints: false }))).code,
      'job.not-found',
    );
    assert.equal((await refusal(cluster.get('recoveries', { job: unknown }))).code, 'job.not-found');
  });

  await t.test('takes a checkpoint, lists it and shows what each operator put into it', async () => {
    const { checkpoint } = await cluster.run('triggerCheckpoint', { job });
    const info = await until(async () => {
      const { items } = await cluster.get('checkpoints', { job, savepoints: false }, { limit: 10 });
      return items.find((item) => item.id === checkpoint && item.status === 'COMPLETED');
    });
    assert.ok(info.path?.endsWith(`/chk-${checkpoint}`));
    assert.ok(info.sizeBytes > 0 && info.acknowledged === info.subtasks && !info.savepoint);
    const { operators } = await cluster.get('checkpoint', { job, checkpoint });
    const all = await cluster.get('operators', { job });
    const counts = operators.find((one) => one.id === all.find(({ name }) => name === 'counts')?.id);
    assert.ok(counts !== undefined && counts.sizeBytes > 0);
    assert.equal(counts.subtasks.length, 2);
    assert.equal(
      counts.subtasks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      counts.sizeBytes,
    );
  });

  await t.test('pages the list of checkpoints, newest first', async () => {
    await until(async () => {
      const { items } = await cluster.get('checkpoints', { job, savepoints: false }, { limit: 3 });
      return items.length === 3 ? true : undefined;
    });
    const first = await cluster.get('checkpoints', { job, savepoints: false }, { limit: 2 });
    assert.ok(first.items.length === 2 && first.next !== undefined && first.total >= 3);
    const next = await cluster.get('checkpoints', { job, savepoints: false }, { limit: 1, after: first.next });
    const ids = [...first.items, ...next.items].map((item) => item.id);
    assert.deepEqual(
      ids,
      [...new Set(ids)].sort((one, other) => other - one),
    );
  });

  await t.test('takes a savepoint where it is told, and deletes it with its files', async () => {
    const directory = join(folder, 'savepoints of the suite');
    const told: string[] = [];
    const savepoint = await cluster.run(
      'triggerSavepoint',
      { job, directory },
      { onProgress: (text) => told.push(text) },
    );
    assert.ok(savepoint.path.startsWith(directory), savepoint.path);
    assert.ok(savepoint.sizeBytes > 0 && savepoint.tookMs > 0);
    assert.ok(told.every((text) => /^savepoint: \d+ of \d+ subtasks$/.test(text)));
    assert.ok(existsSync(join(savepoint.path, '_metadata')));
    const listed = await until(async () => {
      const { items } = await cluster.get('checkpoints', { job, savepoints: true }, { limit: 10 });
      return items.find(({ path }) => path === savepoint.path);
    });
    assert.ok(listed.savepoint && listed.sizeBytes > 0);
    const { items } = await cluster.get('checkpoints', { job, savepoints: false }, { limit: 10 });
    assert.ok(items.every((item) => !item.savepoint && item.id !== listed.id));
    await cluster.run('disposeSavepoint', { path: savepoint.path });
    assert.ok(!existsSync(join(savepoint.path, '_metadata')));
    await refusal(cluster.run('disposeSavepoint', { path: savepoint.path }));
  });

  await t.test('says in one sentence why a savepoint cannot be taken', async () => {
    await refusal(cluster.run('triggerSavepoint', { job, directory: '/dev/null/nowhere' }));
    assert.equal((await cluster.get('job', { job })).status, 'RUNNING');
  });

  await t.test('tells what happens as events', async () => {
    const stop = new AbortController();
    const heard: JobEvent[] = [];
    try {
      for await (const event of cluster.events(0, stop.signal)) {
        heard.push(event);
        if (event.e === 'checkpoint' && event.job === job && event.status === 'COMPLETED') break;
      }
    } finally {
      stop.abort();
    }
    assert.ok(heard.every(({ seq }, index) => index === 0 || seq > (heard[index - 1]?.seq ?? 0)));
  });

  await t.test('what it says that it cannot do it refuses, all else it says it can', async () => {
    const [operator] = await cluster.get('operators', { job });
    assert.ok(operator !== undefined);
    for (const capability of jobCapabilities) {
      const can = cluster.can(capability, job);
      if (can.ok) continue;
      assert.equal(can.why, 'engine-has-no-such-thing', capability);
      const ofState: Queries['stateEntries']['q'] = { job, operator: operator.id, state: 'count' };
      if (capability === 'liveState')
        assert.equal((await refusal(cluster.get('stateEntries', ofState))).code, 'engine.cannot');
      if (capability === 'holdRecovery') {
        const held = cluster.run('holdNextRecovery', { job, hold: true });
        assert.equal((await refusal(held)).code, 'engine.cannot');
      }
    }
  });

  await t.test('tells a failure as a recovery with its cause and its checkpoint', async () => {
    await engine.breakTask(job);
    const recovery = await until(async () => {
      const { items } = await cluster.get('recoveries', { job }, { limit: 10 });
      const [newest] = items;
      return newest !== undefined && newest.recovery > 0 && newest.status === 'done' ? newest : undefined;
    });
    assert.ok(recovery.cause.k === 'task' || recovery.cause.k === 'taskManager' || recovery.cause.k === 'job');
    assert.ok((recovery.checkpoint?.id ?? 0) > 0);
    const details = await until(async () => {
      const found = await cluster.get('recovery', { job, recovery: recovery.recovery });
      return found.events.some(({ step }) => step.k === 'taskRunning') ? found : undefined;
    });
    const steps = details.events.map(({ step }) => step.k);
    assert.deepEqual(
      ['failureSeen', 'checkpointChosen', 'taskRunning'].filter((step) => !steps.includes(step as never)),
      [],
    );
    assert.ok((await running(cluster, job)).counts.restored > 0);
    const { items } = await cluster.get('recoveries', { job }, { limit: 10 });
    assert.equal(items.at(-1)?.recovery, 0, 'the start of the job is the oldest');
  });

  await t.test('stops a job with a savepoint; then nothing more can be done with it', async () => {
    const { path } = await cluster.run('stopWithSavepoint', { job, directory: join(folder, 'last') });
    assert.ok(existsSync(join(path, '_metadata')));
    const ended = await until(async () => {
      const details = await cluster.get('job', { job });
      return details.status === 'FINISHED' ? details : undefined;
    });
    assert.ok((ended.endMs ?? 0) >= ended.startMs);
    for (const capability of ['cancel', 'stopWithSavepoint', 'triggerSavepoint', 'triggerCheckpoint'] as const) {
      assert.deepEqual(cluster.can(capability, job), { ok: false, why: 'job-has-ended' });
    }
    await refusal(cluster.run('triggerSavepoint', { job }));
  });

  await t.test('cancels a job', async () => {
    const other = await engine.start();
    await running(cluster, other);
    await cluster.run('cancel', { job: other });
    await until(async () => {
      const summary = (await cluster.get('jobs', {})).find((one) => one.id === other);
      return summary?.status === 'CANCELED' ? true : undefined;
    });
  });
}
