import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kindChoices, subtaskChoices, taskManagerChoices } from '../../../extension/commands/failureChoices';
import { placeOfError } from '../../../extension/source/place';
import { errorData, userError } from '../../../runtime/base/errors';
import { airportVertex, jobDetails, operators, tm1, tm2 } from '../../support/fakeCluster/flightsData';

describe('what can go wrong, and where', () => {
  test('subtasks of keyed operators come first, with the TaskManager that they run on', () => {
    const [first, second] = subtaskChoices(jobDetails(), operators, 'throw', undefined);
    assert.deepEqual([first?.label, first?.description], ['delay-by-airport 1/2', 'on tm-1']);
    assert.deepEqual([second?.label, second?.description], ['delay-by-airport 2/2', 'on tm-2']);
  });

  test('the subtask on which the debugger stands comes before all others', () => {
    const selected = { vertex: airportVertex, subtask: 1 };
    const [first] = subtaskChoices(jobDetails(), operators, 'throw', selected);
    assert.equal(first?.description, 'selected · on tm-2');
    const [home] = taskManagerChoices(
      jobDetails(),
      [
        { id: tm1, status: 'alive', pid: 101, slots: 2, freeSlots: 0 },
        { id: tm2, status: 'alive', pid: 102, slots: 2, freeSlots: 0 },
      ],
      selected,
    );
    assert.equal(home?.label, 'tm-2');
    assert.equal(home.description, 'process 102 · flights-source 2/2, delay-by-airport 2/2');
  });

  test('only keyed state has local copies', () => {
    const labels = subtaskChoices(jobDetails(), operators, 'loseCopy', undefined).map(({ label }) => label);
    assert.deepEqual(labels, ['delay-by-airport 1/2', 'delay-by-airport 2/2']);
  });

  test('a TaskManager that is gone cannot be killed', () => {
    const gone = [{ id: tm1, status: 'lost' as const, slots: 2, freeSlots: 0 }];
    assert.deepEqual(taskManagerChoices(undefined, gone, undefined), []);
  });
});

describe('the place of an error', () => {
  test('is the file and line that its subject names', () => {
    const error = userError('compile.failed', 'Expected ";"', 'Correct it.', {
      subject: { file: 'file:///w/my%20job.ts', position: 12 },
    });
    assert.deepEqual(placeOfError(errorData(error)), { file: '/w/my job.ts', line: 12 });
  });

  test('is else the first frame of a TypeScript file', () => {
    const error = new Error('division by zero');
    error.stack = 'Error: division by zero\n    at run (node:internal/x:1:1)\n    at Job.map (/w/flights.ts:41:7)';
    assert.deepEqual(placeOfError(errorData(error)), { file: '/w/flights.ts', line: 41 });
  });

  test('is nowhere when nothing names a file', () => {
    const error = new Error('x');
    error.stack = 'Error: x\n    at node:internal/x:1:1';
    assert.equal(placeOfError(errorData(error)), undefined);
  });
});

test('a checkpoint can be declined by any subtask, with state or without', () => {
  assert.ok(kindChoices.some(({ kind }) => kind === 'decline'));
  const labels = subtaskChoices(jobDetails(), operators, 'decline', undefined).map(({ label }) => label);
  assert.equal(labels.length, 6);
});
