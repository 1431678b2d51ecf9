/** What inspect shows of snapshots that Flink wrote equals what Flink itself reads of them (`expected.json`). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { JobStateError } from '../../../runtime/base/errors';
import { NodeDisk } from '../../../runtime/host/nodeDisk';
import { lineLogger } from '../../../runtime/host/logger';
import { countStates, listEntries, lookUpKey } from '../../../runtime/inspect/lookUp';
import { openSnapshot, showSnapshot } from '../../../runtime/inspect/snapshot';

const recorded = join(import.meta.dirname, '../../fixtures/flink/1.20.5-heap');
const disk = new NodeDisk();
const log = lineLogger('test', 'error', () => undefined);

interface Expected {
  readonly snapshots: readonly {
    readonly path: string;
    readonly kind: string;
    readonly metadata: {
      readonly checkpointId: number;
      readonly operators: readonly { readonly operatorId: string }[];
    };
    readonly state: Readonly<Record<string, Readonly<Record<string, readonly (readonly [unknown, unknown])[]>>>>;
  }[];
}

function expected(): Expected {
  return JSON.parse(readFileSync(join(recorded, 'expected.json'), 'utf8')) as Expected;
}

describe('a snapshot on disk', () => {
  test('shows its kind, its operators and where each handle lies', async () => {
    for (const snapshot of expected().snapshots) {
      const shown = showSnapshot(await openSnapshot(disk, log, join(recorded, snapshot.path)));
      assert.equal(shown.checkpoint, snapshot.metadata.checkpointId);
      assert.equal(shown.savepoint, snapshot.kind.startsWith('savepoint'));
      if (shown.savepoint) assert.equal(`savepoint ${shown.format ?? ''}`, snapshot.kind);
      assert.deepEqual(
        shown.operators.map(({ id }) => id as string).sort(),
        snapshot.metadata.operators.map(({ operatorId }) => operatorId).sort(),
      );
      assert.ok(shown.operators.some(({ subtasks }) => subtasks.some(({ handles }) => handles.length > 0)));
    }
  });

  test('counts as many entries as Flink reads', async () => {
    for (const snapshot of expected().snapshots) {
      const opened = await openSnapshot(disk, log, join(recorded, snapshot.path));
      let compared = 0;
      for (const [uid, states] of Object.entries(snapshot.state)) {
        // Version 4 has no uids; an operator is found by its own all the same.
        const counted = await countStates(disk, opened, uid);
        for (const state of counted) {
          const rows = states[state.name];
          if (rows === undefined) continue;
          assert.equal(state.entries, rows.length, `${uid} ${state.name} of ${snapshot.path}`);
          compared += 1;
        }
      }
      assert.ok(compared > 10, snapshot.path);
    }
  });

  test('pages through the entries of a state without loss or repetition', async () => {
    const [first] = expected().snapshots;
    assert.ok(first);
    const opened = await openSnapshot(disk, log, join(recorded, first.path));
    const question = await largestState(opened);
    const keys: string[] = [];
    let after: string | undefined;
    let total = 0;
    do {
      const page = await listEntries(disk, opened, question, { limit: 7, ...(after === undefined ? {} : { after }) });
      keys.push(...page.items.map(({ key }) => key));
      total = page.total;
      after = page.next;
    } while (after !== undefined);
    assert.equal(keys.length, total);
    assert.equal(new Set(keys).size, total);
  });

  test('finds the entry of a key, and nothing for a key that is not there', async () => {
    const [first] = expected().snapshots;
    assert.ok(first);
    const opened = await openSnapshot(disk, log, join(recorded, first.path));
    const question = await largestState(opened);
    const { items } = await listEntries(disk, opened, question, { limit: 20 });
    const wanted = items.at(-1);
    assert.ok(wanted);
    assert.deepEqual(await lookUpKey(disk, opened, question, wanted.key), [wanted]);
    assert.deepEqual(await lookUpKey(disk, opened, question, '"no such key"'), []);
  });

  test('says which states there are when asked for another', async () => {
    const [first] = expected().snapshots;
    assert.ok(first);
    const opened = await openSnapshot(disk, log, join(recorded, first.path));
    const { operator } = await largestState(opened);
    await assert.rejects(listEntries(disk, opened, { operator, state: 'nope' }, { limit: 1 }), (error: unknown) => {
      assert.ok(error instanceof JobStateError);
      assert.equal(error.code, 'state.not-found');
      assert.match(error.advice, /^It has /);
      return true;
    });
  });
});

test('a folder without a snapshot is refused by name', async () => {
  await assert.rejects(openSnapshot(disk, log, import.meta.dirname), { code: 'snapshot.not-found' });
});

async function largestState(snapshot: Awaited<ReturnType<typeof openSnapshot>>) {
  let best = { operator: '', state: '', entries: -1 };
  for (const { operatorId } of snapshot.metadata.operators) {
    for (const { name, kind, entries } of await countStates(disk, snapshot, operatorId)) {
      if (kind === 'value' && entries > best.entries) best = { operator: operatorId, state: name, entries };
    }
  }
  assert.ok(best.entries > 7);
  return best;
}
