import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ChildExit } from '../../../runtime/base/env';
import { id, type HoldId } from '../../../runtime/base/ids';
import type { HeldStep, JobDetails } from '../../../runtime/cluster/model';
import { Connection } from '../../../extension/runtime/connection';
import { LastRuns, type LastRun } from '../../../extension/runtime/lastRuns';
import { RuntimeService, type RuntimeWorld } from '../../../extension/runtime/runtimeService';
import { statusText } from '../../../extension/status/statusText';
import {
  checkpointInfo,
  flightsCluster,
  job,
  jobDetails,
  nowMs,
  recoveryEvents,
} from '../../support/fakeCluster/flightsData';

interface World extends RuntimeWorld {
  launches: number;
  stops: number;
  exit: (exit: ChildExit) => void;
}

function world(more: Partial<RuntimeWorld> = {}): World {
  const made: World = {
    launches: 0,
    stops: 0,
    exit: () => assert.fail('not launched'),
    isTrusted: () => true,
    nowMs: () => nowMs,
    log: () => undefined,
    find: () => Promise.resolve(undefined),
    launch: ({ onExit }) => {
      made.launches++;
      made.exit = onExit;
      const stop = (): Promise<void> => {
        made.stops++;
        onExit({ code: 0, signal: undefined, lastOutput: '' });
        return Promise.resolve();
      };
      return Promise.resolve({ url: 'http://127.0.0.1:1', token: 't', pid: 7, stop });
    },
    connect: () => Promise.resolve(flightsCluster()),
    ...more,
  };
  return made;
}

describe('the runtime of a window', () => {
  test('is started once, however many ask at the same time', async () => {
    const made = world();
    const runtime = new RuntimeService(made);
    const [a, b] = await Promise.all([runtime.ensure(), runtime.ensure()]);
    assert.equal(a, b);
    assert.equal(made.launches, 1);
    assert.equal(runtime.state.k === 'connected' && runtime.state.owned, true);
  });

  test('is never started in a folder that is not trusted', async () => {
    const made = world({ isTrusted: () => false });
    await assert.rejects(new RuntimeService(made).ensure(), { code: 'runtime.untrusted-folder' });
    assert.equal(made.launches, 0);
  });

  test('of another window is attached to, not owned, and left alone when this window closes', async () => {
    const made = world({ find: () => Promise.resolve({ url: 'http://127.0.0.1:2', token: 't', pid: 8 }) });
    const runtime = new RuntimeService(made);
    await runtime.attach();
    assert.equal(runtime.state.k === 'connected' && !runtime.state.owned, true);
    await runtime.stop();
    assert.deepEqual([made.launches, made.stops, runtime.state.k], [0, 0, 'none']);
  });

  test('attach starts nothing', async () => {
    const made = world();
    assert.equal(await new RuntimeService(made).attach(), undefined);
    assert.equal(made.launches, 0);
  });

  test('that crashes leaves its exit code, its last lines, and can be started again', async () => {
    const made = world();
    const runtime = new RuntimeService(made);
    await runtime.ensure();
    const lastOutput = 'checkpoint 48 completed\n\nFATAL ERROR: JavaScript heap out of memory\n';
    made.exit({ code: 134, signal: undefined, lastOutput });
    assert.deepEqual(runtime.state, {
      k: 'ended',
      owned: true,
      end: {
        text: 'code 134 (out of memory)',
        atMs: nowMs,
        lastLines: ['checkpoint 48 completed', 'FATAL ERROR: JavaScript heap out of memory'],
      },
    });
    await runtime.ensure();
    assert.deepEqual([made.launches, runtime.state.k], [2, 'connected']);
  });

  test('that is stopped on purpose did not crash', async () => {
    const made = world();
    const runtime = new RuntimeService(made);
    await runtime.ensure();
    await runtime.stop();
    assert.deepEqual([made.stops, runtime.state.k], [1, 'none']);
  });

  test('that does not start says why, and where', async () => {
    const made = world({ launch: () => Promise.reject(new Error('no such file')) });
    const runtime = new RuntimeService(made);
    await assert.rejects(runtime.ensure(), /no such file/);
    assert.equal(runtime.state.k === 'ended' && runtime.state.end.lastLines[0], 'no such file');
  });

  test('of another window that ends is told as such', async () => {
    const cluster = flightsCluster();
    const made = world({
      find: () => Promise.resolve({ url: 'http://127.0.0.1:2', token: 't', pid: 8 }),
      connect: () => Promise.resolve(cluster),
    });
    const runtime = new RuntimeService(made);
    const connection = new Connection(runtime);
    await runtime.attach();
    const ended = new Promise<void>((resolve) => runtime.changed.on(() => resolve()));
    cluster.vanish();
    await ended;
    assert.equal(runtime.state.k === 'ended' && !runtime.state.owned, true);
    connection.dispose();
  });
});

