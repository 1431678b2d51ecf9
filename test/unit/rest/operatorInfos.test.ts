import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operatorInfos } from '../../../runtime/jobmanager/rest/debug/operators';
import type { JobRecord } from '../../../runtime/jobmanager/records';
import { jobRecord } from '../cluster/records';

/** The job with one more attempt of each subtask, which has not reported anything. */
function restarting(record: JobRecord): JobRecord {
  const vertices = record.vertices.map((vertex) => ({
    ...vertex,
    subtasks: vertex.subtasks.map((subtask) => {
      const last = subtask.attempts.at(-1);
      if (last === undefined) throw new Error('a subtask without an attempt');
      const { metrics, ...rest } = last;
      assert.ok(metrics);
      return {
        ...subtask,
        attempts: [...subtask.attempts, { ...rest, ref: { ...last.ref, attempt: 1 }, state: 'INITIALIZING' as const }],
      };
    }),
  }));
  return { ...record, vertices };
}

function only<T>(items: readonly T[]): T {
  const [item] = items;
  assert.ok(item !== undefined && items.length === 1);
  return item;
}

test('an operator of a running job shows what its subtasks report', () => {
  const operator = only(operatorInfos(jobRecord()));
  assert.equal(operator.states[0]?.entries, 5);
  assert.equal(operator.asBeforeFailure, undefined);
});

test('while its tasks are being restored an operator shows what they held before, and says so', () => {
  const operator = only(operatorInfos(restarting(jobRecord())));
  assert.equal(operator.states[0]?.entries, 5);
  assert.equal(operator.asBeforeFailure, true);
});

test('an operator that has never reported has no state to show', () => {
  const record = jobRecord();
  const vertices = record.vertices.map((vertex) => ({
    ...vertex,
    subtasks: vertex.subtasks.map((subtask) => ({
      ...subtask,
      attempts: subtask.attempts.map(({ ref, state, stateTimes }) => ({ ref, state, stateTimes })),
    })),
  }));
  const operator = only(operatorInfos({ ...record, vertices }));
  assert.deepEqual(operator.states, []);
  assert.equal(operator.asBeforeFailure, undefined);
});
