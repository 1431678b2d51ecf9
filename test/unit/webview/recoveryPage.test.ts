import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recoveryPage, type PageLane, type RecoveryPage } from '../../../webview/recovery/recoveryPage';
import { stepDetails } from '../../../webview/recovery/stepDetails';
import { fellBack, heldAt, heldBeforeLocalRead, hold, largeRecovery } from '../../support/recordedRecoveries';

const holds = [{ hold, text: 'held before: read local copy of keyed state, 17 kB' }];

/** A lane as one line: its marks, texts and times. */
const asText = ({ name, steps }: PageLane): string =>
  `${name}: ${steps.map(({ mark, text, timeText }) => `[${mark}] ${text} ${timeText}`.trim()).join(' ')}`;

const lanes = (page: RecoveryPage): readonly PageLane[] => [
  ...(page.jobManager === undefined ? [] : [page.jobManager]),
  ...page.groups.flatMap((group) => group.lanes),
];

function lane(page: RecoveryPage, name: string): PageLane {
  const found = lanes(page).find((each) => each.name === name);
  assert.ok(found, `no lane ${name}`);
  return found;
}

describe('the page of a recorded recovery', () => {
  const page = recoveryPage(fellBack, []);

  test('has a title, a cause, an end and totals', () => {
    assert.equal(page.title, 'Recovery #1 of flights');
    assert.equal(page.cause, 'tm-2 killed by you');
    assert.equal(page.status, 'done in 641 ms');
    assert.equal(page.totals, 'local 16 kB · remote 18 kB · 641 ms');
  });

  test('has a lane for the JobManager and one for each subtask, each step with its mark and its time', () => {
    assert.deepEqual(lanes(page).map(asText), [
      'JobManager: [done] failure <1 ms [done] region: 4 tasks <1 ms [done] cancelled 3 ms [done] delay 0 s <1 ms [done] checkpoint 1 <1 ms [done] slots: 4 same <1 ms [done] deployed 4 ms [done] recovered <1 ms',
      'flights-source 1/2: [done] parse · context <1 ms [done] flights-source · context 23 ms [remote] operator: remote 424 B 21 ms [done] gates <1 ms [done] RUNNING <1 ms',
      'flights-source 2/2: [done] parse · context <1 ms [done] flights-source · context 33 ms [remote] operator: remote 387 B 31 ms [done] gates <1 ms [done] RUNNING <1 ms',
      'delay-by-airport 1/2: [done] days-sink · context <1 ms [remote] operator: remote 204 B <1 ms [done] delay-by-airport · context 58 ms [fellBack] keyed: remote 17 kB 58 ms [done] timers 175 <1 ms [done] gates <1 ms [done] RUNNING <1 ms',
      'delay-by-airport 2/2: [done] days-sink · context <1 ms [remote] operator: remote 204 B <1 ms [done] delay-by-airport · context 154 ms [local] keyed: local 16 kB 154 ms [done] timers 170 <1 ms [done] gates 5 ms [done] RUNNING <1 ms',
    ]);
  });

  test('groups subtasks by operator and counts what became of them', () => {
    assert.deepEqual(
      page.groups.map(({ name, counts }) => `${name}: ${counts}`),
      ['flights-source: 2 subtasks', 'delay-by-airport: 2 subtasks · 1 local, 1 fell back'],
    );
  });

  test('gives the reason in words', () => {
    assert.match(
      lane(page, 'delay-by-airport 1/2').summary,
      /^remote, because the local copy failed: the local copy of checkpoint 1 is corrupt: .* instead of 2aedc1ac · 17 kB · 19 ms$/,
    );
    assert.equal(lane(page, 'JobManager').summary, 'checkpoint 1 chosen · It is the newest completed checkpoint.');
  });

  test('the details of a state are its alternatives, in their order, with what became of each', () => {
    const fellBackLane = lane(page, 'delay-by-airport 1/2');
    const step = fellBackLane.steps.find(({ mark }) => mark === 'fellBack');
    assert.ok(step);
    const { title, why, alternatives, lines } = stepDetails(fellBackLane, step);
    assert.equal(title, 'delay-by-airport 1/2: look up keyed state: 1 local, 2 remote');
    assert.equal(why, 'Checkpoint 1 has a local copy on this TaskManager; it is tried first.');
    assert.deepEqual(
      alternatives.map(({ number, place, mark, size }) => `${number} ${place} ${mark ?? ''} ${size}`),
      ['1 local failed 17 kB', '2 remote remote 17 kB'],
    );
    assert.match(alternatives[0]?.outcome ?? '', /corrupt.* · 38 ms$/);
    assert.deepEqual(
      lines.map(({ depth, mark }) => `${depth} ${mark}`),
      ['0 done', '1 failed', '2 failed', '1 remote', '2 remote'],
    );
  });

  test('the details of the slots are all of them with their reasons', () => {
    const jobManager = lane(page, 'JobManager');
    const slots = jobManager.steps.find(({ text }) => text.startsWith('slots'));
    assert.ok(slots);
    const { lines } = stepDetails(jobManager, slots);
    assert.equal(lines.length, 4);
    assert.match(lines[0]?.text ?? '', /It ran there before, and TaskManager tm-1 lives\./);
  });
});

describe('the page of a recovery that is under way', () => {
  test('shows where it is held, deep in a state, and what it tries', () => {
    const page = recoveryPage(heldBeforeLocalRead, holds);
    assert.equal(page.status, 'held before: read local copy of keyed state, 17 kB');
    assert.equal(
      asText(lane(page, 'delay-by-airport 1/2')),
      'delay-by-airport 1/2: [done] days-sink · context <1 ms [remote] operator: remote 204 B <1 ms [running] delay-by-airport · context [here] keyed: 1 of 2, local …',
    );
    assert.equal(lane(page, 'delay-by-airport 1/2').summary, 'held before: read local copy of keyed state, 17 kB');
  });

  test('a step that was held and let go is under way', () => {
    const page = recoveryPage(heldBeforeLocalRead, []);
    assert.equal(lane(page, 'delay-by-airport 1/2').steps.at(-1)?.mark, 'running');
    assert.equal(page.status, 'under way');
  });

  test('a held stage of the JobManager is marked, too', () => {
    const page = recoveryPage(
      heldAt(({ step }) => step.k === 'deployed'),
      [{ hold, text: 'held before: deploy 4 tasks' }],
    );
    assert.equal(page.jobManager?.steps.at(-1)?.mark, 'here');
    assert.equal(page.jobManager.mark, 'here');
    assert.deepEqual(page.groups, []);
  });

  test('time in which it was held does not count', () => {
    const { details } = fellBack;
    const page = recoveryPage({ ...fellBack, details: { ...details, endMs: details.startMs + 42_641 } }, []);
    assert.equal(page.totals, 'local 16 kB · remote 18 kB · 641 ms (held 42 s not counted)');
  });

  test('given up means that another failure came', () => {
    const page = recoveryPage({ ...fellBack, details: { ...fellBack.details, status: 'given up' } }, []);
    assert.match(page.status, /^given up: another failure/);
  });
});

test('two hundred subtasks with thirty steps each are all there', () => {
  const page = recoveryPage(largeRecovery(2, 100, 30), []);
  const steps = page.groups.flatMap((group) => group.lanes).map((each) => each.steps.length);
  assert.deepEqual([steps.length, ...new Set(steps)], [200, 30]);
});
