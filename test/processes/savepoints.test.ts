import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { JobStateError } from '../../runtime/base/errors';
import { assertExactlyOnce, expectedDays, writeFlights, writtenDays } from './flights';
import { jobFile, TestRuntime } from './runtime';
import { SuiteScope } from './scope';
import { TestJob } from './testJob';

const flights = { jobFile: jobFile('flightsNdjson') };

describe('a savepoint', { concurrency: 2 }, () => {
  test('holds all that it needs: without the checkpoints, at another place, the job goes on from it', async (t) => {
    const runtime = await TestRuntime.start(t);
    const { folder, cluster } = runtime;
    writeFlights(folder);
    const first = await TestJob.submit(runtime, flights);
    await first.checkpoints(3);
    const before = writtenDays(folder);
    const { path, sizeBytes } = await cluster.run('triggerSavepoint', { job: first.id });
    assert.ok(sizeBytes > 0);
    await first.checkpoints(1, runtime.events.now);
    await cluster.run('cancel', { job: first.id });
    await first.status('CANCELED');

    const moved = join(folder, 'kept', 'elsewhere');
    mkdirSync(join(folder, 'kept'));
    renameSync(path, moved);
    rmSync(join(folder, '.job-state', 'checkpoints'), { recursive: true });
    const second = await TestJob.submit(runtime, { ...flights, from: moved, rowsPerSecond: 20_000 });
    await second.finished();
    // What the first job went on to commit after the savepoint stands there twice; each of the two is right.
    const written = writtenDays(folder, second.id);
    assert.equal(new Set(written).size, written.length);
    assert.deepEqual([...new Set([...writtenDays(folder, first.id), ...written])].sort(), expectedDays());
    assert.deepEqual(
      before.filter((line) => written.includes(line)),
      [],
      'days that were committed before the savepoint',
    );
    const [start] = await second.recoveries();
    assert.equal(start?.checkpoint?.path, moved);
    assert.deepEqual([start.checkpoint.savepoint, start.local], [true, 0]);
    assert.ok(existsSync(join(moved, '_metadata')), 'it belongs to the user and stays');
  });

  test('that stops the job, and a run from it, give the output of one run together', async (t) => {
    const runtime = await TestRuntime.start(t);
    writeFlights(runtime.folder);
    const first = await TestJob.submit(runtime, flights);
    await first.checkpoints(3);
    const directory = join(runtime.folder, 'my savepoints');
    const { path } = await runtime.cluster.run('stopWithSavepoint', { job: first.id, directory });
    await first.status('FINISHED');
    assert.ok(path.startsWith(directory));
    const stopped = writtenDays(runtime.folder);
    assert.ok(stopped.length > 0 && stopped.length < expectedDays().length, `${stopped.length} days when it stopped`);
    const second = await TestJob.submit(runtime, { ...flights, from: join(path, '_metadata'), rowsPerSecond: 20_000 });
    await second.finished();
    assertExactlyOnce(runtime.folder);
    assert.equal(writtenDays(runtime.folder, first.id).length, stopped.length);
  });
});

describe('a job is not started, with a reason, from', () => {
  const scope = new SuiteScope();
  let runtime: TestRuntime;
  let savepoint: string;

  before(async () => {
    runtime = await TestRuntime.start(scope);
    writeFlights(runtime.folder);
    const job = await TestJob.submit(runtime, flights);
    await job.checkpoints(2);
    const { path } = await runtime.cluster.run('stopWithSavepoint', { job: job.id });
    savepoint = path;
    await job.status('FINISHED');
  });
  after(() => scope.end());

  /** The error of the submission; it leaves no job and no directory of one. */
  async function refused(submission: object): Promise<JobStateError> {
    const jobsBefore = (await runtime.cluster.get('jobs', {})).length;
    const directories = readdirSync(join(runtime.folder, '.job-state', 'jobs'));
    let error: unknown;
    try {
      await TestJob.submit(runtime, { ...flights, ...submission });
    } catch (thrown) {
      error = thrown;
    }
    assert.ok(error instanceof JobStateError, `refused, not ${String(error)}`);
    assert.equal(error.domain, 'user', error.message);
    assert.notEqual(error.advice, '');
    assert.equal((await runtime.cluster.get('jobs', {})).length, jobsBefore);
    assert.deepEqual(readdirSync(join(runtime.folder, '.job-state', 'jobs')), directories);
    return error;
  }

  test('a savepoint that is missing', async () => {
    const missing = join(runtime.folder, 'nowhere');
    const error = await refused({ from: missing });
    assert.equal(error.code, 'snapshot.not-found');
    assert.ok(error.message.includes(`${missing} does not exist`), error.message);
  });

  test('a directory that is no savepoint', async () => {
    const { code, message } = await refused({ from: runtime.folder });
    assert.equal(code, 'snapshot.not-found');
    assert.match(message, /holds no _metadata/);
  });

  test('a savepoint whose _metadata was cut at whatever length', async () => {
    const cut = join(runtime.folder, 'cut');
    cpSync(savepoint, cut, { recursive: true });
    const file = join(cut, '_metadata');
    const sizeBytes = readFileSync(file).length;
    for (const length of [sizeBytes - 1, Math.floor(sizeBytes / 2), 30, 12, 7, 3, 0]) {
      truncateSync(file, length);
      const { code, message } = await refused({ from: cut });
      assert.equal(code, 'snapshot.unreadable', `${length} bytes: ${message}`);
      assert.ok(message.startsWith(`${file} cannot be read.`), message);
    }
  });

  test('a savepoint whose state file is missing or cut', async (t) => {
    const broken = join(runtime.folder, 'broken');
    cpSync(savepoint, broken, { recursive: true });
    const name = readdirSync(broken).find((candidate) => !candidate.startsWith('_'));
    if (name === undefined) {
      t.skip('all of the state is in _metadata');
      return;
    }
    const file = join(broken, name);
    truncateSync(file, 10);
    assert.ok((await refused({ from: broken })).message.includes(file));
    rmSync(file);
    assert.ok((await refused({ from: broken })).message.includes(file));
  });

  test('another parallelism', async () => {
    const { code, message, advice } = await refused({ from: savepoint, parallelism: 1 });
    assert.equal(code, 'restore.parallelism');
    assert.match(message, /was written with parallelism 2, the job has 1/);
    assert.match(advice, /parallelism 2/);
  });
});
