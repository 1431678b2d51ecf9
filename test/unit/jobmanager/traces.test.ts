import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JobState } from '../../../runtime/jobmanager/states/jobState';
import { boom, chk7, MachineHarness, tm2 } from './machine';

const restartOf = (recovery: number, attempt: number, restore: readonly string[]): readonly string[] => [
  `  leave ${recovery} tasksCancelled ok`,
  `  enter ${recovery} restartDelay`,
  '> stepEntered restartDelay',
  '  startDelay',
  '> delayOver',
  `  leave ${recovery} restartDelay ok`,
  `  enter ${recovery} checkpointChosen`,
  '> stepEntered checkpointChosen',
  `  leave ${recovery} checkpointChosen ok`,
  ...restore,
  '  requestSlots 0 1 2 3',
  '> slotsFound',
  ...slotSteps(recovery),
  ...runningAgain(recovery, attempt),
];

function slotSteps(recovery: number): readonly string[] {
  return [
    `  enter ${recovery} slotAssigned`,
    ...[1, 2, 3].flatMap(() => [
      '> stepEntered slotAssigned',
      `  leave ${recovery} slotAssigned ok`,
      `  enter ${recovery} slotAssigned`,
    ]),
    '> stepEntered slotAssigned',
    `  leave ${recovery} slotAssigned ok`,
    `  enter ${recovery} deployed`,
    '> stepEntered deployed',
    '  deploy 0 1 2 3',
    `  leave ${recovery} deployed ok`,
  ];
}

function runningAgain(recovery: number, attempt: number): readonly string[] {
  return [
    `> task 1.0#${attempt} RUNNING`,
    `> task 1.1#${attempt} RUNNING`,
    `> task 2.0#${attempt} RUNNING`,
    `> task 2.1#${attempt} RUNNING`,
    `  enter ${recovery} recovered`,
    '> stepEntered recovered',
    `  leave ${recovery} recovered ok`,
    `  endRecovery`,
    '  startCheckpoints',
  ];
}

