import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EmbeddedCluster } from '../../runtime/cluster/embeddedCluster';
import type { RuntimeReady } from '../../runtime/host/launch';
import { assertExactlyOnce, writeFlights } from './flights';
import { allGone, markedProcesses } from './processes';
import { environmentOf, jobFile, program, temporaryFolder, TestRuntime } from './runtime';
import { atEnd } from './scope';
import { TestJob } from './testJob';

/** An orphan looks for its parent four times a second; the rest is for a busy machine. */
const orphanLimitMs = 2_500;

/** The newest complete checkpoint of any job in a folder. */
function newestCheckpoint(folder: string): { readonly id: number; readonly path: string } {
  const root = join(folder, '.job-state', 'checkpoints');
  const all = readdirSync(root).flatMap((job) =>
    readdirSync(join(root, job))
      .map((name) => ({ id: Number(/^chk-(\d+)$/.exec(name)?.[1]), path: join(root, job, name) }))
      .filter(({ path }) => existsSync(join(path, '_metadata'))),
  );
  const newest = all.sort((a, b) => b.id - a.id)[0];
  assert.ok(newest, 'a complete checkpoint');
  return newest;
}

describe('kill -9 of the JobManager', { concurrency: 2 }, () => {
  test('ends its children; a new runtime goes on from the newest checkpoint with higher ids and right output', async (t) => {
    const folder = temporaryFolder(t);
    writeFlights(folder);
    const first = await TestRuntime.start(t, { folder });
    await (await TestJob.submit(first, { jobFile: jobFile('flightsNdjson') })).checkpoints(4);
    assert.deepEqual(
      first
        .processes()
        .map(({ role }) => role)
        .sort(),
      ['jobmanager', 'taskmanager', 'taskmanager'],
    );
    process.kill(first.launched.pid, 'SIGKILL');
    assert.equal((await first.exit).signal, 'SIGKILL');
    await allGone(first.mark, orphanLimitMs);

    const newest = newestCheckpoint(folder);
    const second = await TestRuntime.start(t, { folder });
    const job = await TestJob.submit(second, {
      jobFile: jobFile('flightsNdjson'),
      from: newest.path,
      rowsPerSecond: 20_000,
    });
    const next = await job.checkpoints(1);
    assert.ok(next > newest.id, `checkpoint ${next} after ${newest.id}`);
    await job.finished();
    assertExactlyOnce(folder, { abandoned: 'allowed' });
    assert.ok(existsSync(join(newest.path, '_metadata')), 'the snapshot that it started from stays');
  });

  test('ends a TaskManager, too, that was stopped meanwhile, as soon as it goes on', async (t) => {
    const runtime = await TestRuntime.start(t);
    const stopped = await runtime.pidOf('tm-1');
    process.kill(stopped, 'SIGSTOP');
    process.kill(runtime.launched.pid, 'SIGKILL');
    await runtime.exit;
    assert.ok(runtime.processes().some(({ pid }) => pid === stopped));
    process.kill(stopped, 'SIGCONT');
    await allGone(runtime.mark, orphanLimitMs);
  });

  test('ends a TaskManager whose main thread is in an endless loop', async (t) => {
    const runtime = await TestRuntime.start(t, { settings: { limits: { stuckAfterMs: 500 } } });
    await TestJob.submit(runtime, { jobFile: jobFile('loopsForever') });
    await runtime.stuckTaskManager();
    process.kill(runtime.launched.pid, 'SIGKILL');
    await allGone(runtime.mark, orphanLimitMs);
  });

  test('ends a compiler whose job never comes to its end', async (t) => {
    const runtime = await TestRuntime.start(t);
    const submitted = TestJob.submit(runtime, { jobFile: jobFile('neverBuilt') });
    const refused = assert.rejects(submitted, { code: 'engine.away' });
    await runtime.logged('neverBuilt is looping');
    assert.ok(runtime.processes().some(({ role }) => role === 'compiler'));
    process.kill(runtime.launched.pid, 'SIGKILL');
    await refused;
    await allGone(runtime.mark, orphanLimitMs);
  });
});

test('kill -9 of the owner leaves nothing running', async (t) => {
  const folder = temporaryFolder(t);
  writeFlights(folder);
  const mark = randomUUID();
  const owner = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('owner.ts', import.meta.url)), folder, program],
    { env: { ...process.env, ...environmentOf(folder, mark) }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  atEnd(t, () => void owner.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
  const { url, token } = JSON.parse(line) as RuntimeReady;
  const cluster = new EmbeddedCluster({ url, token, fetch });
  await cluster.run('submit', { jobFile: jobFile('flightsNdjson') });
  assert.ok(markedProcesses(mark).length >= 4, 'the owner, the JobManager and two TaskManagers');
  owner.kill('SIGKILL');
  await allGone(mark, orphanLimitMs);
});

test('an endless loop in a map is shown as stuck and not killed; cancel ends it with its TaskManager', async (t) => {
  const runtime = await TestRuntime.start(t, { settings: { limits: { stuckAfterMs: 500, cancelTimeoutMs: 1_000 } } });
  const job = await TestJob.submit(runtime, { jobFile: jobFile('loopsForever') });
  const stuck = await runtime.stuckTaskManager();
  const { now } = runtime.events;
  assert.equal((await job.details()).status, 'RUNNING');
  assert.equal(await runtime.pidOf(stuck.id), stuck.pid);
  await runtime.cluster.run('cancel', { job: job.id });
  await job.status('CANCELED', now);
  await runtime.events.until('the TaskManager again', async () => {
    const all = await runtime.cluster.get('taskManagers', {});
    return all.find(({ id, status, pid }) => id === stuck.id && status === 'alive' && pid !== stuck.pid);
  });
});
