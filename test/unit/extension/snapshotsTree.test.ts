import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { groupSnapshots, type Found } from '../../../extension/snapshot/foundSnapshots';
import type { TreeNode } from '../../../extension/tree/model/node';
import { readChildren } from '../../../extension/tree/model/snapshotQuestions';
import { foundChildren } from '../../../extension/tree/model/snapshotRows';
import { TreeModel } from '../../../extension/tree/model/treeModel';
import { NodeDisk } from '../../../runtime/host/nodeDisk';
import { inspector } from '../../../runtime/inspect/inspector';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { treeText } from './treeText';

const fixtures = join(import.meta.dirname, '../../fixtures/flink/1.20.5-heap');
const run = 'd202626121a25532dd32ee6e68059606';
const savepoint = 'savepoint-d20262-f85ac6470a08';
const nowMs = Date.UTC(2026, 0, 2, 10);
const noLog = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

interface Folder {
  readonly directory: string;
  found: Found;
  readonly model: TreeModel;
  readonly inspect: ReturnType<typeof inspector>;
  look(): Promise<void>;
}

function metadataFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('_metadata'))
    .map((name) => join(directory, name));
}

function touch(path: string, secondsAgo: number): void {
  const at = nowMs / 1000 - secondsAgo;
  utimesSync(join(path, '_metadata'), at, at);
}

/** A folder with a savepoint and two checkpoints that Apache Flink took; the newer checkpoint says whose it is. */
async function folder(t: TestContext): Promise<Folder> {
  const directory = temporaryDirectory(t);
  const checkpoints = join(directory, 'checkpoints', run);
  cpSync(join(fixtures, 'checkpoints', run, 'chk-7'), join(checkpoints, 'chk-7'), { recursive: true });
  cpSync(join(fixtures, 'checkpoints', run, 'chk-7'), join(checkpoints, 'chk-12'), { recursive: true });
  writeFileSync(
    join(checkpoints, 'chk-12', '_job-state.json'),
    JSON.stringify({ version: 1, jobName: 'flights', operators: {} }),
  );
  cpSync(join(fixtures, 'savepoints', savepoint), join(directory, 'my savepoints', savepoint), { recursive: true });
  touch(join(checkpoints, 'chk-7'), 600);
  touch(join(checkpoints, 'chk-12'), 4);
  touch(join(directory, 'my savepoints', savepoint), 7200);
  const inspect = inspector(new NodeDisk(), noLog);
  const made: Omit<Folder, 'model'> = {
    directory,
    inspect,
    found: { savepoints: [], checkpoints: [] },
    look: async () => {
      made.found = await groupSnapshots(metadataFiles(directory));
    },
  };
  await made.look();
  const model = new TreeModel({
    root: () => foundChildren(made.found),
    ask: ({ id, about }, window, signal) =>
      readChildren({ inspector: inspect, found: made.found }, id, about, window, signal),
    moment: () => ({ nowMs, filesGone: () => false }),
  });
  return Object.assign(made, { model });
}

const names = (node: TreeNode): boolean => node.about.k !== 'snapshot';

describe('snapshots on disk', () => {
  test('are savepoints and the checkpoints of each run, newest first, wherever they lie', async (t) => {
    const { model } = await folder(t);
    assert.equal(
      await treeText(model, names),
      `v Savepoints | 1
  > ${savepoint} | 88 kB · 2 h ago · canonical
> Checkpoints of flights | 2 · newest 12 · 4 s ago
  > chk-12 | 81 kB · 4 s ago
  > chk-7 | 81 kB · 10 min ago`,
    );
  });

  test('open down to the entries of a state', async (t) => {
    const { model } = await folder(t);
    const [savepoints] = await model.children();
    const [taken] = await model.children(savepoints);
    const operators = await model.children(taken);
    const withState = operators.filter(({ look }) => look.collapse !== 'none');
    assert.ok(withState.length > 0);
    const [state] = await model.children(withState[0]);
    assert.ok(state?.about.k === 'state' && state.about.ref.from === 'stored');
    assert.ok(state.look.tokens?.includes('filterable'));
    const entries = await model.children(state);
    assert.ok(entries.length > 0);
    assert.equal(entries[0]?.about.k, 'entry');
  });

  test('offer deletion of savepoints only, and all can be run from', async (t) => {
    const { model } = await folder(t);
    const [savepoints, checkpoints] = await model.children();
    const [taken] = await model.children(savepoints);
    const [newest] = await model.children(checkpoints);
    assert.deepEqual(taken?.look.tokens, ['restorable', 'hasPath', 'disposable']);
    assert.deepEqual(newest?.look.tokens, ['restorable', 'hasPath']);
  });

  test('that cannot be read say why, and offer nothing but their path', async (t) => {
    const made = await folder(t);
    const broken = join(made.directory, 'my savepoints', savepoint);
    writeFileSync(join(broken, '_metadata'), 'no snapshot');
    const [savepoints] = await made.model.children();
    const [row] = await made.model.children(savepoints);
    assert.match(row?.look.description ?? '', /_metadata/);
    assert.deepEqual(row?.look.tokens, ['hasPath']);
  });

  test('go away when they are deleted; a checkpoint is not', async (t) => {
    const made = await folder(t);
    const path = join(made.directory, 'my savepoints', savepoint);
    await assert.rejects(made.inspect.dispose({ savepoint: join(made.directory, 'checkpoints', run, 'chk-7') }), {
      code: 'savepoint.is-checkpoint',
    });
    await made.inspect.dispose({ savepoint: path });
    assert.equal(existsSync(path), false);
    await made.look();
    made.model.redrawRoot();
    assert.doesNotMatch(await treeText(made.model, names), /Savepoints/);
  });

  test('are none in an empty folder, so that the welcome text shows', async () => {
    const found = await groupSnapshots([]);
    assert.deepEqual(foundChildren(found)({ nowMs, filesGone: () => false }), []);
  });
});
