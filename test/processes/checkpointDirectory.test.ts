import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { NodeDisk } from '../../runtime/host/nodeDisk';
import { assertExactlyOnce, writeFlights } from './flights';
import { jobFile, temporaryFolder, TestRuntime } from './runtime';
import { atEnd, type Scope } from './scope';
import { TestJob } from './testJob';

/** Starts the flights with their checkpoints in a directory of the test's own. */
async function startFlights(t: TestContext, folder: string, checkpoints: string): Promise<TestJob> {
  writeFlights(folder);
  const runtime = await TestRuntime.start(t, { folder, environment: { FLIGHTS_CHECKPOINTS: checkpoints } });
  return TestJob.submit(runtime, { jobFile: jobFile('flightsNdjson') });
}

/** Resolves to the failure text of the next checkpoint that fails. */
async function nextFailure(job: TestJob): Promise<string> {
  const { events, cluster } = job.runtime;
  const checkpoint = await events.first(
    'a failed checkpoint',
    (event) => (event.e === 'checkpoint' && event.status === 'FAILED' ? event.checkpoint : undefined),
    events.now,
  );
  return (await cluster.get('checkpoint', { job: job.id, checkpoint })).failure ?? '';
}

/** What could be taken for a checkpoint is one that the job says has completed. */
async function assertNoFalseCheckpoints(job: TestJob, checkpoints: string): Promise<void> {
  const completed = (await job.checkpointInfos()).filter(({ status }) => status === 'COMPLETED').map(({ id }) => id);
  const directory = join(checkpoints, job.id);
  for (const name of existsSync(directory) ? readdirSync(directory) : []) {
    const id = Number(/^chk-(\d+)$/.exec(name)?.[1]);
    if (existsSync(join(directory, name, '_metadata')))
      assert.ok(
        completed.some((one) => one === id),
        name,
      );
  }
}

/** The job went on all the time, and its checkpoints complete again. */
async function goesOn(job: TestJob, checkpoints: string): Promise<void> {
  await assertNoFalseCheckpoints(job, checkpoints);
  await job.checkpoints(1, job.runtime.events.now);
  await job.finished();
  assertExactlyOnce(job.runtime.folder);
  assert.equal((await job.recoveries()).length, 1);
  await assertNoFalseCheckpoints(job, checkpoints);
}

/** A small file system of its own, or the reason why there is none. */
function mountSmall(scope: Scope, directory: string, sizeBytes: number): string | undefined {
  mkdirSync(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', directory], { stdio: 'pipe' });
  } catch {
    return 'no right to mount a file system';
  }
  atEnd(scope, () => void execFileSync('umount', ['--lazy', directory]));
  return undefined;
}

describe('a checkpoint directory that', { concurrency: 2 }, () => {
  test('cannot be made: checkpoints fail naming it, and complete when it can', async (t) => {
    const folder = temporaryFolder(t);
    const inTheWay = join(folder, 'in-the-way');
    writeFileSync(inTheWay, 'a file');
    const job = await startFlights(t, folder, join(inTheWay, 'checkpoints'));
    const failure = await nextFailure(job);
    assert.match(failure, /could not be started\. .*in-the-way/);
    rmSync(inTheWay);
    await goesOn(job, join(inTheWay, 'checkpoints'));
  });

  test('vanishes while the job runs: checkpoints complete again', async (t) => {
    const folder = temporaryFolder(t);
    const checkpoints = join(folder, 'checkpoints');
    const job = await startFlights(t, folder, checkpoints);
    await job.checkpoints(2);
    rmSync(checkpoints, { recursive: true });
    await goesOn(job, checkpoints);
  });

  test('is full: checkpoints fail saying so and leave nothing, and complete when there is room', async (t) => {
    const folder = temporaryFolder(t);
    const small = join(folder, 'small');
    const skip = mountSmall(t, small, 1 << 20);
    if (skip !== undefined) {
      t.skip(skip);
      return;
    }
    const job = await startFlights(t, folder, small);
    await job.checkpoints(1);
    fill(join(small, 'filler'));
    assert.match(await nextFailure(job), /The disk is full: .*small/);
    rmSync(join(small, 'filler'));
    await goesOn(job, small);
  });

  test('becomes read-only: checkpoints fail saying so, and complete when it can be written', async (t) => {
    const folder = temporaryFolder(t);
    const small = join(folder, 'small');
    const skip = mountSmall(t, small, 4 << 20);
    if (skip !== undefined) {
      t.skip(skip);
      return;
    }
    const job = await startFlights(t, folder, small);
    await job.checkpoints(1);
    while (!remounted(small, 'ro')) await job.checkpoints(1, job.runtime.events.now);
    await assert.rejects(new NodeDisk().makeDirectory(join(small, 'a', 'b')), { code: 'disk.read-only' });
    assert.match(await nextFailure(job), /read-only file system/);
    assert.ok(remounted(small, 'rw'));
    await goesOn(job, small);
  });
});

/** Takes all the room that is left. */
function fill(file: string): void {
  for (const pieceBytes of [1 << 16, 1 << 12, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(pieceBytes), { flag: 'a' });
    } catch (error) {
      assert.ok(error instanceof Error && 'code' in error && error.code === 'ENOSPC', String(error));
    }
  }
}

/** False while a file is open for writing on it. */
function remounted(directory: string, mode: 'ro' | 'rw'): boolean {
  try {
    execFileSync('mount', ['-o', `remount,${mode}`, directory], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
