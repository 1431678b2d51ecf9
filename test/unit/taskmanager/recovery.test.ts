import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, type FaultId } from '../../../runtime/base/ids';
import { holdEveryStage } from '../../../runtime/base/stepping';
import { assertExactlyOnce, countingJob, expectedCounts, windowEnd, type Count, type JobOptions } from './jobs';
import { MiniCluster, type Snapshot } from './miniCluster';
import { testJob } from '../../support/deployments';

const options: JobOptions = { rows: 4000, keys: 20, parallelism: 2 };

/** Runs to about `rows` records, completes a checkpoint there, goes on a little, and cancels. */
async function interrupted(cluster: MiniCluster, job: JobOptions, rows: number): Promise<Snapshot> {
  cluster.connectors.limit = rows;
  cluster.deploy(() => countingJob(job));
  await cluster.allIn('RUNNING');
  const snapshot = await cluster.takeCheckpoint();
  cluster.connectors.raise(rows + 500);
  await cluster.pass(50);
  await cluster.cancelAll();
  cluster.connectors.raise(Infinity);
  return snapshot;
}

describe('the restore of a task', () => {
  test('gives every record exactly once, from local copies', async () => {
    const cluster = new MiniCluster();
    await cluster.start(2);
    const restore = await interrupted(cluster, options, 2000);
    cluster.deploy(() => countingJob(options), { restore });
    await cluster.runToEnd();
    assertExactlyOnce(cluster.connectors.committed, options);
    const attempts = cluster
      .of('step')
      .flatMap(({ step, phase, scope }) =>
        step.k === 'attempt' && step.state === 'keyed' && phase === 'end' && scope.recovery === 1 ? [step] : [],
      );
    assert.equal(attempts.length, 2);
    for (const step of attempts) assert.equal(step.alternative.parts[0]?.from, 'local');
  });

  test('takes the remote copy when the local one is corrupt, and says why', async () => {
    const cluster = new MiniCluster();
    await cluster.start(1);
    const job = { ...options, parallelism: 1 };
    const restore = await interrupted(cluster, job, 2000);
    const operator = cluster.operator('count');
    cluster.broadcast({
      m: 'arm',
      id: id<FaultId>('f1'),
      fault: { k: 'localCopy', how: 'corrupt', job: testJob, operator, subtask: 0 },
    });
    await cluster.until(() => cluster.of('faultFired').length === 1);
    assert.equal(cluster.of('faultFired')[0]?.fired, true);
    cluster.deploy(() => countingJob(job), { restore });
    await cluster.runToEnd();
    assertExactlyOnce(cluster.connectors.committed, job);
    const verdicts = cluster
      .of('step')
      .flatMap(({ step, phase, scope, verdict }) =>
        step.k === 'attempt' && step.state === 'keyed' && phase === 'end' && scope.recovery === 1
          ? [`${step.index} ${step.alternative.parts[0]?.from} ${verdict?.v}`]
          : [],
      );
    assert.deepEqual(verdicts, ['0 local failed', '1 remote ok']);
  });

  test('brings timers back, so that every window is emitted once', async () => {
    const job: JobOptions = { rows: 3000, keys: 7, parallelism: 2, windows: true };
    const cluster = new MiniCluster();
    await cluster.start(2);
    const restore = await interrupted(cluster, job, 1500);
    cluster.deploy(() => countingJob(job), { restore });
    await cluster.runToEnd();
    const sums = new Map<string, number>();
    const seen = new Set<string>();
    for (const { key, count, index } of cluster.connectors.committed as Count[]) {
      assert.equal(index, windowEnd(index));
      assert.ok(!seen.has(`${key} ${index}`), `${key} ${index} twice`);
      seen.add(`${key} ${index}`);
      sums.set(key, (sums.get(key) ?? 0) + count);
    }
    assert.deepEqual(sums, expectedCounts(job));
  });

  test('takes its steps in order: last operator first, its lookups inside its context, then timers, gates, running', async () => {
    const cluster = new MiniCluster();
    await cluster.start(1);
    const job = { ...options, parallelism: 1 };
    const restore = await interrupted(cluster, job, 1000);
    cluster.deploy(() => countingJob(job), { restore });
    await cluster.allIn('RUNNING');
    await cluster.pass(20);
    const count = cluster.operator('count');
    const { ref } = cluster.taskOf('count');
    const steps = cluster.of('step').flatMap(({ scope, step, phase }) => {
      if (scope.at !== 'task' || scope.recovery !== 1 || scope.vertex !== ref.vertex) return [];
      const operator = scope.operator === undefined ? '' : scope.operator === count ? ' count' : ' sink';
      const detail = 'state' in step ? ` ${step.state}` : '';
      return [`${phase === 'begin' ? '>' : '<'} ${step.k}${detail}${operator}`];
    });
    assert.deepEqual(steps.slice(0, 22), [
      '> operatorContext sink',
      '> stateLookup operator sink',
      '> attempt operator sink',
      '> readHandle operator sink',
      '< readHandle operator sink',
      '< attempt operator sink',
      '< stateLookup operator sink',
      '< operatorContext sink',
      '> operatorContext count',
      '> stateLookup keyed count',
      '> attempt keyed count',
      '> readHandle keyed count',
      '< readHandle keyed count',
      '< attempt keyed count',
      '< stateLookup keyed count',
      '< operatorContext count',
      '> timers count',
      '< timers count',
      '> gatesOpened',
      '< gatesOpened',
      '> taskRunning',
      '< taskRunning',
    ]);
    await cluster.cancelAll();
  });
});

