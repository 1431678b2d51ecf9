import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, type FaultId, type HoldId } from '../../../runtime/base/ids';
import type { RuntimeState } from '../../../extension/runtime/runtimeState';
import type { TreeNode } from '../../../extension/tree/model/node';
import {
  airport,
  airportVertex,
  checkpointInfo,
  job,
  jobDetails,
  nowMs,
  recoveryEvents,
  recoveryInfo,
} from '../../support/fakeCluster/flightsData';
import { endsWith, nodeAt, scene } from './treeScene';
import { treeText } from './treeText';

describe('the Jobs tree as text', () => {
  test('a running job with its groups and operators', async () => {
    assert.equal(
      await treeText(scene().model, endsWith(airport)),
      `v embedded runtime | 2 TaskManagers · 4 slots
  v flights | RUNNING · 12 min · checkpoint 48, just now
    v Operators
      - flights-source | 2 subtasks · 11 splits · 812,004 rows
      - (no uid) Map | generated id 90bea66d… · no state
      > delay-by-airport | keyed by STRING · 2 subtasks · 1 state · 38 kB
        > stats | 229 keys · 31 kB · value MAP<STRING, DelayStats>
        > event-time timers | 229 timers · 7.0 kB
        > subtasks | 1: 19 kB   2: 19 kB
    > Checkpoints | 48 · every 5 s · 41 ms · 38 kB
    > Savepoints | 1
    > Recoveries | 1`,
    );
  });

  test('a checkpoint down to the local and remote copies of its handles', async () => {
    const { model } = scene();
    const checkpoint = await nodeAt(model, 'embedded', 'flights', 'Checkpoints', '48');
    const lines: string[] = [];
    const walk = async (node: TreeNode, depth: number): Promise<void> => {
      lines.push(`${'  '.repeat(depth)}${node.look.label} | ${node.look.description ?? ''}`);
      for (const child of await model.children(node)) await walk(child, depth + 1);
    };
    await walk(checkpoint, 0);
    assert.equal(
      lines.join('\n'),
      `48 | 2 s ago · 41 ms · 38 kB
  delay-by-airport | 38 kB · 2 subtasks
    subtask 1/2 | 19 kB · 1 handle · local copy
      keyed state | key groups 0–63 · 19 kB · local and remote
        local | chk_48
        remote | s0
    subtask 2/2 | 19 kB · 1 handle
      keyed state | key groups 64–127 · 19 kB · remote
        remote | s1`,
    );
  });

  test('a recovery says for each subtask from where its state came and why', async () => {
    const { model } = scene();
    const recovery = await nodeAt(model, 'embedded', 'flights', 'Recoveries', '#1');
    assert.equal(recovery.look.label, '#1  tm-2 killed by you');
    assert.equal(recovery.look.description, '3 min ago · 212 ms · 1 local, 1 remote');
    const lanes = await model.children(recovery);
    assert.deepEqual(
      lanes.map(({ look }) => `${look.label} | ${look.description ?? ''}`),
      [
        'JobManager | checkpoint 31 chosen · newest completed; 32 was not acknowledged by 1 of 4',
        'delay-by-airport 1/2 | local · 19 kB · 4 ms',
        'delay-by-airport 2/2 | remote, because local copy was on tm-2, lost · 19 kB · 11 ms',
      ],
      'a chain goes by its first operator',
    );
    assert.match(lanes[1]?.look.tooltip ?? '', /^delay-by-airport -> days: Writer 1\/2 · on tm-1/);
  });

  test('a held step is where the eye goes: job, recovery, lane and step, opened', async () => {
    const made = scene();
    const hold = id<HoldId>('hold-1');
    const events = recoveryEvents(hold);
    const event = events.at(-1);
    assert.ok(event);
    const held = { hold, event, text: 'held before: read remote copy of keyed state' };
    made.details = jobDetails({ holds: [held] });
    made.cluster.answers.job = made.details;
    made.cluster.answers.recoveries = { items: [recoveryInfo({ status: 'held' })], total: 1 };
    made.cluster.answers.recovery = { ...recoveryInfo({ status: 'held' }), events };
    const text = await treeText(made.model, endsWith('/recoveries'));
    const shown = text.split('\n').filter((line) => /held/.test(line));
    assert.deepEqual(
      shown.map((line) => line.trim()),
      [
        'v flights | held before: read remote copy of keyed state',
        '> Recoveries | held',
        'v #1  tm-2 killed by you | held before: read remote copy of keyed state',
        'v delay-by-airport 2/2 | held before: read remote copy of keyed state',
        '- read remote copy of keyed state, 19 kB | held here · chk-31/s1',
      ],
    );
    const job = await nodeAt(made.model, 'embedded', 'flights');
    assert.ok(job.look.tokens?.includes('held'));
  });

  test('a failure that waits is a child of the job until it fired', async () => {
    const made = scene();
    made.cluster.answers.faults = [
      {
        id: id<FaultId>('f1'),
        state: 'armed',
        fault: {
          k: 'throwInTask',
          job,
          operator: airport,
          subtask: 1,
          message: 'division by zero',
          when: { at: 'record', count: 1000 },
        },
      },
      { id: id<FaultId>('f0'), state: 'fired', fault: { k: 'killTaskManager', taskManager: id('tm-1'), lose: false } },
    ];
    const [first, second] = await made.model.children(await nodeAt(made.model, 'embedded', 'flights'));
    assert.equal(first?.look.label, 'throw “division by zero” in subtask 2, at record 1000');
    assert.equal(second?.look.label, 'Operators');
  });

  test('a job that failed says why, in its row and below it', async () => {
    const made = scene();
    made.details = jobDetails({
      status: 'FAILED',
      endMs: nowMs - 4_000,
      failure: { text: 'flights.ts:41: division by zero', stack: 'Error: division by zero\n at flights.ts:41' },
    });
    made.cluster.answers.job = made.details;
    const row = await nodeAt(made.model, 'embedded', 'flights');
    assert.equal(row.look.description, 'FAILED · 4 s ago · flights.ts:41: division by zero');
    assert.deepEqual(row.look.tokens, ['job', 'hasId']);
    assert.equal((await made.model.children(row))[0]?.look.label, 'flights.ts:41: division by zero');
  });

  test('a restart is news for a while; a job that restarts again and again does not look calm', async () => {
    const made = scene();
    const look = async (secondsAgo: readonly number[]): Promise<readonly unknown[]> => {
      made.details = jobDetails({
        restarts: { count: secondsAgo.length, atMs: secondsAgo.map((seconds) => nowMs - seconds * 1_000) },
      });
      made.model.redrawRoot();
      const { look } = await nodeAt(made.model, 'embedded', 'flights');
      return [look.description, look.icon?.name];
    };
    assert.deepEqual(await look([65]), [
      'RUNNING · restarted, 1 min ago · 12 min · checkpoint 48, just now',
      'play-circle',
    ]);
    assert.deepEqual(await look([400, 500, 600, 700]), ['RUNNING · 12 min · checkpoint 48, just now', 'play-circle']);
    assert.deepEqual(await look([2, 20, 40]), [
      'RUNNING · restarts again and again: 3 times, last just now · 12 min · checkpoint 48, just now',
      'warning',
    ]);
  });

  test('a runtime that crashed shows its exit code, its last lines and what was running', async () => {
    const state: RuntimeState = {
      k: 'ended',
      owned: true,
      end: { text: 'code 134 (out of memory)', atMs: nowMs - 4_000, lastLines: ['heap limit', 'Aborted'] },
    };
    const run = { jobFile: '/w/flights.ts', name: 'flights', checkpoint: { id: 48, path: '/w/chk-48' } };
    assert.equal(
      await treeText(scene(state, [run]).model, () => true),
      `v The runtime ended with code 134 (out of memory) | 4 s ago
  - heap limit
  - Aborted
- flights | ended with its runtime · checkpoint 48`,
    );
  });

  test('without a runtime the first level is empty, so that the welcome text shows', async () => {
    assert.equal(await treeText(scene({ k: 'none' }).model, () => true), '');
  });

  test('what the engine cannot do is not offered', async () => {
    const made = scene();
    made.cluster.cannot = new Set(['triggerSavepoint', 'injectFault']);
    const row = await nodeAt(made.model, 'embedded', 'flights');
    assert.deepEqual(row.look.tokens, [
      'job',
      'hasId',
      'live',
      'stoppable',
      'checkpointable',
      'cancellable',
      'holdable',
    ]);
  });

  test('an error of the engine stands where the children would be', async () => {
    const made = scene();
    delete made.cluster.answers.operators;
    const [row] = await made.model.children(await nodeAt(made.model, 'embedded', 'flights', 'Operators'));
    assert.equal(row?.look.label, 'No answer to operators.');
  });
});

