/** What the command line says to people: advice after a wrong name, progress, help, paths of the platform. */
import assert from 'node:assert/strict';
import { win32 } from 'node:path';
import { describe, test } from 'node:test';
import { closest } from '../../../runtime/cli/suggest';
import { fakeCluster, details } from './fakeCluster';
import { here, run, runOn } from './ran';

describe('a wrong name', () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['job', '--job', 'cuonts'], /There is no job "cuonts"\. Did you mean "counts"\? There is counts \(d376/],
    [['state', 'count', 'count'], /no operator "count"\. Did you mean "counts"\? It has counts\./],
    [['state', 'counts', 'cuont'], /counts has no state "cuont"\. Did you mean "count"\? It has count\./],
    [['fail', 'kill', 'tm1'], /There is no TaskManager "tm1"\. Did you mean "tm-1"\? There is tm-1\./],
    [['fail', 'disarm', 'x'], /There is no failure "x"\. There is fault-1\./],
    [['recovery', 'step', '--hold', 'hold-2'], /No step "hold-2" of counts is held\. Did you mean "hold-1"\?/],
    [['savepiont'], /unknown command 'savepiont'\s+\(Did you mean savepoint\?\)/],
  ];
  for (const [args, expected] of cases) {
    test(`in "${args.join(' ')}" is told with what there is, and changes nothing`, async () => {
      const cluster = fakeCluster();
      const { code, out, error } = await runOn(cluster, args);
      assert.deepEqual([code, out, cluster.ran], [2, '', []]);
      assert.match(error, expected);
    });
  }

  test('is like the nearest one, or like none', () => {
    assert.equal(closest('delay', ['delay-by-airport', 'totals']), 'delay-by-airport');
    assert.equal(closest('TOTALS', ['delay-by-airport', 'totals']), 'totals');
    assert.equal(closest('x', ['y', 'zz']), 'y');
    assert.equal(closest('sink', ['delay-by-airport', 'totals']), undefined);
    assert.equal(closest('', []), undefined);
  });
});

describe('wrong use', () => {
  test('is data with --json, and nothing else', async () => {
    for (const args of [
      ['nope', '--json'],
      ['checkpoints', 'x', '--json'],
      ['fail', '--json'],
    ]) {
      const { code, out, error } = await run(args, {});
      assert.deepEqual([code, out], [2, '']);
      assert.equal((JSON.parse(error) as { error: { code: string } }).error.code, 'cli.usage');
    }
  });

  test('is kept apart from help, which has examples', async () => {
    const { code, out } = await run(['savepoint', '--help'], {});
    assert.equal(code, 0);
    assert.match(out, /Examples:\n {2}job-state savepoint --directory backups/);
  });
});

describe('progress', () => {
  test('is one line that changes, on a terminal', async () => {
    const { code, out, error } = await runOn(fakeCluster(), ['savepoint'], { errorIsTerminal: true });
    assert.equal(code, 0);
    assert.equal(error, '\r\x1b[Ksavepoint: 3 of 4 subtasks\r\x1b[K');
    assert.match(out, /^Savepoint of counts: 100 B in 5 ms\.\n\/sp\/savepoint-4\n$/);
  });

  test('is not shown on a pipe, nor with --json', async () => {
    assert.equal((await runOn(fakeCluster(), ['stop'])).error, '');
    assert.equal((await runOn(fakeCluster(), ['stop', '--json'], { errorIsTerminal: true })).error, '');
  });
});

describe('the only runtime', () => {
  test('is found by the name of the machine, too, with its token', async () => {
    const engines: unknown[] = [];
    const { code } = await run(
      ['jobs', '--url', 'http://localhost:1'],
      {},
      {
        connect: (engine) => {
          engines.push(engine);
          return Promise.resolve(fakeCluster());
        },
      },
    );
    assert.deepEqual([code, engines], [0, [{ url: here.url, token: 't', embedded: true }]]);
  });

  test('is not needed to kill a TaskManager of no job', async () => {
    const cluster = fakeCluster({ answers: { jobs: [] } });
    assert.equal((await runOn(cluster, ['fail', 'kill', 'tm-1'])).code, 0);
    assert.deepEqual(cluster.ran, [['inject', { fault: { k: 'killTaskManager', taskManager: 'tm-1', lose: false } }]]);
  });
});

test('lists are asked for page by page', async () => {
  const cluster = fakeCluster();
  const { out } = await runOn(cluster, ['checkpoints', '--limit', '1', '--after', 'here']);
  const query = { job: details.id, savepoints: false };
  assert.deepEqual(cluster.asked.at(-1), ['checkpoints', query, { limit: 1, after: 'here' }]);
  assert.match(out, /1 of 2; go on with --after 'older'\n$/);
});

test('entries of a running state are looked through for a text', async () => {
  const entry = (key: string) => ({ key, value: 1, text: '1', subtask: 0 });
  const cluster = fakeCluster({
    answers: { stateEntries: { items: ['"ATL"', '"BOS"', '"ATX"'].map(entry), total: 3 } },
  });
  const { out } = await runOn(cluster, ['state', 'counts', 'count', '--filter', 'at', '--limit', '1', '--json']);
  assert.deepEqual(JSON.parse(out), { items: [entry('"ATL"')], total: 2 });
});

test('paths are those of the platform: of Windows with drive, network share and either slash', async () => {
  const windows = { directory: 'C:\\jobs', resolve: (path: string) => win32.resolve('C:\\jobs', path) };
  const asked = async (file: string, from: string) => {
    const cluster = fakeCluster();
    assert.equal((await runOn(cluster, ['run', file, '--from', from, '--detach'], windows)).code, 0);
    return cluster.ran;
  };
  const submits = (jobFile: string, from: string) => [['submit', { jobFile, from }]];
  assert.deepEqual(await asked('a.ts', '..\\sp'), submits('C:\\jobs\\a.ts', 'C:\\sp'));
  assert.deepEqual(await asked('D:/x/a.ts', '\\\\host\\share\\sp'), submits('D:\\x\\a.ts', '\\\\host\\share\\sp'));
  const cluster = fakeCluster();
  await runOn(cluster, ['dispose', 'C:\\sp\\savepoint-1'], windows);
  assert.deepEqual(cluster.ran, [['disposeSavepoint', { path: 'C:\\sp\\savepoint-1' }]]);
});