describe('a held recovery', () => {
  test('goes step by step as it is let go, and the time held does not count', async () => {
    const cluster = new MiniCluster();
    await cluster.start(1);
    const job = { ...options, parallelism: 1 };
    cluster.deploy(() => countingJob(job), { stepping: holdEveryStage });
    const { ref } = cluster.taskOf('count');
    const held = () =>
      cluster
        .of('step')
        .filter(({ scope, hold }) => hold !== undefined && scope.at === 'task' && scope.vertex === ref.vertex);
    const kinds: string[] = [];
    for (let n = 1; n <= 4; n++) {
      await cluster.until(() => held().length === n);
      const step = held().at(-1);
      await cluster.pass(1000);
      assert.equal(held().length, n);
      kinds.push(step?.step.k ?? '');
      if (step?.hold !== undefined) cluster.send(ref, { m: 'resume', hold: step.hold, how: n === 4 ? 'go' : 'next' });
    }
    assert.deepEqual(kinds, ['operatorContext', 'operatorContext', 'timers', 'gatesOpened']);
    await cluster.until(() => cluster.statesOf(ref).at(-1) === 'RUNNING');
    for (const { tookMs } of cluster.of('step')) assert.ok((tookMs ?? 0) < 500);
    await cluster.cancelAll();
  });

  test('a task that is cancelled while held ends at once, and the step is skipped', async () => {
    const cluster = new MiniCluster();
    await cluster.start(1);
    cluster.deploy(() => countingJob({ ...options, parallelism: 1 }), { stepping: holdEveryStage });
    await cluster.until(() => cluster.of('step').filter(({ hold }) => hold !== undefined).length === 2);
    const before = cluster.schedule.nowMs;
    await cluster.cancelAll();
    assert.ok(cluster.schedule.nowMs - before < 50);
    const ends = cluster.of('step').filter(({ phase }) => phase === 'end');
    assert.deepEqual(
      ends.map(({ verdict }) => verdict?.v),
      ['skipped', 'skipped'],
    );
    for (const { ref } of cluster.tasks) assert.equal(cluster.statesOf(ref).at(-1), 'CANCELED');
  });

  test('setting the stepping to run freely lets a held step go', async () => {
    const cluster = new MiniCluster();
    await cluster.start(1);
    cluster.deploy(() => countingJob({ ...options, parallelism: 1 }), { stepping: holdEveryStage });
    await cluster.until(() => cluster.of('step').filter(({ hold }) => hold !== undefined).length === 2);
    for (const { ref } of cluster.tasks) cluster.send(ref, { m: 'setStepping', ref, stepping: { hold: 'never' } });
    await cluster.allIn('RUNNING');
    await cluster.cancelAll();
  });
});
