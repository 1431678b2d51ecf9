import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TreeNode } from '../../../extension/tree/model/node';
import type { StateEntryInfo } from '../../../runtime/cluster/model';
import { airport, checkpointInfo, job, jobDetails, nowMs } from '../../support/fakeCluster/flightsData';
import { endsWith, nodeAt, scene, type Scene } from './treeScene';
import { treeText } from './treeText';

const statsOf = (made: Scene): Promise<TreeNode> =>
  nodeAt(made.model, 'embedded', 'flights', 'Operators', 'delay-by-airport', 'stats');

const texts = (nodes: readonly TreeNode[]): string[] =>
  nodes.map(({ look }) => `${look.label} | ${look.description ?? ''}`);

/** A cluster whose state has `total` entries A0, A1, … in pages of at most 1,000. */
function withEntries(made: Scene, total: number): void {
  made.cluster.answers.stateEntries = (_query, page) => {
    const first = Number(page?.after ?? 0);
    const count = Math.min(page?.limit ?? 100, 1_000, total - first);
    const items = Array.from({ length: count }, (_, index): StateEntryInfo => {
      const n = first + index;
      return { key: JSON.stringify(`A${n}`), keyGroup: n % 128, value: n, text: String(n), subtask: n % 2 };
    });
    const next = first + count;
    return { items, total, ...(next < total ? { next: String(next) } : {}) };
  };
}

describe('the subtasks of an operator', () => {
  test('say where each runs, which key groups it has and what it holds of each state', async () => {
    const { model } = scene();
    const subtasks = await nodeAt(model, 'embedded', 'flights', 'Operators', 'delay-by-airport', 'subtasks');
    assert.deepEqual(texts(await model.children(subtasks)), [
      'subtask 1/2 | 19 kB · key groups 0–63 · on tm-1',
      'subtask 2/2 | 19 kB · key groups 64–127 · on tm-2',
    ]);
    const [first] = await model.children(subtasks);
    assert.deepEqual(texts(await model.children(first)), [
      'stats | 120 keys · 16 kB',
      'event-time timers | 120 timers · 3.0 kB',
    ]);
  });
});

describe('filtering entries', () => {
  test('shows those of which key or value contains the text, and says how many; clearing shows all', async () => {
    const made = scene();
    withEntries(made, 229);
    const stats = await statsOf(made);
    await made.model.children(stats);
    await made.model.setFilter(stats, 'a22');
    assert.deepEqual(texts(await made.model.children(stats)).slice(0, 3), [
      '“a22” | 10 entries match',
      'A22 | 22 · subtask 1 · key group 22',
      'A220 | 220 · subtask 1 · key group 92',
    ]);
    assert.equal(made.model.filterOf(stats.id), 'a22');
    await made.model.setFilter(stats, undefined);
    assert.equal((await made.model.children(stats)).length, 201);
  });

  test('by subtask and key group', async () => {
    const made = scene();
    withEntries(made, 229);
    const stats = await statsOf(made);
    await made.model.setFilter(stats, 'subtask:2 group:99');
    assert.deepEqual(texts(await made.model.children(stats)), [
      '“subtask:2 group:99” | 2 entries match',
      'A99 | 99 · subtask 2 · key group 99',
      'A227 | 227 · subtask 2 · key group 99',
    ]);
  });

  test('without a match says so, and can be cleared there', async () => {
    const made = scene();
    withEntries(made, 10);
    const stats = await statsOf(made);
    await made.model.setFilter(stats, 'nowhere');
    const [row, ...others] = await made.model.children(stats);
    assert.equal(row?.look.description, 'No entry matches');
    assert.deepEqual(row.look.tokens, ['filtered']);
    assert.deepEqual(row.about, { k: 'filter', of: stats.id });
    assert.deepEqual(others, []);
  });

  test('looks through a part of a large state only, and goes on when asked', async () => {
    const made = scene();
    withEntries(made, 100_000);
    const stats = await statsOf(made);
    await made.model.setFilter(stats, 'A7999');
    const rows = await made.model.children(stats);
    assert.deepEqual(texts(rows), ['“A7999” | No entry matches in the first 5,000 of 100,000', '… search on | ']);
    await made.model.loadMore(stats.id);
    assert.match((await made.model.children(stats))[1]?.look.label ?? '', /^A7999$/);
  });
});

