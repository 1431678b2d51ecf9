import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JobStateError } from '../../../runtime/base/errors';
import { id, type JobId } from '../../../runtime/base/ids';
import type { JobEvent } from '../../../runtime/base/jobEvents';
import type { Capability } from '../../../runtime/cluster/cluster';
import { FlinkCluster } from '../../../runtime/cluster/flinkCluster';
import { RecordedFlink, type RecordedVersion } from '../../support/recordedFlink/recordedFlink';

const url = 'http://flink.test:8081';
const totals = '64d13d9aa16aa0e7527f2a20c03a2a05';

interface Attached {
  readonly flink: RecordedFlink;
  readonly cluster: FlinkCluster;
  /** The job that runs. */
  readonly job: JobId;
}

function attached(version: RecordedVersion, ...more: readonly string[]): Attached {
  const flink = new RecordedFlink(version);
  flink.now(...more);
  const cluster = new FlinkCluster({ url, fetch: flink.fetch, lookEveryMs: 1 });
  return { flink, cluster, job: flink.jobOf('get-jobs-jobid') };
}

function rejectsWith(code: string, message: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof JobStateError, String(error));
    assert.equal(error.code, code);
    assert.match(`${error.message} ${error.advice}`, message);
    return true;
  };
}

for (const version of ['1.20.5', '2.2.1'] as const) {
  describe(`Flink ${version}`, () => {
    test('tells its version, its slots, its TaskManagers and its jobs', async () => {
      const { cluster, job } = attached(version);
      assert.deepEqual(await cluster.get('overview', {}), { version, taskManagers: 2, slots: 4, freeSlots: 2 });
      assert.deepEqual((await cluster.get('taskManagers', {})).map((one) => `${one.id} ${one.status}`).sort(), [
        'tm1 alive',
        'tm2 alive',
      ]);
      const [only, ...others] = await cluster.get('jobs', {});
      assert.deepEqual([only?.id, only?.name, only?.status, others], [job, 'orders', 'RUNNING', []]);
    });

    test('a job has its tasks with their TaskManagers, its checkpoints and their interval', async () => {
      const { cluster, job } = attached(version);
      const details = await cluster.get('job', { job });
      assert.equal(details.tasks.length, 11);
      const task = details.tasks.find(({ vertex, subtask }) => vertex === totals && subtask === 1);
      assert.ok(task !== undefined);
      assert.match(task.taskManager ?? '', /^tm[12]$/);
      assert.deepEqual([task.status, task.parallelism, task.attempt], ['RUNNING', 2, 0]);
      assert.equal(details.checkpointIntervalMs, 3_000);
      assert.equal(details.checkpointsDirectory, `/flink/checkpoints/${job}`);
      assert.equal(details.parallelism, 2);
      assert.ok(details.counts.completed > 0 && details.latestCheckpoint?.path?.startsWith('/flink/') === true);
      assert.deepEqual([details.failure, details.waitingFor, details.endMs], [undefined, undefined, undefined]);
    });

    test('without periodic checkpoints a job has no interval', async () => {
      const { flink, cluster } = attached(
        version,
        'get-jobs-jobid-finished',
        'get-jobs-jobid-checkpoints-not-enabled',
        'get-checkpoints-config-not-enabled',
      );
      const details = await cluster.get('job', { job: flink.jobOf('get-jobs-jobid-finished') });
      assert.equal(details.status, 'FINISHED');
      assert.equal(details.checkpointIntervalMs, undefined);
    });

    test('operators are those of the chains, each with as much of its identity as Flink tells', async () => {
      const { cluster, job } = attached(version);
      const operators = await cluster.get('operators', { job });
      const chain = operators.filter(({ vertex }) => vertex === totals);
      assert.deepEqual(
        chain.map(({ name, told }) => [name, told]),
        [
          ['order totals', 'id'],
          ['totals sink: Writer', 'name'],
        ],
      );
      assert.equal(chain[0]?.id, totals);
      assert.equal(new Set(operators.map((operator) => operator.id)).size, operators.length);
      assert.equal(operators.filter(({ name }) => name.includes('guard')).length, 2);
    });

    test('checkpoints and savepoints are the newest that Flink remembers, page by page', async () => {
      const { cluster, job } = attached(version);
      const all = await cluster.get('checkpoints', { job, savepoints: false });
      assert.ok(all.items.length >= 8 && all.next === undefined);
      const first = await cluster.get('checkpoints', { job, savepoints: false }, { limit: 3 });
      const after = first.next;
      assert.ok(after !== undefined);
      const rest = await cluster.get('checkpoints', { job, savepoints: false }, { limit: 100, after });
      assert.deepEqual([...first.items, ...rest.items], all.items);
      assert.ok(all.items.every((item, index) => item.id < (all.items[index - 1]?.id ?? Infinity)));
      const failed = all.items.find(({ status }) => status === 'FAILED');
      assert.match(failed?.failure ?? '', /expired|declined|Exception|failed/i);
      const savepoints = await cluster.get('checkpoints', { job, savepoints: true });
      assert.match(savepoints.items[0]?.path ?? '', /^\/flink\/savepoints\/savepoint-/);
    });

    test('a checkpoint has its vertices with the size of every subtask', async () => {
      const { cluster, job } = attached(version);
      const details = await cluster.get('checkpoint', { job, checkpoint: 3 });
      assert.equal(details.operators.length, 6);
      const operator = details.operators.find((candidate) => candidate.id === totals);
      assert.equal(operator?.told, 'id');
      const sizes = operator.subtasks.map(({ sizeBytes }) => sizeBytes);
      assert.equal(sizes.length, 2);
      assert.equal(
        sizes.reduce((sum, size) => sum + size, 0),
        operator.sizeBytes,
      );
    });

    test('a failure is a recovery that says why, from which checkpoint and how long each task initialized', async () => {
      const { flink, cluster } = attached(
        version,
        'get-jobs-jobid-after-task-failure',
        'get-jobs-jobid-exceptions-after-task-failure',
        'get-jobs-jobid-checkpoints-after-task-failure',
        'get-vertex-after-task-failure',
      );
      const job = flink.jobOf('get-jobs-jobid-after-task-failure');
      const { items } = await cluster.get('recoveries', { job });
      assert.deepEqual(
        items.map(({ recovery }) => recovery),
        [1, 0],
      );
      const [newest] = items;
      assert.ok(newest?.cause.k === 'task');
      assert.match(newest.cause.error.message, /^Switch fail-1 is on/);
      assert.deepEqual(
        [newest.cause.task.name, newest.cause.task.subtask],
        ['rule match -> guard -> guard sink: Writer', 1],
      );
      assert.ok(newest.checkpoint !== undefined && newest.placesUnknown === true);
      assert.equal(newest.status, 'done');
      assert.ok(newest.tookMs !== undefined && newest.tookMs >= 2_000 && newest.tookMs < 4_000);
      const { events } = await cluster.get('recovery', { job, recovery: 1 });
      assert.deepEqual([...new Set(events.map(({ step }) => step.k))].sort(), [
        'checkpointChosen',
        'failureSeen',
        'recovered',
        'taskRunning',
      ]);
      assert.ok(events.every(({ evidence }) => evidence === 'rest'));
      const guard = events.find(({ step, phase }) => step.k === 'taskRunning' && phase === 'end');
      assert.ok((guard?.tookMs ?? 0) > 0);
      const start = await cluster.get('recovery', { job, recovery: 0 });
      assert.deepEqual([start.cause.k, start.status], ['start', 'done']);
    });

    test('the number of a recovery is that of the attempt that failed', async () => {
      const { flink, cluster } = attached(
        version,
        'get-jobs-jobid-after-task-failure',
        'get-jobs-jobid-exceptions-after-tm-loss',
        'get-jobs-jobid-checkpoints-after-tm-loss',
      );
      const job = flink.jobOf('get-jobs-jobid-after-task-failure');
      const { items, total } = await cluster.get('recoveries', { job });
      const attempts = items.flatMap(({ recovery, cause }) => (cause.k === 'start' ? [] : [recovery]));
      assert.equal(total, items.length);
      assert.deepEqual(
        attempts,
        attempts.map((_, index) => attempts.length - index),
      );
    });

    test('a job that could not start says why', async () => {
      const { flink, cluster } = attached(
        version,
        'get-jobs-jobid-failed-restore',
        'get-jobs-jobid-exceptions-failed-restore',
        'get-jobs-jobid-checkpoints-failed-restore',
      );
      const job = flink.jobOf('get-jobs-jobid-failed-restore');
      const details = await cluster.get('job', { job });
      assert.equal(details.status, 'FAILED');
      assert.match(details.failure?.text ?? '', /^Could not start the JobMaster\./);
      assert.deepEqual(await cluster.get('operators', { job }), []);
      assert.equal((await cluster.get('recoveries', { job })).items[0]?.status, 'given up');
    });

    test('a savepoint, a checkpoint, a disposal and a cancellation are asked for and waited for', async () => {
      const { flink, cluster, job } = attached(version);
      const savepoint = await cluster.run('triggerSavepoint', { job });
      assert.match(savepoint.path, /^\/flink\/savepoints\/savepoint-/);
      assert.ok(savepoint.sizeBytes > 0 && savepoint.tookMs > 0);
      assert.deepEqual(await cluster.run('triggerCheckpoint', { job }), { checkpoint: 5 });
      assert.deepEqual(await cluster.run('disposeSavepoint', { path: savepoint.path }), {});
      assert.deepEqual(await cluster.run('cancel', { job }), {});
      assert.ok(flink.asked.includes(`PATCH /jobs/${job}`));
    });

    test('a savepoint that Flink could not take is refused in one sentence', async () => {
      const { cluster, job } = attached(
        version,
        'post-savepoints-task-declines',
        'get-savepoint-trigger-failed-declined',
      );
      await assert.rejects(cluster.run('triggerSavepoint', { job }), (error: unknown) => {
        assert.ok(error instanceof JobStateError);
        assert.equal(error.code, 'engine.operation-failed');
        assert.doesNotMatch(error.message, /org\.apache|java\.|\n/);
        return true;
      });
    });
  });
}

