import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, type FaultId } from '../../../runtime/base/ids';
import { testJob } from '../../support/deployments';
import { countingJob, expectedCounts, type Count, type JobOptions } from './jobs';
import { MiniCluster } from './miniCluster';

const job: JobOptions = { rows: 4000, keys: 20, parallelism: 1 };

async function running(options: JobOptions, limit = Infinity): Promise<MiniCluster> {
  const cluster = new MiniCluster();
  await cluster.start(1);
  cluster.connectors.limit = limit;
  cluster.deploy(() => countingJob(options));
  await cluster.allIn('RUNNING');
  return cluster;
}

describe('a function of the job that throws', () => {
  test('fails its task with operator, record, and the line of the job', async () => {
    const cluster = new MiniCluster();
    await cluster.start(1);
    cluster.deploy(() => countingJob({ ...job, failOn: 1234 }));
    const { ref, vertex } = cluster.taskOf('parse');
    await cluster.until(() => cluster.statesOf(ref).includes('FAILED'));
    const error = cluster.of('taskState').find(({ state }) => state === 'FAILED')?.error;
    assert.equal(error?.code, 'job.function-failed');
    assert.equal(error.domain, 'user');
    assert.equal(
      error.message,
      'parse failed in map for the record {"key":"key-6","index":1234,"timeMs":12340}: cannot read 1234',
    );
    assert.match(error.stack ?? '', /jobs\.ts:\d+/);
    const parse = vertex.operators.find(({ name }) => name === 'parse');
    assert.deepEqual(error.subject, { operator: parse?.operatorId, subtask: 0 });
    await cluster.cancelAll();
  });
});

describe('a row that is no data', () => {
  test('fails the job with advice when it would leave the process', async () => {
    const cluster = new MiniCluster();
    await cluster.start(2);
    cluster.deploy(() => countingJob({ ...job, parallelism: 2, spoil: 1234 }));
    const errors = () => cluster.of('taskState').flatMap(({ error }) => (error === undefined ? [] : [error.code]));
    await cluster.until(() => errors().length > 0);
    assert.equal(errors()[0], 'job.row-not-sendable');
    await cluster.cancelAll();
  });
});

