import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isEndOfTask } from '../../../runtime/base/status';
import { decide } from '../../../runtime/jobmanager/states/decide';
import { jobStatus, type JobState } from '../../../runtime/jobmanager/states/jobState';
import type { StateEvent, StateEventKind } from '../../../runtime/jobmanager/states/stateEvent';
import { transitions, type Phase } from '../../../runtime/jobmanager/states/transitions';
import { boom, chk7, MachineHarness, tm1, tm2 } from './machine';

/** A job in each phase, reached the way a job gets there. */
const inPhase: { readonly [P in Phase]: () => MachineHarness } = {
  created: () => new MachineHarness(),
  failureSeen: () => held('failureSeen'),
  regionChosen: () => held('regionChosen'),
  tasksCancelled: () => held('tasksCancelled'),
  restartDelay: () => held('restartDelay'),
  checkpointChosen: () => held('checkpointChosen'),
  slotAssigned: () => held('slotAssigned'),
  deployed: () => held('deployed'),
  recovered: () => {
    const h = new MachineHarness();
    h.drive({ e: 'start' });
    h.state.tasks.forEach((_, index) => {
      h.feed({ e: 'taskState', ref: h.ref(index), state: 'RUNNING', injected: false });
    });
    return h;
  },
  running: () => new MachineHarness().start(),
  stopping: () => after({ e: 'stop', directory: '/s' }),
  finalCheckpoint: () => finalCheckpoint(),
  finishing: () => {
    const h = finalCheckpoint();
    h.feed({ e: 'finalCheckpointDone' });
    return h;
  },
  cancelling: () => after({ e: 'cancel' }),
  failing: () => failing(),
  canceled: () => {
    const h = after({ e: 'cancel' });
    h.cancelAll();
    return h;
  },
  failed: () => {
    const h = failing();
    h.cancelAll();
    return h;
  },
  finished: () => {
    const h = finalCheckpoint();
    h.feed({ e: 'finalCheckpointDone' });
    h.state.tasks.forEach((_, index) => h.task(index, 'FINISHED'));
    return h;
  },
};

function held(step: string): MachineHarness {
  const h = new MachineHarness().start();
  h.drive({ e: 'taskState', ref: h.ref(2), state: 'FAILED', error: boom, injected: false }, step);
  for (let index = 0; index < 4 && h.state.phase !== step; index++) {
    if (h.state.tasks[index]?.state === 'CANCELING') {
      h.drive({ e: 'taskState', ref: h.ref(index), state: 'CANCELED', injected: false }, step);
    }
  }
  return h;
}

function after(event: StateEvent): MachineHarness {
  const h = new MachineHarness().start();
  h.feed(event);
  return h;
}

function finalCheckpoint(): MachineHarness {
  const h = new MachineHarness().start();
  for (const index of [0, 1]) h.feed({ e: 'inputExhausted', ref: h.ref(index) });
  for (const index of [0, 1, 2, 3]) h.feed({ e: 'dataFinished', ref: h.ref(index) });
  return h;
}

function failing(): MachineHarness {
  const h = new MachineHarness({ type: 'none' }).start();
  h.task(2, 'FAILED');
  return h;
}

/** One event of each kind that is about the job as it is. */
function eventsFor(h: MachineHarness): { readonly [K in StateEventKind]: Extract<StateEvent, { e: K }> } {
  const { recovery, phase } = h.state;
  const ref = h.ref(0);
  const gone = { taskManager: tm1, how: 'killed', exit: 'SIGKILL', injected: false } as const;
  return {
    start: { e: 'start' },
    stepEntered: { e: 'stepEntered', recovery, step: phase in transitions ? (phase as 'deployed') : 'deployed' },
    delayOver: { e: 'delayOver', recovery },
    slotsFound: { e: 'slotsFound', recovery, slots: [] },
    taskState: { e: 'taskState', ref, state: 'FAILED', error: boom, injected: false },
    inputExhausted: { e: 'inputExhausted', ref },
    dataFinished: { e: 'dataFinished', ref },
    taskManagerGone: { e: 'taskManagerGone', ...gone },
    checkpointCompleted: { e: 'checkpointCompleted', checkpoint: chk7, dataFinished: [] },
    jobFailed: { e: 'jobFailed', error: boom },
    finalCheckpointDone: { e: 'finalCheckpointDone' },
    finalCheckpointFailed: { e: 'finalCheckpointFailed', error: boom },
    stop: { e: 'stop', directory: '/s' },
    stopSavepointDone: { e: 'stopSavepointDone' },
    stopSavepointFailed: { e: 'stopSavepointFailed', error: boom },
    cancel: { e: 'cancel' },
  };
}

const moment = { nowMs: 0, chance: 0.5 };
const phases = Object.keys(transitions) as Phase[];
const kinds = Object.keys(eventsFor(new MachineHarness())) as StateEventKind[];

