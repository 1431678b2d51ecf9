import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, type AllocationId, type JobId, type TaskManagerId } from '../../../runtime/base/ids';
import { assignSlots, type Slot, type SlotOffer, type SlotRequest } from '../../../runtime/jobmanager/scheduler';

const job = id<JobId>('a'.repeat(32));
const allocation = (name: string): AllocationId => id<AllocationId>(name);
const slot = (taskManager: string, name: string): Slot => ({
  taskManager: id<TaskManagerId>(taskManager),
  allocation: allocation(name),
});
const offer = (name: string, status: SlotOffer['status'], allocated: readonly string[] = []): SlotOffer => ({
  taskManager: id<TaskManagerId>(name),
  status,
  slots: 2,
  allocated: new Map(allocated.map((one) => [allocation(one), job])),
});
const fresh = (count: number): SlotRequest[] =>
  Array.from({ length: count }, (_, index) => ({ index, previous: undefined }));

function plan(requests: readonly SlotRequest[], offers: readonly SlotOffer[], patient = true): string[] | string {
  let made = 0;
  const result = assignSlots(requests, offers, patient, () => allocation(`new-${++made}`));
  if (result.k === 'wait') return result.why;
  return result.slots.map((one) => `${one.index} ${one.taskManager} ${one.allocation} ${one.same ? 'same' : one.why}`);
}

describe('the scheduler', () => {
  test('spreads the subtasks of a new job evenly', () => {
    const taken = assignSlots(fresh(4), [offer('tm-1', 'alive'), offer('tm-2', 'alive')], true, () => allocation('x'));
    assert.deepEqual(taken.k === 'assigned' ? taken.slots.map(({ taskManager }) => taskManager) : taken, [
      'tm-1',
      'tm-2',
      'tm-1',
      'tm-2',
    ]);
  });

  test('waits for TaskManagers that are starting, and after its patience takes what is there', () => {
    const offers = [offer('tm-1', 'alive'), offer('tm-2', 'starting')];
    assert.equal(plan(fresh(2), offers), 'The TaskManagers are starting.');
    assert.equal(plan(fresh(2), offers, false).length, 2);
    assert.equal(plan(fresh(3), offers, false), 'There are too few free slots.');
  });

  test('gives back the previous slots where the TaskManager lives', () => {
    const offers = [offer('tm-1', 'alive', ['a']), offer('tm-2', 'alive', ['b'])];
    const requests = [
      { index: 0, previous: slot('tm-1', 'a') },
      { index: 1, previous: slot('tm-2', 'b') },
    ];
    assert.deepEqual(plan(requests, offers), ['0 tm-1 a same', '1 tm-2 b same']);
  });

  test('waits for a TaskManager that is started again, and moves its tasks when it does not come', () => {
    const offers = [offer('tm-1', 'alive', ['a']), offer('tm-2', 'starting', ['b'])];
    const requests = [
      { index: 0, previous: slot('tm-1', 'a') },
      { index: 1, previous: slot('tm-2', 'b') },
    ];
    assert.equal(plan(requests, offers), 'TaskManager tm-2 is being started again.');
    assert.deepEqual(plan(requests, offers, false), [
      '0 tm-1 a same',
      '1 tm-1 new-1 TaskManager tm-2 did not come back in time; TaskManager tm-1 has a free slot.',
    ]);
  });

  test('moves only the tasks of a lost TaskManager, at once when there is room', () => {
    const offers = [offer('tm-1', 'alive', ['a']), offer('tm-2', 'lost'), offer('tm-3', 'starting')];
    const requests = [
      { index: 0, previous: slot('tm-1', 'a') },
      { index: 1, previous: slot('tm-2', 'b') },
    ];
    assert.deepEqual(plan(requests, offers), [
      '0 tm-1 a same',
      '1 tm-1 new-1 TaskManager tm-2 is lost; TaskManager tm-1 has a free slot.',
    ]);
  });

  test('does not give away a slot that another subtask comes back to', () => {
    const offers = [offer('tm-1', 'alive', ['a', 'c']), offer('tm-2', 'lost')];
    const requests = [
      { index: 0, previous: slot('tm-2', 'b') },
      { index: 1, previous: slot('tm-1', 'a') },
    ];
    assert.equal(plan(requests, offers), 'There are too few free slots.');
  });
});