describe('the jobs of the connected runtime', () => {
  test('are read at once, and again when an event says that they changed', async () => {
    const cluster = flightsCluster();
    const runtime = new RuntimeService(world({ connect: () => Promise.resolve(cluster) }));
    const connection = new Connection(runtime);
    const changed = (): Promise<unknown> => new Promise((resolve) => connection.changed.on(resolve));
    const nameAndStatus = (): (string | undefined)[] => [
      connection.data?.jobs[0]?.name,
      connection.data?.jobs[0]?.status,
    ];
    const first = changed();
    await runtime.ensure();
    await first;
    assert.deepEqual(nameAndStatus(), ['flights', 'RUNNING']);
    const second = changed();
    cluster.answers.job = jobDetails({ status: 'RESTARTING' });
    cluster.say({ e: 'job', job, status: 'RESTARTING' });
    await second;
    assert.deepEqual(nameAndStatus(), ['flights', 'RESTARTING']);
    connection.dispose();
  });
});

describe('held steps', () => {
  test('come with the newest first, whichever order the engine tells them in', async () => {
    const cluster = flightsCluster();
    const [begin] = recoveryEvents();
    assert.ok(begin);
    const held = (name: string, atMs: number): HeldStep => ({
      hold: id<HoldId>(name),
      event: { ...begin, atMs },
      text: name,
    });
    cluster.answers.job = jobDetails({ holds: [held('older', 1), held('newest', 3), held('middle', 2)] });
    const runtime = new RuntimeService(world({ connect: () => Promise.resolve(cluster) }));
    const connection = new Connection(runtime);
    await runtime.ensure();
    const data = await connection.read();
    assert.deepEqual(
      data?.jobs[0]?.holds.map(({ hold }) => String(hold)),
      ['newest', 'middle', 'older'],
    );
    connection.dispose();
  });
});

describe('what was running', () => {
  class Kept {
    runs: readonly LastRun[] = [];
    writes = 0;
    readonly lastRuns = new LastRuns({
      get: () => this.runs,
      set: (runs) => {
        this.runs = runs;
        this.writes++;
      },
    });
  }
  const run: LastRun = {
    jobFile: '/w/flights.ts',
    name: 'flights',
    checkpoint: { id: 48, path: checkpointInfo(48).path ?? '' },
  };

  test('is remembered with its newest checkpoint, and offered once the runtime is gone', () => {
    const made = new Kept();
    made.lastRuns.observe([jobDetails()]);
    made.lastRuns.observe([jobDetails()]);
    assert.equal(made.writes, 1, 'written only when it changed');
    assert.deepEqual(made.lastRuns.interrupted([jobDetails()]), []);
    assert.deepEqual(made.lastRuns.interrupted([]), [run]);
  });

  test('keeps the checkpoint that it was restored from until it has one of its own', () => {
    const made = new Kept();
    made.lastRuns.observe([jobDetails()]);
    const fresh: { latestCheckpoint?: unknown } = jobDetails();
    delete fresh.latestCheckpoint;
    made.lastRuns.observe([fresh as JobDetails]);
    assert.deepEqual(made.lastRuns.interrupted([]), [run]);
  });

  test('is forgotten when it ended by itself', () => {
    const made = new Kept();
    made.lastRuns.observe([jobDetails()]);
    made.lastRuns.observe([jobDetails({ status: 'CANCELED', endMs: nowMs })]);
    assert.deepEqual(made.lastRuns.interrupted([]), []);
  });
});

describe('the status bar', () => {
  const cluster = flightsCluster();
  const connected = { k: 'connected', cluster, pid: 1, owned: true } as const;
  const overview = { version: '', taskManagers: 2, slots: 4, freeSlots: 0 };

  test('says the job and its last checkpoint', () => {
    const status = statusText(connected, { overview, jobs: [jobDetails()] }, nowMs + 20_000);
    assert.equal(status?.text, 'flights · checkpoint 48, 20 s ago');
    assert.equal(status.urgency, 'calm');
  });

  test('is not there when nothing runs', () => {
    assert.equal(statusText({ k: 'none' }, undefined, nowMs), undefined);
    assert.equal(statusText(connected, { overview, jobs: [] }, nowMs), undefined);
  });

  test('is red only for a runtime of our own that ended', () => {
    const end = { text: 'signal SIGKILL', atMs: nowMs, lastLines: [] };
    assert.equal(statusText({ k: 'ended', end, owned: true }, undefined, nowMs)?.urgency, 'broken');
    assert.equal(statusText({ k: 'ended', end, owned: false }, undefined, nowMs)?.urgency, 'calm');
  });
});