/** For each phase, what each event leads to; an event that is not named leaves the job in its phase. */
const table: { readonly [P in Phase]: Partial<Record<StateEventKind, Phase>> } = {
  created: { start: 'checkpointChosen', cancel: 'canceled' },
  failureSeen: { stepEntered: 'regionChosen', cancel: 'cancelling' },
  regionChosen: { stepEntered: 'tasksCancelled', jobFailed: 'failureSeen', cancel: 'cancelling' },
  tasksCancelled: { jobFailed: 'failureSeen', cancel: 'cancelling' },
  restartDelay: { jobFailed: 'failureSeen', cancel: 'canceled' },
  checkpointChosen: { stepEntered: 'slotAssigned', jobFailed: 'failureSeen', cancel: 'canceled' },
  slotAssigned: { taskManagerGone: 'failureSeen', jobFailed: 'failureSeen', cancel: 'canceled' },
  deployed: { taskManagerGone: 'failureSeen', jobFailed: 'failureSeen', cancel: 'canceled' },
  recovered: {
    taskState: 'failureSeen',
    taskManagerGone: 'failureSeen',
    jobFailed: 'failureSeen',
    stepEntered: 'running',
    cancel: 'cancelling',
  },
  running: {
    taskState: 'failureSeen',
    taskManagerGone: 'failureSeen',
    jobFailed: 'failureSeen',
    stop: 'stopping',
    cancel: 'cancelling',
  },
  stopping: {
    taskState: 'failureSeen',
    taskManagerGone: 'failureSeen',
    jobFailed: 'failureSeen',
    stopSavepointDone: 'finishing',
    stopSavepointFailed: 'running',
    cancel: 'cancelling',
  },
  finalCheckpoint: {
    taskState: 'failureSeen',
    taskManagerGone: 'failureSeen',
    jobFailed: 'failureSeen',
    finalCheckpointDone: 'finishing',
    cancel: 'cancelling',
  },
  finishing: {
    taskState: 'failureSeen',
    taskManagerGone: 'failureSeen',
    jobFailed: 'failureSeen',
    cancel: 'cancelling',
  },
  cancelling: {},
  failing: { cancel: 'cancelling' },
  canceled: {},
  failed: {},
  finished: {},
};

describe('a job', () => {
  for (const phase of phases) {
    test(`that is ${phase} has an answer to every event`, () => {
      const actual: Partial<Record<StateEventKind, Phase>> = {};
      for (const kind of kinds) {
        const h = inPhase[phase]();
        assert.equal(h.state.phase, phase);
        const next = decide(h.state, eventsFor(h)[kind], moment).state.phase;
        if (next !== phase) actual[kind] = next;
      }
      assert.deepEqual(actual, table[phase]);
    });
  }

  test('ignores and counts what comes from attempts and recoveries that are over', () => {
    const h = new MachineHarness().start();
    const old = h.ref(2);
    h.task(2, 'FAILED');
    h.cancelAll();
    h.run();
    assert.equal(h.state.phase, 'running');
    for (const event of [
      { e: 'taskState', ref: old, state: 'FAILED', injected: false },
      { e: 'inputExhausted', ref: old },
      { e: 'stepEntered', recovery: 0, step: 'deployed' },
      { e: 'delayOver', recovery: 0 },
      { e: 'slotsFound', recovery: 0, slots: [] },
    ] as const) {
      const { state, effects } = decide(h.state, event, moment);
      assert.equal(state, h.state);
      assert.deepEqual(
        effects.map(({ f }) => f),
        ['ignore'],
        event.e,
      );
    }
  });

  test('only changes its phase as the table of transitions says, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(15), fc.nat(3), fc.nat(5)), { maxLength: 60 }), (choices) => {
        const h = new MachineHarness({ attempts: 3 });
        for (const [kind, index, variant] of choices) {
          const before = h.state;
          h.drive(randomEvent(h, kind, index, variant));
          checkInvariants(before, h.state);
        }
        h.phases.reduce((from, to) => {
          assert.ok((transitions[from as Phase] as readonly string[]).includes(to), `${from} → ${to}`);
          return to;
        });
      }),
      { numRuns: 400 },
    );
  });
});

function randomEvent(h: MachineHarness, kind: number, index: number, variant: number): StateEvent {
  const event = eventsFor(h)[kinds[kind % kinds.length] ?? 'start'];
  if (event.e === 'slotsFound') return { e: 'delayOver', recovery: h.state.recovery };
  if (event.e === 'taskManagerGone') return { ...event, taskManager: variant % 2 === 0 ? tm1 : tm2 };
  if (event.e !== 'taskState') return 'ref' in event ? { ...event, ref: h.ref(index) } : event;
  const states = ['RUNNING', 'CANCELED', 'RUNNING', 'FAILED', 'INITIALIZING', 'CANCELED'] as const;
  return { e: 'taskState', ref: h.ref(index), state: states[variant] ?? 'RUNNING', injected: false };
}

function checkInvariants(before: JobState, after: JobState): void {
  assert.ok(after.recovery >= before.recovery && after.recovery <= 3);
  if (['CANCELED', 'FAILED', 'FINISHED'].includes(jobStatus(after))) {
    assert.ok(after.tasks.every(({ state }) => isEndOfTask(state)));
  }
  if (after.phase === 'running') assert.ok(after.tasks.every(({ state }) => state !== 'FAILED'));
  after.tasks.forEach(({ ref }, index) => assert.ok(ref.attempt >= (before.tasks[index]?.ref.attempt ?? 0)));
}