describe('paging', () => {
  test('entries come by 200, and "load more" brings the rest', async () => {
    const { model } = scene();
    const stats = await nodeAt(model, 'embedded', 'flights', 'Operators', 'delay-by-airport', 'stats');
    const first = await model.children(stats);
    assert.equal(first.length, 201);
    assert.equal(first.at(-1)?.look.label, '… 200 of 229, load 29 more');
    await model.loadMore(stats.id);
    const all = await model.children(stats);
    assert.equal(all.length, 229);
    assert.equal(all[0], first[0], 'the same entry is the same object');
  });
});

describe('refreshing', () => {
  test('an event asks only for what it may have changed, and fires the smallest nodes', async () => {
    const made = scene();
    const { model, cluster, changes } = made;
    await treeText(model, endsWith('/checkpoints'));
    const group = await nodeAt(model, 'embedded', 'flights', 'Checkpoints');
    const before = await model.children(group);
    cluster.asked.length = 0;
    changes.length = 0;
    const newest = checkpointInfo(49, { status: 'IN_PROGRESS', acknowledged: 1, triggerMs: nowMs });
    cluster.answers.checkpoints = {
      items: [newest, ...Array.from({ length: 19 }, (_, i) => checkpointInfo(48 - i))],
      total: 49,
    };
    const event = {
      e: 'checkpoint',
      job,
      checkpoint: 49,
      status: 'IN_PROGRESS',
      savepoint: false,
      acknowledged: 1,
      of: 4,
    } as const;
    assert.equal(model.note({ ...event, seq: 1, atMs: 0 }), true);
    await model.refresh();
    assert.deepEqual(cluster.asked, ['checkpoints']);
    assert.deepEqual(changes, [[group.id]]);
    const after = await model.children(group);
    assert.equal(after[0]?.look.description, 'in progress · 1 of 4 subtasks');
    assert.equal(after[1], before[0], 'checkpoint 48 is the same object');
  });

  test('nothing fires when nothing changed', async () => {
    const { model, changes } = scene();
    await treeText(model, () => false);
    changes.length = 0;
    model.note({ e: 'tasks', job, seq: 1, atMs: 0 });
    await model.refresh();
    model.redraw();
    assert.deepEqual(changes, []);
  });

  test('a closed node is not asked for until it is opened again', async () => {
    const { model, cluster } = scene();
    await treeText(model, endsWith('/checkpoints'));
    const group = await nodeAt(model, 'embedded', 'flights', 'Checkpoints');
    model.setOpen(group, false);
    cluster.asked.length = 0;
    const event = {
      e: 'checkpoint',
      job,
      checkpoint: 49,
      status: 'FAILED',
      savepoint: false,
      acknowledged: 1,
      of: 4,
    } as const;
    assert.equal(model.note({ ...event, seq: 1, atMs: 0 }), false);
    await model.refresh();
    assert.deepEqual(cluster.asked, []);
    assert.equal(model.setOpen(group, true), true);
    await model.refresh();
    assert.deepEqual(cluster.asked, ['checkpoints']);
  });

  test('ages and files that are gone are drawn without a question', async () => {
    const made = scene();
    await treeText(made.model, endsWith('/checkpoints'));
    made.cluster.asked.length = 0;
    made.changes.length = 0;
    made.nowMs += 3_000;
    made.gone.add(checkpointInfo(48).path ?? '');
    made.model.redraw();
    const row = await nodeAt(made.model, 'embedded', 'flights', 'Checkpoints', '48');
    assert.equal(row.look.description, '5 s ago · 41 ms · 38 kB · files gone');
    assert.deepEqual(row.look.tokens, []);
    assert.deepEqual(made.cluster.asked, []);
    assert.ok(made.changes.flat().includes(row.id));
  });

  test('a list that is not there any more does not come back by a late answer', async () => {
    const made = scene();
    const recovery = await nodeAt(made.model, 'embedded', 'flights', 'Recoveries', '#1');
    const late = made.model.children(recovery);
    made.details = jobDetails({ id: id(airportVertex) });
    made.model.redrawRoot();
    await late;
    assert.equal(
      made.model.find((about) => about.k === 'recovery'),
      undefined,
    );
  });
});
