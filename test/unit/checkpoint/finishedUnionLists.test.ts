import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CheckpointPlan } from '../../../runtime/checkpoint/checkpointGateway';
import type { OperatorHandle, SubtaskState } from '../../../runtime/formats/handles';
import { CoordinatorHarness, countId, outcomeOf, tasks } from './coordinatorHarness';

const [readA, readB, countA, countB] = tasks;
const data = { t: 'bytes', name: 'x', data: new Uint8Array(1) } as const;

function listState(mode: 'union' | 'split'): SubtaskState {
  const managedOperator: OperatorHandle = { states: [{ name: 'seen', mode, offsets: [0] }], data };
  return { managedOperator };
}

type Ready = Extract<CheckpointPlan, { ready: true }>;

/** How a checkpoint ends in which the second count has this state, and some tasks are over. */
async function taken(mode: 'union' | 'split', plan: Pick<Ready, 'acknowledge' | 'finished' | 'dataFinished'>) {
  const h = new CoordinatorHarness({ tolerableFailures: 0 });
  h.plan = { ready: true, trigger: tasks.slice(0, 2), ...plan };
  const outcome = outcomeOf(h.coordinator.completeCheckpoint());
  await h.pass();
  for (const ref of plan.acknowledge)
    h.acknowledge(ref, h.target().checkpoint, ref.vertex === countId ? listState(mode) : {});
  await h.pass();
  return { outcome, trace: h.trace };
}

if (!readA || !readB || !countA || !countB) throw new Error('four tasks');

const othersWork = { acknowledge: [readA, readB, countB], finished: [countA], dataFinished: [] };

describe('a checkpoint after some subtasks of an operator have finished', () => {
  test('is refused when the operator has union list state, and does not fail the job', async () => {
    const { outcome, trace } = await taken('union', othersWork);
    assert.equal(outcome.error?.code, 'checkpoint.task-not-ready');
    assert.match(outcome.error.message, /count has union list state, and 1 of its 2 subtasks have finished/);
    assert.match(outcome.error.advice, /keyBy or rebalance/);
    assert.ok(!trace.some((line) => line.startsWith('too many')));
  });

  test('is taken when its state is of another kind', async () => {
    const { outcome } = await taken('split', othersWork);
    assert.equal(outcome.value?.id, 1);
  });

  test('is taken when all subtasks work, and when the others have passed their end on', async () => {
    for (const plan of [
      { acknowledge: tasks, finished: [], dataFinished: [countA] },
      { ...othersWork, dataFinished: [countB] },
    ]) {
      const { outcome } = await taken('union', plan);
      assert.equal(outcome.value?.id, 1);
    }
  });

  test('is taken when the operator has finished as a whole', async () => {
    const { outcome } = await taken('union', {
      acknowledge: [readA, readB],
      finished: [countA, countB],
      dataFinished: [],
    });
    assert.equal(outcome.value?.id, 1);
  });
});
