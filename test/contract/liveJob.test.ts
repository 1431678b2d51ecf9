/** Every endpoint that can be asked, of a real JobManager with a job that runs on real TaskManagers: what its schema says, and nothing else. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { id, type JobId, type TriggerId } from '../../runtime/base/ids';
import { operatorIdOfUid } from '../../runtime/graph/operatorIds';
import { createRestHandler } from '../../runtime/jobmanager/rest/restHandler';
import { fillPath } from '../../runtime/rest/parameters';
import type { Route } from '../../runtime/rest/route';
import { routes } from '../../runtime/rest/routes';
import { World } from '../simulation/world';
import { restHost } from '../support/restHost';

const trigger = id<TriggerId>('f'.repeat(32));

/** A job of windows with a checkpoint, a savepoint and a failure behind it. */
async function liveJob(): Promise<{ readonly world: World; readonly job: JobId }> {
  const world = new World(7, {
    ...{ rows: 1_000_000, keys: 23, rowsPerSecond: 500, parallelism: 2, checkpointIntervalMs: 100 },
    windows: 'tumbling',
  });
  const job = await world.submit();
  const record = () => world.jobManager.job(job);
  await world.until('a checkpoint', () => world.completedCheckpoints(job) > 0, 20_000);
  const operator = operatorIdOfUid('count');
  world.jobManager.inject({ k: 'throwInTask', job, operator, subtask: 1, message: 'boom', when: { at: 'now' } });
  await world.until('the recovery', () => record().recoveries.filter(({ endMs }) => endMs).length > 1, 20_000);
  const before = world.completedCheckpoints(job);
  await world.until('checkpoints', () => world.completedCheckpoints(job) > before + 1, 20_000);
  world.jobManager.triggerSavepoint(job, { triggerId: trigger, thenStop: false });
  world.jobManager.triggerCheckpoint(job, trigger);
  world.jobManager.disposeSavepoint('/nothing', trigger);
  const kinds = ['savepoint', 'checkpoint', 'disposal'] as const;
  const done = (): boolean =>
    kinds.every((kind) => world.jobManager.operation(kind, trigger)?.status !== 'IN_PROGRESS');
  await world.until('the operations', done, 20_000);
  // Figures come twice a second; rates need some of them.
  await world.pass(3_000);
  return { world, job };
}

const refused = new Set(['resourceRequirements', 'rescalingOperation']);

describe('a job that runs', async () => {
  const { world, job } = await liveJob();
  const record = world.jobManager.job(job);
  const vertex = record.vertices.find(({ vertex: { operators } }) => operators.some(({ kind }) => kind === 'window'));
  assert.ok(vertex !== undefined);
  const { env } = world.jobManagerProcess;
  const handler = createRestHandler({ ...restHost, gateway: world.jobManager, clock: env.clock, random: env.random });
  const ask = async (route: Pick<Route, 'path'>, query = ''): Promise<{ status: number; answer: unknown }> => {
    const path = fillPath(route.path, {
      jobid: job,
      vertexid: vertex.vertex.id,
      operatorid: operatorIdOfUid('count'),
      subtaskindex: 0,
      attempt: 0,
      checkpointid: record.checkpoints.latestCompleted?.id ?? 0,
      triggerid: trigger,
      taskmanagerid: world.jobManager.taskManagers()[0]?.id ?? '',
      filename: 'runtime.log',
      statename: 'window-contents',
      recovery: 1,
    });
    const answering = handler({
      ...{ method: 'GET', path, headers: {}, body: new Uint8Array() },
      query: new URLSearchParams(query),
    });
    const { status, body } = await world.settled(path, answering);
    if (!(body instanceof Uint8Array)) return { status, answer: 'text' };
    return { status, answer: JSON.parse(new TextDecoder().decode(body)) };
  };

  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    if (route.method !== 'GET' || refused.has(name)) continue;
    test(`answers GET ${route.path} as its schema says`, async () => {
      const { status, answer } = await ask(route, name === 'stateEntry' ? 'key="k1"' : '');
      assert.equal(status, 200, JSON.stringify(answer));
      const parsed = v.safeParse(route.answer, answer);
      assert.ok(parsed.success, JSON.stringify(parsed.issues?.map((issue) => [v.getDotPath(issue), issue.message])));
      assert.deepEqual(parsed.output, answer);
    });
  }

  test('has figures for all that it has counted, with the names of its operators', async () => {
    const { answer: names } = await ask(routes.vertexMetrics);
    const all = (names as { id: string }[]).map((each) => each.id);
    const { answer } = await ask(routes.vertexMetrics, `get=${all.join(',')}`);
    const values = new Map((answer as { id: string; value: string }[]).map((each) => [each.id, each.value]));
    assert.equal(values.size, all.length);
    for (const name of [
      '0.numRecordsIn',
      '0.TumblingEventTimeWindows.numRecordsIn',
      '0.TumblingEventTimeWindows.numRecordsOut',
      '1.Sink__Writer.numRecordsSend',
    ]) {
      assert.ok(Number(values.get(name)) > 0, `${name}: ${values.get(name)} of ${all.join(' ')}`);
    }
    assert.equal(values.get('0.TumblingEventTimeWindows.numLateRecordsDropped'), '0');
    assert.equal(values.get('0.numRecordsIn'), values.get('0.TumblingEventTimeWindows.numRecordsIn'));
    const parts = ['busyTimeMsPerSecond', 'idleTimeMsPerSecond', 'backPressuredTimeMsPerSecond'];
    const second = parts.reduce((sum, name) => sum + Number(values.get(`0.${name}`)), 0);
    assert.ok(Math.abs(second - 1_000) <= 2, `busy, idle and backpressured are ${second} ms of a second`);
  });
});
