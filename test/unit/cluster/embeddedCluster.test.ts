import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorData, userError } from '../../../runtime/base/errors';
import type { Fault } from '../../../runtime/base/faults';
import { id, type FaultId, type TaskManagerId } from '../../../runtime/base/ids';
import type { JobEvent } from '../../../runtime/base/jobEvents';
import type { JobStatus } from '../../../runtime/base/status';
import { EmbeddedCluster } from '../../../runtime/cluster/embeddedCluster';
import type { SubmitRequest } from '../../../runtime/jobmanager/restfulGateway';
import type { OperationRecord } from '../../../runtime/jobmanager/records';
import type { StateQuery } from '../../../runtime/wire/messages';
import { clusterOf } from './inProcess';
import { checkpoint, job, jobRecord, operator } from './records';

const running = jobRecord();

describe('questions', () => {
  test('about jobs: the list, one, and what can be done with it', async () => {
    const cluster = clusterOf({ jobs: () => [running], job: () => running });
    assert.deepEqual(await cluster.get('jobs', {}), [{ id: job, name: 'counts', status: 'RUNNING', startMs: 1 }]);
    const details = await cluster.get('job', { job });
    assert.equal(details.tasks.length, 2);
    assert.equal(details.tasks[1]?.taskManager, 'tm-2');
    assert.deepEqual(cluster.can('triggerSavepoint', job), { ok: true });
  });

  test('about operators add up what the subtasks report', async () => {
    const cluster = clusterOf({ job: () => running });
    const [counts] = await cluster.get('operators', { job });
    assert.equal(counts?.uid, 'counts');
    assert.equal(counts.keyType, 'STRING');
    assert.deepEqual(counts.states, [
      {
        name: 'count',
        kind: 'value',
        type: 'LONG',
        entries: 5,
        sizeBytes: 100,
        subtasks: [
          { subtask: 0, entries: 3, sizeBytes: 50 },
          { subtask: 1, entries: 2, sizeBytes: 50 },
        ],
      },
    ]);
  });

  test('about live entries go through the subtasks page by page', async () => {
    const entries = [
      ['a', 'b', 'c'],
      ['d', 'e'],
    ];
    const query = (_job: unknown, asked: StateQuery) => {
      assert.ok(asked.q === 'entries');
      const { subtask } = asked.ref;
      const all = entries[subtask] ?? [];
      const from = Number(asked.after ?? 0);
      const items = all.slice(from, from + asked.limit).map((key) => ({ key, value: 1, text: '1', subtask }));
      const end = from + items.length;
      const next = items.length > 0 && end < all.length ? { next: String(end) } : {};
      return Promise.resolve({ a: 'entries' as const, entries: items, total: all.length, ...next });
    };
    const cluster = clusterOf({ job: () => running, query });
    for (const limit of [1, 2, 3, 4, 5, 9]) {
      const keys: string[] = [];
      let after: string | undefined;
      do {
        const page = await cluster.get(
          'stateEntries',
          { job, operator, state: 'count' },
          { limit, ...(after === undefined ? {} : { after }) },
        );
        assert.equal(page.total, 5);
        assert.ok(page.items.length <= limit);
        keys.push(...page.items.map(({ key }) => key));
        after = page.next;
      } while (after !== undefined);
      assert.deepEqual(keys, ['a', 'b', 'c', 'd', 'e'], `limit ${limit}`);
    }
  });

  test('about a key ask every subtask and take the one that has it', async () => {
    const query = (_job: unknown, asked: StateQuery) => {
      assert.ok(asked.q === 'lookup');
      const { subtask } = asked.ref;
      const entry =
        subtask === 1 && asked.key === '"ä b"' ? { entry: { key: asked.key, value: 4, text: '4', subtask } } : {};
      return Promise.resolve({ a: 'lookup' as const, ...entry });
    };
    const cluster = clusterOf({ job: () => running, query });
    const found = await cluster.get('stateLookup', { job, operator, state: 'count', key: '"ä b"' });
    assert.equal(found?.subtask, 1);
    assert.equal(await cluster.get('stateLookup', { job, operator, state: 'count', key: '"no"' }), undefined);
  });

  test('about checkpoints page beyond ten and keep savepoints apart', async () => {
    const history = [checkpoint(40, true), ...Array.from({ length: 30 }, (_, index) => checkpoint(30 - index))];
    const record = jobRecord({ checkpoints: { ...running.checkpoints, history } });
    const cluster = clusterOf({ job: () => record });
    const first = await cluster.get('checkpoints', { job, savepoints: false }, { limit: 20 });
    assert.equal(first.total, 30);
    assert.equal(first.items[0]?.id, 30);
    const second = await cluster.get('checkpoints', { job, savepoints: false }, { limit: 20, after: first.next ?? '' });
    assert.deepEqual([second.items[0]?.id, second.items.length, second.next], [10, 10, undefined]);
    const savepoints = await cluster.get('checkpoints', { job, savepoints: true });
    assert.deepEqual(
      savepoints.items.map(({ path }) => path),
      ['/sp/savepoint-40'],
    );
  });

  test('about one checkpoint show where each handle lies; local copies only of the newest', async () => {
    const [older, newest] = [checkpoint(1), checkpoint(2)];
    const record = jobRecord({
      checkpoints: { ...running.checkpoints, history: [newest, older], latestCompleted: newest },
    });
    const cluster = clusterOf({ job: () => record });
    const handles = async (number: number) =>
      (await cluster.get('checkpoint', { job, checkpoint: number })).operators[0]?.subtasks[0]?.handles;
    const handle = { state: 'keyed', kind: 'keyGroups', sizeBytes: 50, keyGroups: { start: 0, end: 63 } };
    assert.deepEqual(await handles(2), [{ ...handle, remote: '/cp/chk-2/f1', local: '/tm-1/local' }]);
    assert.deepEqual(await handles(1), [{ ...handle, remote: '/cp/chk-1/f1' }]);
  });

  test('that the runtime refuses reject with its error', async () => {
    const cluster = clusterOf({
      job: () => {
        throw userError('job.not-found', 'There is no job 1.', 'Refresh.', { subject: { job: '1' } });
      },
    });
    await assert.rejects(cluster.get('job', { job }), {
      code: 'job.not-found',
      advice: 'Refresh.',
      subject: { job: '1' },
    });
  });
});

