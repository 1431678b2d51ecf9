import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { comparison } from '../../../webview/recovery/comparison';
import { recoveryPage } from '../../../webview/recovery/recoveryPage';
import { momentAt, momentsOf } from '../../../webview/recovery/replay';
import { fellBack } from '../../support/recordedRecoveries';

describe('going through a recorded recovery', () => {
  test('begins before its first step and ends with all of them', () => {
    const first = momentAt(fellBack, 0);
    assert.equal(first.recorded.details.events.length, 1);
    assert.equal(first.holds[0]?.text, 'step 1 of 49 comes next: failure seen: tm-2 killed by you');
    assert.deepEqual(momentAt(fellBack, momentsOf(fellBack)), { recorded: fellBack, holds: [] });
  });

  test('marks the next step as a held one, and knows nothing of what comes later', () => {
    for (let moment = 0; moment < momentsOf(fellBack); moment += 1) {
      const { recorded, holds } = momentAt(fellBack, moment);
      const page = recoveryPage(recorded, holds);
      const marks = [page.jobManager, ...page.groups.flatMap(({ lanes }) => lanes)].filter(
        (lane) => lane?.mark === 'here',
      );
      assert.equal(marks.length, 1, `moment ${moment}`);
      assert.doesNotMatch(page.totals, /ms/);
      assert.match(page.status, new RegExp(`^step ${moment + 1} of 49`));
    }
  });
});

describe('a recovery and its repetition without local copies', () => {
  const { details } = fellBack;
  const remote = { ...details, recovery: 2, tookMs: 853, local: 0, localBytes: 0, remoteBytes: 34_209 };

  test('are shown side by side, with the difference as a sentence', () => {
    const { rows, sentence } = comparison(details, remote);
    assert.deepEqual(rows, [
      { name: 'as it was, #1', time: '641 ms', local: '16 kB', remote: '18 kB' },
      { name: 'without local copies, #2', time: '853 ms', local: '0 B', remote: '34 kB' },
    ]);
    assert.equal(sentence, 'Without local copies it took 212 ms more and read 16 kB more from remote storage.');
  });

  test('a repetition that was faster says so, and one that says nothing is no comparison', () => {
    assert.match(comparison(details, { ...remote, tookMs: 600 }).sentence, /^Without local copies it took 41 ms less/);
    assert.match(comparison(details, { ...remote, local: 1 }).sentence, /cannot be compared/);
    assert.match(comparison(details, { ...remote, status: 'given up' }).sentence, /given up/);
  });
});
