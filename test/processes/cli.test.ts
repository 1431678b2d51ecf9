/** The command line as a process: found runtime, signals, pipes and exit codes, which a unit test does not see. */
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environmentOf, jobFile, TestRuntime } from './runtime';
import { atEnd } from './scope';
import { TestJob } from './testJob';

const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));

test('watch follows a job of the runtime that is found, until Ctrl-C, the end of its reader or that of the job', async (t) => {
  const runtime = await TestRuntime.start(t);
  const job = await TestJob.submit(runtime, { jobFile: jobFile('keyedCount') });
  await job.recovered();
  const env = { ...process.env, ...environmentOf(runtime.folder, runtime.mark) };
  const watch = async () => {
    const child: ChildProcessByStdio<null, Readable, null> = spawn(process.execPath, [cli, 'watch', '--json'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    atEnd(t, () => void child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    assert.equal((JSON.parse(first.value as string) as { e: string }).e, 'watching');
    return { child, lines, code: async () => (await ended)[0] as unknown };
  };

  const [interrupted, unread, whole] = await Promise.all([watch(), watch(), watch()]);
  interrupted.child.kill('SIGINT');
  assert.equal(await interrupted.code(), 130);

  unread.child.stdout.destroy();
  const told = promisify(execFile)(process.execPath, [cli, 'checkpoint', '--json'], { env });
  assert.match((await told).stdout, /^\{"checkpoint":\d+\}\n$/);
  assert.equal(await unread.code(), 0);

  await promisify(execFile)(process.execPath, [cli, 'cancel'], { env });
  let last = '';
  for (let line = await whole.lines.next(); line.done !== true; line = await whole.lines.next()) last = line.value;
  assert.equal((JSON.parse(last) as { status: string }).status, 'CANCELED');
  assert.equal(await whole.code(), 4);
});
