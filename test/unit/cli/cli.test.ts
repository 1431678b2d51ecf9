import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ChildExit } from '../../../runtime/base/env';
import { errorData, userError } from '../../../runtime/base/errors';
import type { JobEvent } from '../../../runtime/base/jobEvents';
import type { JobStatus } from '../../../runtime/base/status';
import type { CliWorld } from '../../../runtime/cli/world';
import { keyJson } from '../../../runtime/cli/keys';
import type { RestfulGateway, SubmitRequest } from '../../../runtime/jobmanager/restfulGateway';
import type { JobRecord } from '../../../runtime/jobmanager/records';
import { connectCluster } from '../../../runtime/cluster/connect';
import { RecordedFlink } from '../../support/recordedFlink/recordedFlink';
import { checkpoint, job, jobRecord } from '../cluster/records';
import { here, run } from './ran';

describe('the command line', () => {
  const record = jobRecord();

  test('lists jobs for people and for programs', async () => {
    const text = await run(['jobs'], { jobs: () => [record] });
    assert.match(text.out, new RegExp(`${job}  counts  RUNNING`));
    const data = await run(['jobs', '--json'], { jobs: () => [record] });
    assert.deepEqual(JSON.parse(data.out), [{ id: job, name: 'counts', status: 'RUNNING', startMs: 1 }]);
  });

  test('takes the only job that runs, and asks which when there are more', async () => {
    const history = [checkpoint(3)];
    const first = jobRecord({ checkpoints: { ...record.checkpoints, history } });
    const ended = { ...record, id: 'e'.repeat(32) as typeof job, status: 'FINISHED' as const };
    const one = await run(['checkpoints', '--json'], { jobs: () => [first, ended], job: () => first });
    assert.equal((JSON.parse(one.out) as { total: number }).total, 1);
    const other = { ...record, id: 'f'.repeat(32) as typeof job, name: 'other' };
    const two = await run(['checkpoints'], { jobs: () => [first, other] });
    assert.deepEqual([two.code, two.out], [2, '']);
    assert.match(two.error, /More than one job is running: counts .*, other .*Choose one with --job/);
  });

  test('says when there is no runtime, or more than one', async () => {
    const none = await run(['jobs'], {}, { discover: () => Promise.resolve([]) });
    assert.equal(none.code, 3);
    assert.match(none.error, /^job-state: There is no running runtime\. /);
    const many = await run(
      ['jobs'],
      {},
      { discover: () => Promise.resolve([here, { ...here, url: 'http://127.0.0.1:2' }]) },
    );
    assert.equal(many.code, 3);
    assert.match(many.error, /Choose one with --url/);
  });

  test('tells an error as data with --json, without stack unless asked', async () => {
    const gateway: Partial<RestfulGateway> = {
      jobs: () => [record],
      cancel: () => {
        throw userError('job.has-ended', 'It has ended.', 'Start it again.');
      },
    };
    const text = await run(['cancel'], gateway);
    assert.deepEqual([text.code, text.error], [2, 'job-state: It has ended. Start it again.\n']);
    const data = JSON.parse((await run(['cancel', '--json'], gateway)).error) as { error: { code: string } };
    assert.equal(data.error.code, 'job.has-ended');
    assert.match((await run(['cancel', '--verbose'], gateway)).error, /\n {4}at /);
  });

  test('refuses wrong options with 2 and helps with 0', async () => {
    assert.equal((await run(['nope'], {})).code, 2);
    assert.equal((await run(['run', 'a.ts', '--parallelism', '0'], {})).code, 2);
    assert.equal((await run(['--help'], {})).code, 0);
  });

  test('asks for a failure in the words of the job', async () => {
    const faults: unknown[] = [];
    const gateway: Partial<RestfulGateway> = {
      jobs: () => [record],
      job: () => record,
      holdNextRecovery: (_job, hold) => void faults.push({ hold }),
      inject: (fault) => {
        faults.push(fault);
        return 'fault-1' as ReturnType<RestfulGateway['inject']>;
      },
    };
    const args = ['fail', 'throw', 'counts', '--subtask', '2', '--message', 'boom', '--at-record', '5', '--hold'];
    assert.equal((await run(args, gateway)).code, 0);
    assert.deepEqual(faults, [
      { hold: true },
      {
        k: 'throwInTask',
        job,
        operator: record.vertices[0]?.vertex.id,
        subtask: 1,
        message: 'boom',
        when: { at: 'record', count: 5 },
      },
    ]);
    const tooFar = await run(['fail', 'local-copy', 'counts', '--subtask', '3'], gateway);
    assert.equal(tooFar.code, 2);
    assert.match(tooFar.error, /Choose one from 1 to 2/);
  });
});

