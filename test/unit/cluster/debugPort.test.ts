import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RecoveryEvent } from '../../../runtime/base/events';
import {
  attemptKey,
  id,
  type BreakpointId,
  type CheckpointId,
  type FaultId,
  type TaskManagerId,
} from '../../../runtime/base/ids';
import type { JobRecord, RecoveryRecord } from '../../../runtime/jobmanager/records';
import { alternative, event, restore, scope } from '../rest/events';
import { clusterOf } from './inProcess';
import { heldAt, job, jobRecord } from './records';

const alternatives = [alternative('local', 19_000), alternative('remote', 19_000)];

/** Held before the local copy is read: the look-up and the attempt around it have begun. */
function heldBeforeLocalRead(): JobRecord {
  const [lookup, attempt] = restore(alternatives, 0, 'It has a local copy.');
  assert.ok(lookup && attempt && alternatives[0]?.parts[0]);
  const read: RecoveryEvent = event({ k: 'readHandle', state: 'keyed', part: alternatives[0].parts[0] }, 'begin');
  const recovery: RecoveryRecord = {
    recovery: 1,
    cause: { k: 'taskManager', taskManager: id<TaskManagerId>('tm-1'), how: 'killed', exit: 'SIGKILL', injected: true },
    startMs: 1,
    checkpoint: { id: id<CheckpointId>(48), path: '/cp/chk-48', savepoint: false },
    status: 'held',
    events: [lookup, attempt, read],
  };
  const held = jobRecord({ recoveries: [recovery], holds: [heldAt(read)] });
  return {
    ...held,
    vertices: held.vertices.map((vertex) => ({
      ...vertex,
      subtasks: vertex.subtasks.map((subtask) => ({
        ...subtask,
        attempts: subtask.attempts.map((attempt) => ({ ...attempt, ref: { ...attempt.ref, attempt: 1 } })),
      })),
    })),
  };
}

assert.ok(scope.at === 'task');
const thread = attemptKey(scope);

describe('a held thread', () => {
  const port = clusterOf({ job: heldBeforeLocalRead }).debug;

  test('is one of the threads, the only one with a hold', async () => {
    const threads = await port.threads(job);
    assert.deepEqual(
      threads.map(({ name, hold }) => [name, hold]),
      [
        ['JobManager', undefined],
        ['counts 1/2 · attempt 2', 'hold-1'],
        ['counts 2/2 · attempt 2', undefined],
      ],
    );
  });

  test('has a stack from the held step out to the recovery', async () => {
    const frames = await port.stack(job, thread);
    assert.deepEqual(
      frames.map(({ name }) => name),
      [
        'read local copy of keyed state, 19 kB',
        'keyed state: 1 of 2 (local)',
        'look up keyed state: 1 local, 2 remote',
        'counts',
        'attempt 2',
        'recovery #1: tm-1 killed by you',
      ],
    );
  });

  test('has variables down to where a copy lies', async () => {
    const scopes = await port.read(job, thread, []);
    assert.deepEqual(
      scopes.map(({ name, value }) => [name, value]),
      [
        ['Step', 'read local copy of keyed state, 19 kB'],
        ['Alternatives', '2'],
        ['Checkpoint', 'checkpoint 48'],
        ['Slot', 'tm-1'],
        ['Recovery', '#1: tm-1 killed by you'],
      ],
    );
    const all = await port.read(job, thread, ['Alternatives']);
    assert.deepEqual(
      all.map(({ name }) => name),
      ['1 local', '2 remote', 'why'],
    );
    const [location] = await port.read(job, thread, ['Alternatives', '2 remote', 'handle 1']);
    assert.deepEqual(location, { name: 'location', value: '/remote' });
    await assert.rejects(port.read(job, thread, ['Alternatives', 'nope']), { code: 'debug.no-variable' });
  });
});

test('a thread that is not held has no stack', async () => {
  const port = clusterOf({ job: () => jobRecord() }).debug;
  await assert.rejects(port.stack(job, 'jobmanager'), { code: 'debug.not-held' });
});

test('the hold of the next recovery is armed once, and disarmed with the last breakpoint', async () => {
  const holds: boolean[] = [];
  const port = clusterOf({ holdNextRecovery: (_job, hold) => void holds.push(hold) }).debug;
  const breakpoint = (name: string) => ({ id: id<BreakpointId>(name), at: { k: 'recovery' as const } });
  assert.deepEqual(await port.arm(job, breakpoint('a')), { verified: true });
  await port.arm(job, breakpoint('b'));
  await port.disarm(job, breakpoint('a').id);
  assert.deepEqual(holds, [true, true]);
  await port.disarm(job, breakpoint('b').id);
  assert.deepEqual(holds, [true, true, false]);
});

test('detaching lets everything run and takes back what was armed', async () => {
  const done: string[] = [];
  const fault = id<FaultId>('fault-1');
  const kill = { k: 'killTaskManager' as const, taskManager: id<TaskManagerId>('tm-1'), lose: false };
  const port = clusterOf({
    job: () => jobRecord({ holdArmed: true }),
    holdNextRecovery: (_job, hold) => void done.push(`hold ${hold}`),
    resume: (_job, hold, how) => void done.push(`resume ${hold ?? 'all'} ${how}`),
    inject: () => fault,
    faults: () => [
      { id: fault, fault: kill, state: 'armed' },
      { id: id<FaultId>('of somebody else'), fault: kill, state: 'armed' },
    ],
    disarm: (armed) => void done.push(`disarm ${armed}`),
  }).debug;
  await port.inject(kill);
  await port.detach(job);
  assert.deepEqual(done, ['hold false', 'resume all go', 'disarm fault-1']);
});