describe('a failure on demand', () => {
  const arm = (cluster: MiniCluster, operator: string, count: number | undefined): void =>
    cluster.broadcast({
      m: 'arm',
      id: id<FaultId>('f1'),
      fault: {
        k: 'throwInTask',
        job: testJob,
        operator: cluster.operator(operator),
        subtask: 0,
        message: 'as asked',
        when: count === undefined ? { at: 'now' } : { at: 'record', count },
      },
    });

  test('throws at exactly the n-th record from its arming: all before it have gone through the chain', async () => {
    for (const count of [1, 700, 1500]) {
      const cluster = await running(job, 1000);
      const counted = (): number => cluster.taskFigures('count')?.recordsIn ?? 0;
      await cluster.until(() => counted() === 900);
      await cluster.pass(20);
      arm(cluster, 'out', count);
      await cluster.pass(20);
      cluster.connectors.raise(Infinity);
      const { ref } = cluster.taskOf('count');
      await cluster.until(() => cluster.statesOf(ref).includes('FAILED'));
      const error = cluster.of('taskState').find(({ state }) => state === 'FAILED')?.error;
      assert.deepEqual([error?.code, error?.message], ['fault.injected', 'as asked']);
      assert.deepEqual(error?.subject, { operator: 'out', subtask: 0 });
      assert.deepEqual(
        cluster.of('faultFired').map(({ fired }) => fired),
        [true],
      );
      assert.equal(cluster.connectors.written, 900 + count - 1);
      await cluster.cancelAll();
    }
  });

  test('throws now, also when nothing flows', async () => {
    const cluster = await running(job, 1000);
    await cluster.pass(200);
    arm(cluster, 'events', undefined);
    const { ref } = cluster.taskOf('events');
    await cluster.until(() => cluster.statesOf(ref).includes('FAILED'));
    assert.equal(cluster.of('taskState').find(({ error }) => error !== undefined)?.error?.code, 'fault.injected');
    await cluster.cancelAll();
  });

  test('in the source counts the rows it reads', async () => {
    const cluster = await running(job, 1000);
    await cluster.pass(200);
    arm(cluster, 'events', 100);
    await cluster.pass(20);
    cluster.connectors.raise(Infinity);
    const { ref } = cluster.taskOf('events');
    await cluster.until(() => cluster.statesOf(ref).includes('FAILED'));
    await cluster.cancelAll();
    assert.equal(cluster.of('faultFired')[0]?.outcome, 'The operator threw.');
  });

  test('declines the next checkpoint, and only that one: the task runs on', async () => {
    const cluster = await running(job, 1000);
    const { ref } = cluster.taskOf('count');
    const fault = { k: 'declineCheckpoint', job: testJob, operator: cluster.operator('count'), subtask: 0 } as const;
    cluster.broadcast({ m: 'arm', id: id<FaultId>('f1'), fault });
    await cluster.pass(20);
    const { checkpoint } = cluster.trigger();
    await cluster.until(() => cluster.of('decline').length > 0);
    const [declined] = cluster.of('decline');
    assert.deepEqual([declined?.checkpoint, declined?.error.code], [checkpoint, 'fault.injected']);
    assert.deepEqual(
      cluster.of('faultFired').map(({ fired, outcome }) => [fired, outcome]),
      [[true, `Checkpoint ${checkpoint} was declined.`]],
    );
    const next = cluster.trigger();
    await cluster.until(() => cluster.of('acknowledge').some((each) => each.checkpoint === next.checkpoint));
    assert.equal(cluster.of('decline').length, 1);
    assert.equal(cluster.statesOf(ref).includes('FAILED'), false);
    await cluster.cancelAll();
  });

  test('that waits for a checkpoint is disarmed, or misses when its task ends before', async () => {
    const cluster = await running(job, 1000);
    const fault = { k: 'declineCheckpoint', job: testJob, operator: cluster.operator('count'), subtask: 0 } as const;
    cluster.broadcast({ m: 'arm', id: id<FaultId>('f1'), fault });
    cluster.broadcast({ m: 'disarm', id: id<FaultId>('f1') });
    cluster.broadcast({ m: 'arm', id: id<FaultId>('f2'), fault });
    await cluster.pass(20);
    await cluster.cancelAll();
    assert.deepEqual(
      cluster.of('faultFired').map((each) => [each.id, each.fired, each.outcome]),
      [['f2', false, 'The task ended before a checkpoint came.']],
    );
  });

  test('that is disarmed, or whose task ends before, does not fire', async () => {
    const cluster = await running(job, 1000);
    arm(cluster, 'count', 100_000);
    await cluster.pass(20);
    cluster.broadcast({ m: 'disarm', id: id<FaultId>('f1') });
    await cluster.pass(20);
    await cluster.cancelAll();
    assert.deepEqual(cluster.of('faultFired'), []);
    const other = await running(job, 1000);
    arm(other, 'count', 100_000);
    await other.pass(20);
    await other.cancelAll();
    assert.deepEqual(
      other.of('faultFired').map(({ fired, outcome }) => [fired, outcome]),
      [[false, 'The task ended before the record came.']],
    );
  });
});

describe('questions about a running task', () => {
  test('its states are described, paged and looked up between batches', async () => {
    const cluster = await running(job, 2000);
    await cluster.until(() => cluster.taskFigures('count')?.recordsIn === 1800);
    const { ref } = cluster.taskOf('count');
    const operator = cluster.operator('count');
    const describe = await cluster.ask({ q: 'describe', ref });
    assert.ok(describe.a === 'describe');
    const count = describe.states.find(({ state }) => state === 'count');
    assert.deepEqual([count?.kind, count?.type, count?.entries], ['value', 'LONG', expectedCounts(job).size]);
    const keys: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await cluster.ask({
        q: 'entries',
        ref,
        operator,
        state: 'count',
        limit: 7,
        ...(after === undefined ? {} : { after }),
      });
      assert.ok(page.a === 'entries' && page.total === expectedCounts(job).size && page.entries.length <= 7);
      keys.push(...page.entries.map(({ key }) => key));
      if (page.next === undefined) break;
      after = page.next;
    }
    assert.equal(new Set(keys).size, expectedCounts(job).size);
    const found = await cluster.ask({ q: 'lookup', ref, operator, state: 'count', key: '"key-0"' });
    assert.ok(found.a === 'lookup' && found.entry?.subtask === 0 && Number(found.entry.value) > 0);
    const nothing = await cluster.ask({ q: 'lookup', ref, operator, state: 'count', key: '"nobody"' });
    assert.deepEqual(nothing, { a: 'lookup' });
    const unknown = await cluster.ask({ q: 'entries', ref, operator, state: 'sums', limit: 1 });
    assert.ok(unknown.a === 'failed' && unknown.error.code === 'state.unknown');
    await cluster.cancelAll();
  });

  test('figures are reported while they change, with watermark, states and times', async () => {
    const cluster = await running(job, 1000);
    await cluster.until(() => cluster.taskFigures('count')?.recordsIn === 900);
    const figures = cluster.taskFigures('count');
    assert.ok((figures?.watermarkMs ?? 0) > 0);
    assert.equal(figures?.states.length, 4);
    assert.equal(cluster.taskFigures('events')?.recordsOut, 900);
    await cluster.pass(2000);
    const reports = cluster.of('metrics').length;
    await cluster.pass(5000);
    assert.equal(cluster.of('metrics').length, reports);
    assert.ok(cluster.of('heartbeat').length >= 5);
    await cluster.cancelAll();
  });
});