describe('an attached Flink', () => {
  test('says what it cannot do, and refuses it', async () => {
    const { cluster, job } = attached('1.20.5');
    const cannot: readonly Capability[] = ['submit', 'liveState', 'injectFault', 'holdRecovery'];
    for (const capability of cannot) {
      assert.deepEqual(cluster.can(capability, job), { ok: false, why: 'engine-has-no-such-thing' });
    }
    const can: readonly Capability[] = ['cancel', 'triggerSavepoint', 'stopWithSavepoint', 'disposeSavepoint'];
    for (const capability of can) assert.deepEqual(cluster.can(capability, job), { ok: true });
    await assert.rejects(
      cluster.run('holdNextRecovery', { job, hold: true }),
      rejectsWith('engine.cannot', /^Flink cannot hold a recovery/),
    );
  });

  test('does not know a job that is not in its overview', async () => {
    const { cluster } = attached('1.20.5');
    const job = id<JobId>('0'.repeat(32));
    await assert.rejects(cluster.get('job', { job }), rejectsWith('job.not-found', /There is no job 0/));
  });

  test('an ended job allows nothing more', async () => {
    const { flink, cluster } = attached('1.20.5', 'get-jobs-jobid-finished', 'get-jobs-jobid-checkpoints-not-enabled');
    await cluster.get('jobs', {});
    const job = flink.jobOf('get-jobs-jobid-finished');
    assert.deepEqual(cluster.can('cancel', job), { ok: false, why: 'job-has-ended' });
  });

  test('questions at the same time are one request each', async () => {
    const { flink, cluster, job } = attached('1.20.5');
    await Promise.all([cluster.get('job', { job }), cluster.get('operators', { job }), cluster.get('job', { job })]);
    assert.equal(new Set(flink.asked).size, flink.asked.length);
  });

  test('nothing is asked while nobody listens, and the listener hears what has changed', async () => {
    const { flink, cluster, job } = attached('1.20.5');
    const stop = new AbortController();
    const events = cluster.events(0, stop.signal)[Symbol.asyncIterator]();
    assert.deepEqual(flink.asked, []);
    const heard: JobEvent[] = [];
    const until = async (fits: (event: JobEvent) => boolean): Promise<void> => {
      for (;;) {
        const event = (await events.next()).value as JobEvent;
        heard.push(event);
        if (fits(event)) return;
      }
    };
    await until(({ e }) => e === 'metrics');
    flink.now('get-jobs-jobid-checkpoints-in-progress');
    await until((event) => event.e === 'checkpoint' && event.status === 'IN_PROGRESS' && event.job === job);
    flink.now('get-jobs-jobid-canceled', 'get-jobs-overview-mixed', 'get-jobs-jobid-checkpoints-canceled');
    await until((event) => event.e === 'job' && event.job === job && event.status === 'CANCELED');
    assert.deepEqual(
      heard.map(({ seq }) => seq),
      heard.map((_, index) => index + 1),
    );
    assert.deepEqual(cluster.can('cancel', job), { ok: false, why: 'job-has-ended' });
    const asked = flink.asked.length;
    stop.abort();
    await events.return?.();
    assert.equal(flink.asked.length, asked);
  });

  test('an event stream ends with the error when the cluster is away', async () => {
    const { flink, cluster } = attached('1.20.5');
    const events = cluster.events(0, new AbortController().signal)[Symbol.asyncIterator]();
    await events.next();
    flink.away = true;
    await assert.rejects(
      async () => {
        for (;;) await events.next();
      },
      rejectsWith('engine.away', /flink\.test:8081 does not answer\. Check that the cluster runs/),
    );
    assert.deepEqual(cluster.can('cancel'), { ok: false, why: 'engine-is-away' });
  });
});
