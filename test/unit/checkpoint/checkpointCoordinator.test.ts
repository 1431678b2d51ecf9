import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { highestCheckpointId } from '../../../runtime/checkpoint/checkpointDirectories';
import { CoordinatorHarness, countId, directory, job, keyedState, outcomeOf, tasks } from './coordinatorHarness';

describe('CheckpointCoordinator', () => {
  test('triggers the sources, waits for all tasks, stores, and then tells the tasks', async () => {
    const h = new CoordinatorHarness();
    const checkpoint = await h.complete();
    assert.deepEqual(h.trace, ['trigger 1 at 0', 'trigger 1 at 1', 'complete 1', 'completed 1']);
    assert.equal(checkpoint.directory, `${directory}/chk-1`);
    assert.equal(checkpoint.stateSizeBytes, 40);
    assert.ok(h.files().includes(`${directory}/chk-1/_metadata`));
    assert.ok(h.files().includes(`${directory}/chk-1/_job-state.json`));
    assert.equal(h.store.latest, checkpoint);
  });

  test('takes periodic checkpoints one interval apart, and the next one only when the one before has ended', async () => {
    const h = new CoordinatorHarness({ intervalMs: 1_000 });
    h.coordinator.startScheduler();
    await h.pass(900);
    assert.deepEqual(h.trace, []);
    await h.pass(200);
    assert.deepEqual(h.trace, ['trigger 1 at 0', 'trigger 1 at 1']);
    await h.pass(1_500);
    assert.equal(h.trace.length, 2, 'the second one waits');
    h.acknowledgeAll();
    await h.pass(100);
    assert.deepEqual(h.trace.slice(2), ['complete 1', 'completed 1', 'trigger 2 at 0', 'trigger 2 at 1']);
  });

  test('leaves the pause between the end of one and the next periodic one', async () => {
    const h = new CoordinatorHarness({ intervalMs: 100, minPauseMs: 1_000 });
    h.coordinator.startScheduler();
    await h.pass(110);
    h.acknowledgeAll();
    await h.pass(900);
    assert.equal(h.targets.length, 1);
    await h.pass(300);
    assert.equal(h.targets.length, 2);
  });

  test('a failure during a checkpoint aborts it, removes its files, and ids go on', async () => {
    const h = new CoordinatorHarness({ intervalMs: 1_000 });
    h.coordinator.startScheduler();
    await h.pass(1_100);
    h.acknowledgeAll(h.target(), tasks.slice(0, 3));
    h.coordinator.stopScheduler('job-failed');
    await h.pass();
    assert.deepEqual(h.checkpointDirectories(), []);
    assert.deepEqual(h.trace.slice(2), ['aborted 1', 'failed 1 checkpoint.job-failed']);
    const next = await h.complete();
    assert.equal(next.id, 2);
  });

  test('a failure while the checkpoint is being stored leaves nothing that could be restored', async () => {
    const h = new CoordinatorHarness();
    const outcome = outcomeOf(h.coordinator.completeCheckpoint());
    await h.pass();
    h.acknowledgeAll();
    h.coordinator.stopScheduler('job-failed');
    await h.pass(500);
    assert.equal(outcome.error?.code, 'checkpoint.job-failed');
    assert.equal(h.store.latest, undefined);
    assert.deepEqual(h.checkpointDirectories(), []);
  });

  test('keeps the newest two: when 1 to 4 complete, 1 and 2 are gone', async () => {
    const h = new CoordinatorHarness({ retained: 2 });
    for (let round = 0; round < 4; round++) await h.complete();
    await h.pass();
    assert.deepEqual(h.checkpointDirectories(), ['chk-3', 'chk-4']);
    const discarded = h.coordinator.stats.snapshot().history.map((record) => `${record.id} ${record.discarded}`);
    assert.deepEqual(discarded, ['4 false', '3 false', '2 true', '1 true']);
  });

  test('keeps the newest two completed: when 3 failed, 2 and 4 stay and only 1 is gone', async () => {
    const h = new CoordinatorHarness({ retained: 2, tolerableFailures: 'unlimited' });
    await h.complete();
    await h.complete();
    const third = outcomeOf(h.coordinator.completeCheckpoint());
    await h.pass();
    h.coordinator.decline(tasks[3] ?? failMissing(), h.target().checkpoint, refusal);
    await h.complete();
    await h.pass();
    assert.equal(third.error?.code, 'checkpoint.declined');
    assert.deepEqual(h.checkpointDirectories(), ['chk-2', 'chk-4']);
  });

  test('drops acknowledgements of other attempts, of checkpoints that are over, and repeated ones', async () => {
    const h = new CoordinatorHarness();
    const outcome = outcomeOf(h.coordinator.completeCheckpoint());
    await h.pass();
    const { checkpoint } = h.target();
    const first = tasks[0] ?? failMissing();
    assert.equal(h.acknowledge({ ...first, attempt: 1 }, checkpoint, {}), false);
    assert.equal(h.acknowledge(first, checkpoint, {}), true);
    assert.equal(h.acknowledge(first, checkpoint, {}), false);
    h.acknowledgeAll(h.target(), tasks.slice(1));
    await h.pass();
    assert.equal(outcome.value?.id, checkpoint);
    assert.equal(h.acknowledge(first, checkpoint, {}), false);
  });

  test('removes again what a task wrote that heard of the abort too late', async () => {
    const h = new CoordinatorHarness();
    outcomeOf(h.coordinator.completeCheckpoint());
    await h.pass();
    h.coordinator.stopScheduler('job-failed');
    await h.pass();
    h.acknowledgeAll(h.target(), tasks.slice(0, 1));
    await h.pass();
    assert.deepEqual(h.checkpointDirectories(), []);
  });

  test('fails the job when more checkpoints in a row fail than it tolerates', async () => {
    const h = new CoordinatorHarness({ tolerableFailures: 1, timeoutMs: 100 });
    outcomeOf(h.coordinator.completeCheckpoint());
    await h.pass(200);
    assert.deepEqual(h.trace.slice(2), ['aborted 1', 'failed 1 checkpoint.expired']);
    outcomeOf(h.coordinator.completeCheckpoint());
    await h.pass(200);
    assert.equal(h.trace.at(-1), 'too many: checkpoint.expired');
  });

  test('a full disk fails the checkpoint with a clear text, and the next attempt makes its directories anew', async () => {
    const h = new CoordinatorHarness({ tolerableFailures: 'unlimited' });
    h.fs.full = true;
    const failed = outcomeOf(h.coordinator.completeCheckpoint());
    await h.pass();
    assert.equal(failed.error?.code, 'checkpoint.trigger-failed');
    assert.match(failed.error.message, /full/);
    h.fs.full = false;
    assert.equal((await h.complete()).id, 2);
  });

  test('a disk that becomes full before the metadata is written leaves no checkpoint', async () => {
    const h = new CoordinatorHarness({ tolerableFailures: 'unlimited' });
    const failed = outcomeOf(h.coordinator.completeCheckpoint());
    await h.pass();
    h.acknowledgeAll();
    h.fs.full = true;
    await h.pass(200);
    assert.equal(failed.error?.code, 'checkpoint.store-failed');
    assert.deepEqual(h.checkpointDirectories(), []);
  });

  test('a directory that vanished under the tasks fails the checkpoint instead of completing it without files', async () => {
    const h = new CoordinatorHarness({ tolerableFailures: 'unlimited' });
    const failed = outcomeOf(h.coordinator.completeCheckpoint());
    await h.pass();
    h.acknowledgeAll();
    h.fs.removeTree(directory);
    await h.pass(200);
    assert.equal(failed.error?.code, 'checkpoint.store-failed');
    assert.match(failed.error.message, /vanished/);
    assert.equal((await h.complete()).id, 2);
  });

  test('is refused while a task does not run', async () => {
    const h = new CoordinatorHarness();
    h.plan = { ready: false, why: 'Task count 1/2 is DEPLOYING.' };
    const outcome = outcomeOf(h.coordinator.completeCheckpoint());
    await h.pass();
    assert.equal(outcome.error?.code, 'checkpoint.not-all-tasks-running');
    assert.match(outcome.error.message, /DEPLOYING/);
  });

  test('stands still while the clock is held: nothing expires', async () => {
    const h = new CoordinatorHarness({ timeoutMs: 100 });
    const outcome = outcomeOf(h.coordinator.completeCheckpoint());
    await h.pass(10);
    const hold = h.env.clock.hold('debugger');
    await h.pass(1_000);
    assert.deepEqual(outcome, {});
    hold.dispose();
    await h.pass(200);
    assert.equal(outcome.error?.code, 'checkpoint.expired');
  });

  test('at the end of the job deletes its checkpoints when it finished, and keeps them when it was cancelled', async () => {
    for (const [status, left] of [
      ['FINISHED', []],
      ['CANCELED', ['chk-1']],
      ['FAILED', ['chk-1']],
    ] as const) {
      const h = new CoordinatorHarness();
      await h.complete();
      const over = h.store.shutdown(status);
      await h.pass();
      await over;
      assert.deepEqual(h.checkpointDirectories(), left, status);
    }
  });

  test('ids continue after what lies in the directory', async () => {
    const h = new CoordinatorHarness();
    h.fs.write(`${directory}/chk-41/_metadata`, new Uint8Array(1));
    h.fs.write(`${directory}/chk-7/x`, new Uint8Array(1));
    h.fs.write(`${directory}/shared/x`, new Uint8Array(1));
    const highest = highestCheckpointId(h.env.disk, directory);
    await h.pass();
    assert.equal(await highest, 41);
  });

  test('remembers per subtask what it acknowledged, until the checkpoint is discarded', async () => {
    const h = new CoordinatorHarness({ retained: 1 });
    await h.complete();
    const [record] = h.coordinator.stats.snapshot().history;
    const subtask = record?.vertices.find(({ vertex }) => vertex === countId)?.subtasks[1];
    assert.equal(subtask?.metrics.asyncMs, 2);
    assert.deepEqual(Object.values(subtask.states), [keyedState('00000000-0000-4000-8000-000000000001', 1)]);
    await h.complete();
    await h.pass();
    assert.deepEqual(h.coordinator.stats.get(record?.id ?? failMissing())?.vertices[1]?.subtasks[1]?.states, {});
  });
});

const refusal = {
  code: 'test.refusal',
  message: 'It does not like it.',
  domain: 'user',
  retry: 'never',
  subject: {},
  advice: '',
} as const;

function failMissing(): never {
  throw new Error(`the harness of ${job} is incomplete`);
}