describe('checkpoints of tasks', () => {
  test('an aborted checkpoint is given up everywhere and the next one completes', async () => {
    const cluster = await running({ ...job, parallelism: 2 }, 2000);
    const [source] = cluster.tasks;
    assert.ok(source !== undefined);
    const target = cluster.targetOf();
    cluster.send(source.ref, { m: 'triggerCheckpoint', ref: source.ref, target });
    await cluster.pass(100);
    assert.ok(cluster.acknowledgements(target).length < cluster.tasks.length);
    cluster.abort(target);
    await cluster.pass(100);
    cluster.connectors.raise(Infinity);
    await cluster.runToEnd();
    assert.equal((cluster.connectors.committed as Count[]).length, 3600);
  });

  test('a sink that cannot prepare declines, and the job goes on', async () => {
    const cluster = await running(job, 2000);
    cluster.connectors.failPrepare = true;
    const target = cluster.trigger();
    await cluster.until(() => cluster.of('decline').length === 1);
    assert.match(cluster.of('decline')[0]?.error.message ?? '', /cannot prepare/);
    cluster.abort(target);
    cluster.connectors.failPrepare = false;
    for (const { ref } of cluster.tasks) assert.equal(cluster.statesOf(ref).at(-1), 'RUNNING');
    await cluster.cancelAll();
  });

  test('a savepoint in between commits nothing; stop with savepoint reads no further, commits, and ends', async () => {
    const cluster = await running(job, 1000);
    await cluster.until(() => cluster.taskFigures('count')?.recordsIn === 900);
    await cluster.takeCheckpoint({ t: 'savepoint', format: 'canonical', thenStop: false });
    await cluster.pass(100);
    assert.equal(cluster.connectors.committed.length, 0);
    const stop = cluster.trigger({ t: 'savepoint', format: 'canonical', thenStop: true });
    await cluster.acknowledged(stop);
    cluster.connectors.raise(Infinity);
    await cluster.pass(100);
    cluster.complete(stop);
    for (const { ref } of cluster.tasks) cluster.send(ref, { m: 'finish', ref });
    await cluster.allIn('FINISHED');
    assert.equal(cluster.connectors.committed.length, 900);
  });

  test('a stop with savepoint that comes to nothing lets the sources read on', async () => {
    const cluster = await running(job, 1000);
    await cluster.until(() => cluster.taskFigures('count')?.recordsIn === 900);
    const stop = cluster.trigger({ t: 'savepoint', format: 'canonical', thenStop: true });
    await cluster.acknowledged(stop);
    cluster.connectors.raise(Infinity);
    await cluster.pass(100);
    assert.equal(cluster.taskFigures('count')?.recordsIn, 900);
    cluster.abort(stop);
    await cluster.until(() => (cluster.taskFigures('count')?.recordsIn ?? 0) > 900);
    await cluster.cancelAll();
  });

  test('the rows of a checkpoint that was given up are committed with the next one', async () => {
    const cluster = await running(job, 1000);
    await cluster.until(() => cluster.taskFigures('count')?.recordsIn === 900);
    const lost = cluster.trigger();
    await cluster.acknowledged(lost);
    cluster.abort(lost);
    await cluster.takeCheckpoint();
    await cluster.until(() => cluster.connectors.committed.length === 900);
    await cluster.cancelAll();
  });
});
