import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KeyHistory } from '../../../extension/tree/model/keyHistory';
import type { Pin } from '../../../extension/tree/model/node';
import { Pins } from '../../../extension/tree/pins';
import type { Inspector } from '../../../runtime/inspect/inspector';
import { fakeInspector } from '../../support/fakeCluster/fakeInspector';
import { airport, checkpointInfo, job } from '../../support/fakeCluster/flightsData';
import { nodeAt, scene, type Scene } from './treeScene';

const pin: Pin = {
  jobName: 'flights',
  operator: airport,
  operatorName: 'delay-by-airport',
  state: 'stats',
  key: '"ATL"',
  keyGroup: 88,
};

function pinned(): Scene {
  const made = scene();
  made.pins = [pin];
  made.cluster.answers.stateLookup = { key: '"ATL"', keyGroup: 88, value: 48, text: '{ count: 48 }', subtask: 1 };
  return made;
}

const rowsOf = async (made: Scene): Promise<string[]> =>
  (await made.model.children(await nodeAt(made.model, 'embedded', 'flights', 'ATL'))).map(
    ({ look }) => `${look.icon?.name ?? ''} ${look.label} | ${look.description ?? ''}`,
  );

describe('a pinned key', () => {
  test('shows its value now and in every checkpoint and savepoint that is still there, and what changed', async () => {
    assert.deepEqual(await rowsOf(pinned()), [
      'pulse now | { count: 48 }',
      'diff-modified 48 | changed · 2 s ago · { count: 48 }',
      'diff-added 47 | new · 7 s ago · { count: 47 }',
      'circle-slash 46 | 10 s ago · not there',
      'circle-outline 30 savepoint | 1 min ago · { count: 0 }',
    ]);
  });

  test('is a child of the jobs of its name, with the way to take it away', async () => {
    const made = pinned();
    const row = await nodeAt(made.model, 'embedded', 'flights', 'ATL');
    assert.equal(row.look.description, 'pinned · stats of delay-by-airport');
    assert.deepEqual(row.look.tokens, ['pinned', 'hasKey']);
    assert.deepEqual(row.about, { k: 'pin', job, pin });
  });

  test('reads what cannot be read again the next time, and says why meanwhile', async () => {
    const made = pinned();
    made.cluster.answers.checkpoints = ({ savepoints }) =>
      savepoints ? { items: [], total: 0 } : { items: [checkpointInfo(48, { path: '/w/gone' })], total: 1 };
    const [, row] = await rowsOf(made);
    assert.match(row ?? '', /^warning 48 \| There is no snapshot at \/w\/gone/);
  });

  test('of a job that does not run has its history all the same', async () => {
    const made = pinned();
    made.cluster.cannot = new Set(['liveState']);
    assert.match((await rowsOf(made))[0] ?? '', /^diff-modified 48 /);
  });

  test('with more snapshots than are shown can be followed further back', async () => {
    const made = pinned();
    const many = Array.from({ length: 60 }, (_, index) => checkpointInfo(60 - index, { discarded: false }));
    made.cluster.answers.checkpoints = ({ savepoints }) =>
      savepoints ? { items: [], total: 0 } : { items: many, total: 60 };
    const rows = await rowsOf(made);
    assert.equal(rows.length, 1 + 20 + 1);
    assert.match(rows.at(-2) ?? '', / 41 \| changed/, 'the last one shown is compared with the next');
    const row = await nodeAt(made.model, 'embedded', 'flights', 'ATL');
    await made.model.loadMore(row.id);
    assert.equal((await rowsOf(made)).length, 1 + 40 + 1);
  });

  test('looks into each snapshot once', async () => {
    let asked = 0;
    const counting: Inspector = {
      ...fakeInspector,
      lookUp: (question) => {
        asked += 1;
        assert.equal(question.keyGroup, 88, 'only its key group is read');
        return fakeInspector.lookUp(question);
      },
    };
    const history = new KeyHistory(counting);
    await Promise.all([history.valueIn('/w/chk-1', pin), history.valueIn('/w/chk-1', pin)]);
    assert.equal((await history.valueIn('/w/chk-1', pin)).k, 'entries');
    assert.equal(asked, 1);
  });
});

test('pins are kept by job name, each once', () => {
  let kept: readonly Pin[] = [];
  const pins = new Pins({ get: () => kept, set: (all) => (kept = all) });
  pins.add(pin);
  pins.add({ ...pin });
  pins.add({ ...pin, jobName: 'other' });
  assert.deepEqual(pins.of('flights'), [pin]);
  pins.remove({ ...pin });
  assert.deepEqual(pins.of('flights'), []);
  assert.equal(kept.length, 1);
});