describe('the decisions of a job', () => {
  test('at its start', () => {
    const h = new MachineHarness();
    h.drive({ e: 'start' });
    h.run();
    assert.deepEqual(h.trace, [
      '> start',
      '  beginRecovery 0 start',
      '  enter 0 checkpointChosen',
      '> stepEntered checkpointChosen',
      '  leave 0 checkpointChosen ok',
      '  requestSlots 0 1 2 3',
      '> slotsFound',
      ...slotSteps(0),
      ...runningAgain(0, 0),
    ]);
  });

  test('when a task fails: the tasks connected with it are cancelled and restart from the newest checkpoint', () => {
    const h = new MachineHarness().start();
    h.feed({ e: 'checkpointCompleted', checkpoint: chk7, dataFinished: [] });
    h.trace.length = 0;
    h.task(2, 'FAILED');
    h.cancelAll();
    h.run();
    assert.deepEqual(h.trace, [
      '> task 2.0#0 FAILED',
      '  recordFailure task',
      '  stopCheckpoints',
      '  beginRecovery 1 task',
      '  enter 1 failureSeen',
      '> stepEntered failureSeen',
      '  leave 1 failureSeen ok',
      '  enter 1 regionChosen',
      '> stepEntered regionChosen',
      '  leave 1 regionChosen ok',
      '  enter 1 tasksCancelled',
      '> stepEntered tasksCancelled',
      '  cancelTask 1.0#0 at tm-1',
      '  cancelTask 1.1#0 at tm-2',
      '  cancelTask 2.1#0 at tm-2',
      '> task 1.0#0 CANCELED',
      '> task 1.1#0 CANCELED',
      '> task 2.1#0 CANCELED',
      ...restartOf(1, 1, ['  restoreFrom 7']),
    ]);
  });

  test('when a fault comes before any checkpoint: everything starts empty', () => {
    const h = new MachineHarness().start();
    h.task(0, 'FAILED');
    h.cancelAll();
    h.run();
    assert.equal(h.state.phase, 'running');
    assert.ok(!h.trace.some((line) => line.includes('restoreFrom')));
  });

  test('when a TaskManager goes while its peers are being cancelled: it is one recovery', () => {
    const h = new MachineHarness().start();
    h.task(0, 'FAILED');
    h.drive({ e: 'taskManagerGone', taskManager: tm2, how: 'killed', exit: 'SIGKILL', injected: true });
    h.cancelAll();
    h.run();
    assert.equal(h.state.recovery, 1);
    assert.equal(h.state.phase, 'running');
  });

  test('when a task fails while it is being restored: that recovery is given up and another one begins', () => {
    const h = new MachineHarness().start();
    h.task(0, 'FAILED');
    h.cancelAll();
    h.task(0, 'RUNNING');
    h.trace.length = 0;
    h.task(1, 'FAILED');
    assert.deepEqual(h.trace.slice(0, 6), [
      '> task 1.1#1 FAILED',
      '  recordFailure task',
      '  giveUpRecovery 1',
      '  stopCheckpoints',
      '  beginRecovery 2 task',
      '  enter 2 failureSeen',
    ]);
    h.cancelAll();
    h.run();
    assert.equal(h.state.phase, 'running');
    assert.deepEqual(
      h.state.tasks.map(({ ref }) => ref.attempt),
      [2, 2, 2, 2],
    );
  });

  test('when the restart strategy allows no more: the job fails with the cause', () => {
    const h = new MachineHarness({ attempts: 1 }).start();
    h.task(0, 'FAILED');
    h.cancelAll();
    h.run();
    h.task(0, 'FAILED');
    assert.equal(h.state.phase, 'failing');
    h.cancelAll();
    assert.equal(h.trace.at(-1), '  jobOver FAILED');
    const { state } = h as { readonly state: JobState };
    assert.equal(state.phase === 'failed' && state.error.message, 'boom');
    assert.equal(
      state.phase === 'failed' && state.error.advice,
      'The restart strategy allows 1 restart, and all of them were used.',
    );
  });

  test('when a restart cannot help, as with a bad input line: the job fails at once', () => {
    const machine = new MachineHarness().start();
    const error = { ...boom, code: 'source.bad-line', message: 'Line 4 of in.ndjson is not JSON' };
    machine.drive({ e: 'taskState', ref: machine.ref(0), state: 'FAILED', error, injected: false });
    machine.cancelAll();
    assert.equal(machine.state.phase, 'failed');
    assert.equal(machine.state.recovery, 0);
  });

  test('at the end of the input: the sources end, the final checkpoint is taken, repeated when it fails, then all finish', () => {
    const h = new MachineHarness().start();
    h.feed({ e: 'inputExhausted', ref: h.ref(0) });
    h.feed({ e: 'inputExhausted', ref: h.ref(1) });
    for (const index of [0, 1, 2, 3]) h.feed({ e: 'dataFinished', ref: h.ref(index) });
    h.feed({ e: 'finalCheckpointFailed', error: { ...chk7Error } });
    h.feed({ e: 'finalCheckpointDone' });
    for (const index of [0, 1, 2, 3]) h.task(index, 'FINISHED');
    assert.deepEqual(h.trace, [
      '> inputExhausted',
      '> inputExhausted',
      '  endInput 1.0#0 at tm-1',
      '  endInput 1.1#0 at tm-2',
      '> dataFinished',
      '> dataFinished',
      '> dataFinished',
      '> dataFinished',
      '  finalCheckpoint',
      '> finalCheckpointFailed',
      '  finalCheckpoint',
      '> finalCheckpointDone',
      '  finishTask 1.0#0 at tm-1',
      '  finishTask 1.1#0 at tm-2',
      '  finishTask 2.0#0 at tm-1',
      '  finishTask 2.1#0 at tm-2',
      '> task 1.0#0 FINISHED',
      '> task 1.1#0 FINISHED',
      '> task 2.0#0 FINISHED',
      '> task 2.1#0 FINISHED',
      '  jobOver FINISHED',
    ]);
  });

  test('when a task fails between finishing and the end: the whole job restarts, also what had finished', () => {
    const h = new MachineHarness().start();
    for (const index of [0, 1]) h.feed({ e: 'inputExhausted', ref: h.ref(index) });
    for (const index of [0, 1, 2, 3]) h.feed({ e: 'dataFinished', ref: h.ref(index) });
    h.feed({ e: 'finalCheckpointDone' });
    h.task(0, 'FINISHED');
    h.task(3, 'FAILED');
    h.cancelAll();
    h.run();
    assert.deepEqual(
      h.state.tasks.map(({ ref, state }) => `${ref.attempt} ${state}`),
      ['1 RUNNING', '1 RUNNING', '1 RUNNING', '1 RUNNING'],
    );
  });

  test('when it is stopped with a savepoint, and when that savepoint fails', () => {
    const h = new MachineHarness().start();
    h.feed({ e: 'stop', directory: '/s' });
    h.feed({ e: 'stopSavepointFailed', error: chk7Error });
    h.feed({ e: 'stop', directory: '/s' });
    h.feed({ e: 'stopSavepointDone' });
    assert.deepEqual(h.trace.slice(0, 7), [
      '> stop',
      '  stopSavepoint',
      '> stopSavepointFailed',
      '  startCheckpoints',
      '> stop',
      '  stopSavepoint',
      '> stopSavepointDone',
    ]);
    assert.equal(h.state.phase, 'finishing');
  });
});

const chk7Error = {
  code: 'checkpoint.declined',
  message: 'declined',
  domain: 'external',
  retry: 'backoff',
  subject: {},
  advice: '',
} as const;