describe('run', () => {
  const event = (seq: number, status: JobStatus): JobEvent => ({ seq, atMs: seq, e: 'job', job, status });

  function jobThatEnds(end: JobRecord): Partial<RestfulGateway> & { readonly asked: SubmitRequest[] } {
    const asked: SubmitRequest[] = [];
    return {
      asked,
      submit: (request) => {
        asked.push(request);
        return Promise.resolve(job);
      },
      job: () => end,
      events: async function* () {
        await Promise.resolve();
        yield event(1, 'RUNNING');
        yield event(2, end.status);
      },
    };
  }

  test('resolves paths, prints every change and ends well with the job', async () => {
    const gateway = jobThatEnds(jobRecord({ status: 'FINISHED' }));
    const { code, out } = await run(['run', 'jobs/a.ts', '--from', 'sp/x', '--parallelism', '2'], gateway);
    assert.equal(code, 0);
    assert.deepEqual(gateway.asked, [{ jobFile: '/folder/jobs/a.ts', from: '/folder/sp/x', parallelism: 2 }]);
    assert.deepEqual(out.trim().split('\n'), [`counts: ${job}`, 'counts: RUNNING', 'counts: FINISHED']);
  });

  test('ends with 1 and the reason when the job fails', async () => {
    const failure = errorData(
      userError('user.threw', 'division by zero', '', { subject: { file: '/a.ts', position: 4 } }),
    );
    const { code, error } = await run(['run', 'a.ts'], jobThatEnds(jobRecord({ status: 'FAILED', failure })));
    assert.equal(code, 1);
    assert.match(error, /division by zero \(\/a\.ts:4\)/);
  });

  test('starts a runtime when there is none, and stops it whatever happens', async () => {
    for (const status of ['FINISHED', 'FAILED'] as const) {
      const done: string[] = [];
      const world: Partial<CliWorld> = {
        discover: () => Promise.resolve([]),
        launch: ({ settings }) => {
          done.push(`start in ${settings.folder}: ${settings.taskManagers} x ${settings.slotsPerTaskManager}`);
          return Promise.resolve({ ...here, stop: () => Promise.resolve(void done.push('stop')) });
        },
      };
      await run(['run', 'a.ts', '--slots', '3'], jobThatEnds(jobRecord({ status })), world);
      assert.deepEqual(done, ['start in /folder: 2 x 3', 'stop']);
    }
  });

  test('Ctrl-C stops the runtime that it started and ends with 130', async () => {
    let interrupt: () => void = () => assert.fail('nobody listens for Ctrl-C');
    let stopped = false;
    const gateway = jobThatEnds(jobRecord());
    const forever: Partial<RestfulGateway> = {
      ...gateway,
      events: async function* () {
        yield event(1, 'RUNNING');
        await Promise.resolve();
        interrupt();
        yield event(2, 'RUNNING');
      },
    };
    const { code } = await run(['run', 'a.ts'], forever, {
      discover: () => Promise.resolve([]),
      launch: () => Promise.resolve({ ...here, stop: () => Promise.resolve(void (stopped = true)) }),
      onInterrupt: (told) => {
        interrupt = told;
        return { dispose: () => undefined };
      },
    });
    assert.deepEqual([code, stopped], [130, true]);
  });

  test('says how the runtime ended when it does so before the job', async () => {
    let exited: (exit: ChildExit) => void = () => undefined;
    const gateway = {
      ...jobThatEnds(jobRecord()),
      events: async function* (): AsyncIterableIterator<JobEvent> {
        await Promise.resolve();
        exited({ code: 134, signal: undefined, lastOutput: 'out of memory' });
        yield event(1, 'RUNNING');
      },
    };
    const { code, error } = await run(['run', 'a.ts'], gateway, {
      discover: () => Promise.resolve([]),
      launch: ({ onExit }) => {
        exited = onExit;
        return Promise.resolve({ ...here, stop: () => Promise.resolve() });
      },
    });
    assert.equal(code, 1);
    assert.match(error, /ended with code 134\.\nout of memory\. .*--from/);
  });

  test('refuses a file that is not there before anything is started', async () => {
    const { code, error } = await run(['run', 'a.ts'], {}, { isFile: () => Promise.resolve(false) });
    assert.equal(code, 2);
    assert.match(error, /There is no file \/folder\/a\.ts/);
  });

  test('leaves a job only to a runtime that is there', async () => {
    const left = await run(['run', 'a.ts', '--detach', '--json'], jobThatEnds(jobRecord()));
    assert.deepEqual([left.code, JSON.parse(left.out)], [0, { e: 'submitted', job, name: 'counts' }]);
    const { code } = await run(['run', 'a.ts', '--detach'], {}, { discover: () => Promise.resolve([]) });
    assert.equal(code, 3);
  });
});

