import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, type HoldId, type JobId } from '../../../runtime/base/ids';
import type { JobEvent } from '../../../runtime/base/jobEvents';
import type { JobStatus } from '../../../runtime/base/status';
import type { JobDetails } from '../../../runtime/cluster/model';
import { job } from '../cluster/records';
import { details, fakeCluster, faults, step } from './fakeCluster';
import { runOn } from './ran';
import { documentedShapes, misfits } from './shape';

type Happened = JobEvent extends infer E ? (E extends JobEvent ? Omit<E, 'seq' | 'atMs'> : never) : never;

const { failure, ...running }: JobDetails = { ...details, holds: [] };

/** A cluster whose job ends as told after these events. */
function watched(end: JobStatus, happened: readonly Happened[], atMs = 2_000) {
  let now: JobDetails = running;
  return fakeCluster({
    job: () => now,
    events: async function* () {
      for (const [index, event] of happened.entries()) {
        await Promise.resolve();
        yield { ...event, seq: index + 1, atMs };
      }
      now = { ...now, status: end, ...(end === 'FAILED' && failure !== undefined ? { failure } : {}) };
      yield { e: 'job', job, status: end, seq: happened.length + 1, atMs: 3_000 };
    },
  });
}

const everything: readonly Happened[] = [
  { e: 'metrics', job },
  { e: 'checkpoint', job, checkpoint: 4, status: 'IN_PROGRESS', savepoint: false, acknowledged: 1, of: 2 },
  { e: 'checkpoint', job, checkpoint: 4, status: 'COMPLETED', savepoint: false, acknowledged: 2, of: 2 },
  {
    e: 'checkpoint',
    job: id<JobId>('f'.repeat(32)),
    checkpoint: 9,
    status: 'FAILED',
    savepoint: false,
    acknowledged: 0,
    of: 2,
  },
  { e: 'hold', job, armed: true },
  ...faults.map((fault) => ({ e: 'fault', fault }) as const),
  { e: 'job', job, status: 'RESTARTING' },
  { e: 'recovery', job, event: step },
  { e: 'recovery', job, event: { ...step, phase: 'begin', hold: id<HoldId>('hold-2'), step: { k: 'recovered' } } },
  { e: 'recovery', job, event: { ...step, step: { k: 'recovered' } } },
  { e: 'job', job, status: 'RUNNING' },
];

describe('watch', () => {
  test('prints a line for each event on a pipe, and ends well with the job', async () => {
    const { code, out, error } = await runOn(watched('FINISHED', everything), ['watch']);
    assert.deepEqual([code, error], [0, '']);
    assert.deepEqual(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/^1970-01-01 00:00:0/, '')),
      [
        '1  counts: RUNNING',
        '2  checkpoint 4 COMPLETED',
        '2  the next recovery will be held',
        `2  throw "boom" in subtask 1 of ${faults[0]?.fault.k === 'throwInTask' ? faults[0].fault.operator : ''} at record 5 from now armed: waits`,
        '2  RESTARTING',
        '2  counts 1/2 failed: division by zero',
        '2  held before: recovered: all tasks RUNNING',
        '2  recovered, all tasks RUNNING',
        '2  RUNNING',
        '3  FINISHED',
      ],
    );
  });

  test('prints each of them as data with --json, as documented, also on a terminal', async () => {
    const screen = () => ({ rows: 24 });
    const { out } = await runOn(watched('FINISHED', everything), ['watch', '--json'], { screen });
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { e: string });
    const { names } = documentedShapes();
    assert.deepEqual(
      lines.map(({ e }) => e),
      ['watching', 'checkpoint', 'hold', 'fault', 'job', 'failure', 'held', 'running', 'job', 'job'],
    );
    for (const line of lines) assert.deepEqual(misfits(line, line.e, names), []);
  });

  test('leaves out what the runtime tells of the time before', async () => {
    const { out } = await runOn(watched('FINISHED', everything, 500), ['watch']);
    assert.equal(out.trimEnd().split('\n').length, 2);
  });

  test('ends with 1 and the reason when the job fails, with 4 when it is cancelled', async () => {
    const failed = await runOn(watched('FAILED', []), ['watch']);
    assert.deepEqual([failed.code, failed.error], [1, 'division by zero\n']);
    assert.equal((await runOn(watched('CANCELED', []), ['watch'])).code, 4);
  });

  test('ends at once when the job has ended before', async () => {
    const cluster = fakeCluster({ job: () => ({ ...running, status: 'CANCELED' }) });
    assert.equal((await runOn(cluster, ['watch'])).code, 4);
  });

  test('ends with 130 at Ctrl-C, whatever the job does', async () => {
    let interrupt: () => void = () => assert.fail('nobody listens for Ctrl-C');
    let stopped = 0;
    const cluster = fakeCluster({
      job: () => running,
      events: async function* (signal) {
        yield { e: 'metrics', job, seq: 1, atMs: 2_000 };
        await Promise.resolve();
        interrupt();
        signal.throwIfAborted();
      },
    });
    const { code, error } = await runOn(cluster, ['watch'], {
      onInterrupt: (told) => {
        interrupt = told;
        return { dispose: () => void (stopped += 1) };
      },
    });
    assert.deepEqual([code, error, stopped], [130, '', 1]);
  });

  test('says so with 3 when the events end before the job', async () => {
    const cluster = fakeCluster({ job: () => running });
    const { code, error } = await runOn(cluster, ['watch']);
    assert.equal(code, 3);
    assert.match(error, /ended its events before the job/);
  });

  test('keeps a table on a terminal, painted anew in its place and no higher than the screen', async () => {
    const { code, out } = await runOn(watched('FINISHED', everything), ['watch'], { screen: () => ({ rows: 7 }) });
    assert.equal(code, 0);
    const paints = out.split('\x1b[J').slice(1);
    assert.ok(paints.length >= 2);
    const last = (paints.at(-1) ?? '')
      .replaceAll(/\x1b\[\?7[lh]/g, '')
      .trimEnd()
      .split('\n');
    assert.match(last[0] ?? '', /^counts {2}d376f884e88fa4a1ce439ebc8380dc74 {2}FINISHED/);
    assert.match(last.join('\n'), /^counts +2 RUNNING +tm-1 +20 +40$/m);
    assert.equal(last.length, 6);
    assert.match(out, /\x1b\[6A\r\x1b\[J/);
  });

  test('ends with the error when the table cannot be asked for any more', async () => {
    let asked = 0;
    const cluster = fakeCluster({
      job: () => {
        if (asked++ > 0) throw new Error('gone');
        return running;
      },
      events: async function* (signal) {
        yield { e: 'metrics', job, seq: 1, atMs: 2_000 };
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve());
        });
      },
    });
    const { code, error } = await runOn(cluster, ['watch'], { screen: () => ({ rows: 24 }) });
    assert.equal(code, 1);
    assert.match(error, /gone/);
  });
});