describe('verbs', () => {
  test('a submission arrives with all its fields', async () => {
    let asked: SubmitRequest | undefined;
    const cluster = clusterOf({
      submit: (request) => {
        asked = request;
        return Promise.resolve(job);
      },
    });
    const submission = { jobFile: '/jobs/a.ts', parallelism: 3, from: '/sp/s', holdRecovery: true, rowsPerSecond: 5.5 };
    assert.deepEqual(await cluster.run('submit', submission), { job });
    assert.deepEqual(asked, submission);
  });

  test('a relative path or another kind of file is refused before it reaches the runtime', async () => {
    const cluster = clusterOf({});
    for (const jobFile of ['jobs/a.ts', '/etc/passwd', '']) {
      await assert.rejects(cluster.run('submit', { jobFile }), { code: 'rest.bad-request' });
    }
  });

  test('a savepoint is waited for, told about and comes with its size', async () => {
    const answers: OperationRecord[] = [
      { status: 'IN_PROGRESS' },
      { status: 'IN_PROGRESS' },
      { status: 'COMPLETED', result: { k: 'savepoint', path: '/sp/savepoint-7', sizeBytes: 1, tookMs: 1 } },
    ];
    const pending = { ...checkpoint(7, true), status: 'IN_PROGRESS' as const, acknowledged: 1 };
    let history = [pending];
    const told: string[] = [];
    const cluster = clusterOf({
      job: () => jobRecord({ checkpoints: { ...running.checkpoints, history } }),
      triggerSavepoint: (_job, request) => {
        assert.equal(request.thenStop, false);
        assert.equal(request.directory, '/elsewhere');
      },
      operation: () => {
        const answer = answers.shift();
        if (answer?.status === 'COMPLETED') history = [checkpoint(7, true) as typeof pending];
        return answer;
      },
    });
    const result = await cluster.run(
      'triggerSavepoint',
      { job, directory: '/elsewhere' },
      { onProgress: (text) => told.push(text) },
    );
    assert.deepEqual(result, { path: '/sp/savepoint-7', sizeBytes: 107, tookMs: 6 });
    assert.deepEqual(told, ['savepoint: 1 of 2 subtasks']);
  });

  test('a savepoint that fails rejects with the reason, not with a stack', async () => {
    const error = userError('checkpoint.declined', 'Subtask 2 declined.', 'Try again.');
    const cluster = clusterOf({
      triggerSavepoint: () => undefined,
      operation: () => ({ status: 'FAILED', error: errorData(error) }),
    });
    await assert.rejects(cluster.run('triggerSavepoint', { job }), {
      code: 'checkpoint.declined',
      message: 'Subtask 2 declined.',
      advice: 'Try again.',
    });
  });

  test('waiting ends with the signal', async () => {
    const stop = new AbortController();
    const cluster = clusterOf({
      triggerCheckpoint: () => undefined,
      operation: () => {
        stop.abort();
        return { status: 'IN_PROGRESS' };
      },
    });
    await assert.rejects(cluster.run('triggerCheckpoint', { job }, { signal: stop.signal }), { name: 'AbortError' });
  });

  test('a failure arrives as it was asked for, a malformed one does not', async () => {
    const faults: Fault[] = [];
    const cluster = clusterOf({
      inject: (fault) => {
        faults.push(fault);
        return id<FaultId>('fault-1');
      },
    });
    const kill: Fault = { k: 'killTaskManager', taskManager: id<TaskManagerId>('tm-1'), lose: true };
    const fail: Fault = {
      k: 'throwInTask',
      job,
      operator,
      subtask: 1,
      message: 'x',
      when: { at: 'record', count: 3 },
    };
    assert.deepEqual(await cluster.run('inject', { fault: kill }), { fault: 'fault-1' });
    await cluster.run('inject', { fault: fail });
    assert.deepEqual(faults, [kill, fail]);
    await assert.rejects(cluster.run('inject', { fault: { ...fail, subtask: -1 } }), { code: 'rest.bad-request' });
  });
});