describe('the state of a job at a checkpoint', () => {
  const at = { checkpoint: 47, savepoint: false, path: '/w/chk-47' };
  const lookAt = async (made: Scene, point: typeof at | undefined): Promise<void> => {
    if (point === undefined) delete made.at;
    else made.at = point;
    await made.model.askAgain((about) => about.k === 'job');
  };
  const opened = endsWith(airport, '/state-stats');

  test('stands where the live state stood, under the same ids, and gives way to it again', async () => {
    const made = scene();
    withEntries(made, 2);
    const live = await treeText(made.model, opened);
    const stats = await statsOf(made);
    await lookAt(made, at);
    const stored = await treeText(made.model, opened);
    assert.equal(
      stored,
      `v embedded runtime | 2 TaskManagers · 4 slots
  v flights | RUNNING · 12 min · checkpoint 48, just now
    v Operators | at checkpoint 47
      > delay-by-airport | 2 subtasks · 38 kB
        > stats | 1 key · value MAP<STRING, DelayStats>
          - ATL | { count: 47 } · subtask 2 · key group 88
    > Checkpoints | 48 · every 5 s · 41 ms · 38 kB
    > Savepoints | 1
    > Recoveries | 1`,
    );
    assert.equal((await statsOf(made)).id, stats.id, 'what is open stays open');
    await lookAt(made, undefined);
    assert.equal(await treeText(made.model, opened), live);
  });

  test('is not asked for again by what the running job does', async () => {
    const made = scene();
    await lookAt(made, at);
    await treeText(made.model, opened);
    assert.equal(made.model.note({ e: 'metrics', job, seq: 1, atMs: 0 }), false);
  });

  test('whose files are gone says so', async () => {
    const made = scene();
    await treeText(made.model, opened);
    await lookAt(made, { ...at, path: '/w/gone' });
    const [row] = await made.model.children(await nodeAt(made.model, 'embedded', 'flights', 'Operators'));
    assert.match(row?.look.label ?? '', /There is no snapshot at \/w\/gone/);
  });

  test('is offered when there is a checkpoint', async () => {
    const made = scene();
    const tokens = async (): Promise<readonly string[] | undefined> =>
      (await nodeAt(made.model, 'embedded', 'flights', 'Operators')).look.tokens;
    assert.deepEqual(await tokens(), ['atLive']);
    await lookAt(made, at);
    assert.deepEqual(await tokens(), ['atSnapshot']);
    const elsewhere = scene();
    elsewhere.cluster.answers.job = jobDetails({ latestCheckpoint: checkpointInfo(48, { path: 's3://state/chk-48' }) });
    elsewhere.cluster.answers.checkpoints = { items: [], total: 0 };
    assert.deepEqual(
      (await nodeAt(elsewhere.model, 'embedded', 'flights', 'Operators')).look.tokens,
      [],
      'what lies elsewhere cannot be read',
    );
    const before = scene();
    const { latestCheckpoint, ...young } = jobDetails({ startMs: nowMs });
    assert.ok(latestCheckpoint !== undefined);
    before.cluster.answers.job = young;
    before.cluster.answers.checkpoints = { items: [], total: 0 };
    assert.deepEqual((await nodeAt(before.model, 'embedded', 'flights', 'Operators')).look.tokens, []);
  });
});

describe('entries', () => {
  test('keep key and value for copying', async () => {
    const made = scene();
    withEntries(made, 1);
    const [entry] = await made.model.children(await statsOf(made));
    assert.ok(entry?.about.k === 'entry');
    assert.deepEqual(entry.about.entry, { key: '"A0"', value: 0, text: '0', keyGroup: 0 });
    assert.deepEqual(entry.look.tokens, ['hasKey', 'hasValue', 'pinnable']);
  });

  test('are all shown when asked for', async () => {
    const made = scene();
    withEntries(made, 3_500);
    const stats = await statsOf(made);
    const more = (await made.model.children(stats)).at(-1);
    assert.deepEqual(more?.look.tokens, ['more']);
    await made.model.loadMore(stats.id, true);
    assert.equal((await made.model.children(stats)).length, 3_500);
  });
});
