import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readDiscovery } from '../../runtime/host/discovery';
import { assertExactlyOnce, writeFlights } from './flights';
import { jobFile, TestRuntime } from './runtime';
import { TestJob } from './testJob';

const discoveryFolder = (runtime: TestRuntime): string => join(runtime.folder, 'state', 'job-state', 'runtimes');

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One request with exactly these headers. */
function ask(runtime: TestRuntime, headers: Record<string, string>, body?: string): Promise<Answer> {
  const url = new URL('/debug/v1/faults', runtime.launched.url);
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: body === undefined ? 'GET' : 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

describe('a runtime', () => {
  test('is found by its file, which only its user can read, as long as it lives', async (t) => {
    const runtime = await TestRuntime.start(t);
    const { url, token, pid } = runtime.launched;
    const file = join(discoveryFolder(runtime), `${pid}.json`);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(discoveryFolder(runtime)).mode & 0o777, 0o700);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { url, token, pid, folder: runtime.folder });
    const commands = runtime.processes().map((one) => readFileSync(`/proc/${one.pid}/cmdline`, 'utf8'));
    assert.ok(!commands.some((command) => command.includes(token)), 'the token stands in no command line');
    runtime.events.close();
    await runtime.launched.stop();
    assert.deepEqual(readdirSync(discoveryFolder(runtime)), []);
  });

  test('that was killed is not found any more, and its file is removed by whoever looks', async (t) => {
    const runtime = await TestRuntime.start(t);
    process.kill(runtime.launched.pid, 'SIGKILL');
    await runtime.exit;
    assert.ok(existsSync(join(discoveryFolder(runtime), `${runtime.launched.pid}.json`)));
    assert.deepEqual(await readDiscovery(discoveryFolder(runtime)), []);
    assert.deepEqual(readdirSync(discoveryFolder(runtime)), []);
  });

  test('answers only to its token, to its own address, and to bodies that fit', async (t) => {
    const runtime = await TestRuntime.start(t);
    const authorization = `Bearer ${runtime.launched.token}`;
    assert.equal((await ask(runtime, { authorization })).status, 200);
    assert.equal((await ask(runtime, {})).status, 401);
    assert.equal((await ask(runtime, { authorization: `Bearer ${'0'.repeat(64)}` })).status, 401);
    assert.equal((await ask(runtime, { authorization, host: 'evil.example' })).status, 403);
    const { port } = new URL(runtime.launched.url);
    assert.equal((await ask(runtime, { authorization, host: `evil.example:${port}` })).status, 403);
    assert.equal((await ask(runtime, { authorization, host: `localhost:${port}` })).status, 200);
    const tooLarge = await ask(runtime, { authorization }, 'x'.repeat(2 << 20));
    assert.equal(tooLarge.status, 413);
    assert.match(tooLarge.text, /larger than 1048576 bytes/);
    assert.equal((await ask(runtime, { authorization }, '{"k":"nothing"}')).status, 400);
    assert.equal((await ask(runtime, { authorization })).status, 200);
  });
});

test('two runtimes in two folders do not disturb each other', async (t) => {
  const runtimes = await Promise.all([TestRuntime.start(t), TestRuntime.start(t)]);
  const jobs = await Promise.all(
    runtimes.map((runtime) => {
      writeFlights(runtime.folder);
      return TestJob.submit(runtime, { jobFile: jobFile('flightsNdjson') });
    }),
  );
  await Promise.all(jobs.map((job) => job.checkpoints(2)));
  await jobs[0]?.kill('tm-1');
  await Promise.all(jobs.map((job) => job.finished()));
  for (const { folder } of runtimes) assertExactlyOnce(folder);
  const recoveries = await Promise.all(jobs.map((job) => job.recoveries()));
  assert.deepEqual(
    recoveries.map((all) => all.length),
    [2, 1],
  );
});