describe('events', () => {
  const event = (seq: number, status: JobStatus): JobEvent => ({ seq, atMs: seq, e: 'job', job, status });

  test('are followed, and what they say is remembered', async () => {
    const cluster = clusterOf({
      events: async function* (after) {
        await Promise.resolve();
        yield event(after + 1, 'RUNNING');
        yield event(after + 2, 'FINISHED');
      },
    });
    const seen: number[] = [];
    const stop = new AbortController();
    for await (const { seq } of cluster.events(5, stop.signal)) {
      seen.push(seq);
      if (seen.length === 2) stop.abort();
    }
    assert.deepEqual(seen, [6, 7]);
    assert.deepEqual(cluster.can('cancel', job), { ok: false, why: 'job-has-ended' });
  });

  test('go on after the last one seen when the connection broke', async () => {
    let connections = 0;
    const asked: number[] = [];
    const cluster = clusterOf({
      events: async function* (after) {
        await Promise.resolve();
        asked.push(after);
        connections += 1;
        yield event(after + 1, 'RUNNING');
      },
    });
    const stop = new AbortController();
    for await (const { seq } of cluster.events(0, stop.signal)) if (seq === 3) stop.abort();
    assert.deepEqual(asked, [0, 1, 2]);
    assert.equal(connections, 3);
  });

  test('end with an error when the runtime is gone, and then nothing can be done', async () => {
    const cluster = new EmbeddedCluster({
      url: 'http://127.0.0.1:1',
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    });
    await assert.rejects(
      async () => {
        await cluster.events(0, new AbortController().signal).next();
      },
      { code: 'engine.away' },
    );
    assert.deepEqual(cluster.can('submit'), { ok: false, why: 'engine-is-away' });
  });
});