test('keys are typed as they are, texts without quotes', () => {
  assert.equal(keyJson('ATL', 'STRING'), '"ATL"');
  assert.equal(keyJson('12', 'STRING'), '"12"');
  assert.equal(keyJson('12', 'LONG'), '12');
  assert.equal(keyJson('"ATL"', 'STRING'), '"ATL"');
  assert.equal(keyJson('{"a": 1}', undefined), '{"a":1}');
});

describe('a Flink cluster at --url', () => {
  const attached = (flink: RecordedFlink): Partial<CliWorld> => ({
    discover: () => Promise.resolve([]),
    connect: (engine) => connectCluster({ ...engine, fetch: flink.fetch }),
    readText: (path) => Promise.resolve(path === '/folder/token.txt' ? 'from-file\n' : ''),
  });
  const there = ['--url', 'localhost:8081/#/overview'];

  test('lists jobs, checkpoints, recoveries and TaskManagers', async () => {
    const flink = new RecordedFlink('1.20.5');
    const world = attached(flink);
    const jobs = await run(['jobs', ...there, '--json'], {}, world);
    assert.deepEqual([jobs.code, jobs.error], [0, '']);
    const [only] = JSON.parse(jobs.out) as { id: string; status: string }[];
    assert.equal(only?.status, 'RUNNING');
    assert.match((await run(['checkpoints', ...there], {}, world)).out, /COMPLETED .*\/flink\/checkpoints\/.*chk-/);
    assert.match(
      (await run(['recovery', 'show', ...there], {}, world)).out,
      /#0 {2}start of the job {2}done .*not told/,
    );
    assert.match((await run(['task-managers', ...there], {}, world)).out, /tm1 +alive +2 +1/);
  });

  test('takes a savepoint and deletes it', async () => {
    const world = attached(new RecordedFlink('2.2.1'));
    const taken = JSON.parse((await run(['savepoint', ...there, '--json'], {}, world)).out) as { path: string };
    assert.match(taken.path, /^\/flink\/savepoints\//);
    assert.deepEqual(await run(['dispose', taken.path, ...there, '--json'], {}, world), {
      code: 0,
      out: `${JSON.stringify({ disposed: taken.path })}\n`,
      error: '',
    });
  });

  test('says why not what Flink cannot do', async () => {
    const world = attached(new RecordedFlink('1.20.5'));
    const held = await run(['recovery', 'hold', ...there], {}, world);
    assert.equal(held.code, 2);
    assert.match(held.error, /^job-state: Flink cannot hold a recovery\./);
    const state = await run(['state', 'order totals', 'total', ...there, '--json'], {}, world);
    assert.equal((JSON.parse(state.error) as { error: { code: string } }).error.code, 'engine.cannot');
  });

  test('gets its token from a file or the environment, and says when it is refused', async () => {
    const flink = new RecordedFlink('1.20.5');
    flink.token = 'from-file';
    const world = attached(flink);
    assert.equal((await run(['jobs', ...there, '--token-file', 'token.txt'], {}, world)).code, 0);
    assert.equal(
      (await run(['jobs', ...there], {}, { ...world, environment: { JOB_STATE_TOKEN: 'from-file' } })).code,
      0,
    );
    const refused = await run(['jobs', ...there], {}, world);
    assert.equal(refused.code, 2);
    assert.match(refused.error, /refuses the request/);
    flink.away = true;
    assert.equal((await run(['jobs', ...there], {}, world)).code, 3);
  });
});
