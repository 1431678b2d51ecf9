import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FailureCause, Step, Verdict } from '../../../runtime/base/events';
import { id, type TaskManagerId } from '../../../runtime/base/ids';
import {
  causeText,
  outcomeText,
  restoredStateText,
  sizeText,
  stepText,
} from '../../../runtime/rest/recovery/recoveryText';
import { restoreCounts, restoredStates } from '../../../runtime/rest/recovery/restoredStates';
import { alternative, event, restore } from './events';

const local = alternative('local', 19_000);
const remote = alternative('remote', 20_000);

describe('the states that a recovery restores', () => {
  test('from the local copy', () => {
    const events = restore([local, remote], 0, 'It has a local copy.');
    assert.deepEqual(restoreCounts(events), { local: 1, remote: 0, fellBack: 0, localBytes: 19_000, remoteBytes: 0 });
    assert.deepEqual(restoredStates(events).map(restoredStateText), ['local']);
  });

  test('from remote, with the reason that the task gave', () => {
    const events = restore([remote], 0, 'The local copy of checkpoint 12 was on the lost TaskManager tm-2.');
    assert.deepEqual(restoreCounts(events), { local: 0, remote: 1, fellBack: 0, localBytes: 0, remoteBytes: 20_000 });
    assert.deepEqual(restoredStates(events).map(restoredStateText), [
      'remote, because the local copy of checkpoint 12 was on the lost TaskManager tm-2',
    ]);
  });

  test('from remote after a local copy that could not be read', () => {
    const events = restore([local, remote], 1, 'It has a local copy.');
    assert.deepEqual(restoreCounts(events), { local: 0, remote: 1, fellBack: 1, localBytes: 0, remoteBytes: 20_000 });
    assert.deepEqual(restoredStates(events).map(restoredStateText), [
      'remote, because the local copy failed: CRC32C of the local copy is wrong',
    ]);
  });

  test('not yet, while the look-up is all that there is', () => {
    const begun = restore([local], 0).slice(0, 1);
    assert.deepEqual(restoredStates(begun).map(restoredStateText), ['not restored yet']);
    assert.equal(restoreCounts(begun).local, 0);
  });

  test('as nothing, where there is no alternative', () => {
    const events = [
      event({ k: 'stateLookup', state: 'keyed', alternatives: [], why: 'The job starts empty.' }, 'begin'),
    ];
    assert.deepEqual(restoredStates(events).map(restoredStateText), ['empty, because the job starts empty']);
    assert.deepEqual(restoreCounts(events), { local: 0, remote: 0, fellBack: 0, localBytes: 0, remoteBytes: 0 });
  });
});

test('steps and causes are sentences', () => {
  assert.equal(
    stepText({ k: 'attempt', state: 'keyed', index: 0, of: 2, alternative: local }),
    'keyed state: 1 of 2 (local)',
  );
  const [part] = local.parts;
  assert.ok(part);
  assert.equal(stepText({ k: 'readHandle', state: 'keyed', part }), 'read local copy of keyed state, 19 kB');
  const killed: FailureCause = {
    k: 'taskManager',
    taskManager: id<TaskManagerId>('tm-1'),
    how: 'killed',
    exit: 'SIGKILL',
    injected: false,
  };
  assert.equal(causeText(killed), 'tm-1 killed (SIGKILL)');
  assert.equal(causeText({ ...killed, injected: true }), 'tm-1 killed by you');
});

test('sizes have the unit that fits', () => {
  assert.deepEqual([0, 999, 1_000, 1_240, 38_400, 999_600, 12_000_000].map(sizeText), [
    '0 B',
    '999 B',
    '1.0 kB',
    '1.2 kB',
    '38 kB',
    '1.0 MB',
    '12 MB',
  ]);
});

test('the outcome of a step is one sentence, whether its reason ended in a full stop or not', () => {
  const lookup = (why: string): Step => ({ k: 'stateLookup', state: 'keyed', alternatives: [remote], why });
  const ok = (note?: string): Verdict => (note === undefined ? { v: 'ok' } : { v: 'ok', note });
  const note = 'restored with alternative 1 of 1';
  const text = (why: string, verdict: Verdict): string => outcomeText(event(lookup(why), 'end', { verdict }));
  assert.equal(text('Local recovery is off.', ok(note)), 'Local recovery is off; restored with alternative 1 of 1');
  assert.equal(text('newest completed', ok(note)), 'newest completed; restored with alternative 1 of 1');
  assert.equal(text('Local recovery is off.', ok()), 'Local recovery is off.');
  assert.equal(text('', ok(note)), note);
  assert.equal(
    text('Local recovery is off.', { v: 'skipped', why: 'The task was cancelled.' }),
    'Local recovery is off; skipped: The task was cancelled.',
  );
});
