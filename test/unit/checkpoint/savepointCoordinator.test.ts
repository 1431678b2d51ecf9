import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorData } from '../../../runtime/base/errors';
import { CoordinatorHarness, outcomeOf, tasks } from './coordinatorHarness';

const refusal: ErrorData = {
  code: 'checkpoint.snapshot',
  message: 'State stats could not be written.',
  domain: 'external',
  retry: 'backoff',
  subject: { operator: 'stats' },
  advice: '',
};

/** Every way out of a savepoint but success, and the reason that the waiting one gets. */
const waysOut: Readonly<Record<string, { readonly act: (h: CoordinatorHarness) => Promise<void> | void }>> = {
  declined: { act: (h) => void h.coordinator.decline(tasks[2] ?? (tasks[0] as never), h.target().checkpoint, refusal) },
  expired: { act: (h) => h.pass(700_000) },
  cancelled: { act: (h) => h.coordinator.stopScheduler('cancelled') },
  'job-failed': { act: (h) => h.coordinator.stopScheduler('job-failed', refusal) },
  'store-failed': {
    act: async (h) => {
      h.acknowledgeAll();
      h.fs.full = true;
      await h.pass();
    },
  },
  shutdown: {
    act: async (h) => {
      const closed = h.coordinator.shutdown('shutdown');
      await h.pass();
      await closed;
    },
  },
};

describe('SavepointCoordinator', () => {
  test('a savepoint lies in a directory of its own and outlives checkpoints and the end of the job', async () => {
    const h = new CoordinatorHarness({ retained: 1 });
    const savepoint = outcomeOf(h.coordinator.triggerSavepoint('/s', false));
    await h.pass();
    assert.deepEqual(h.target().type, { t: 'savepoint', format: 'canonical', thenStop: false });
    h.acknowledgeAll();
    await h.pass();
    assert.match(savepoint.value?.directory ?? '', /^\/s\/savepoint-aaaaaa-[0-9a-f]{12}$/);
    assert.equal(h.store.latest, undefined, 'a recovery does not start from it');
    await h.complete();
    await h.complete();
    const over = h.store.shutdown('FINISHED');
    await h.pass();
    await over;
    assert.ok(h.files().includes(`${savepoint.value?.directory ?? ''}/_metadata`));
    assert.deepEqual(h.checkpointDirectories(), []);
  });

  for (const [reason, { act }] of Object.entries(waysOut)) {
    test(`fails the promise when it is ${reason}, with that reason, and leaves no directory`, async () => {
      const h = new CoordinatorHarness();
      const outcome = outcomeOf(h.coordinator.triggerSavepoint('/s', false));
      await h.pass();
      await act(h);
      h.fs.full = false;
      await h.pass();
      assert.equal(outcome.error?.code, `checkpoint.${reason}`);
      assert.deepEqual(h.fs.list('/s'), []);
    });
  }

  test('fails the promise when it cannot be triggered', async () => {
    const h = new CoordinatorHarness();
    h.fs.readOnly = true;
    const outcome = outcomeOf(h.coordinator.triggerSavepoint('/s', false));
    await h.pass();
    assert.equal(outcome.error?.code, 'checkpoint.trigger-failed');
    assert.match(outcome.error.message, /read-only/);
  });

  test('a failed savepoint does not count against the failures that the job tolerates', async () => {
    const h = new CoordinatorHarness({ tolerableFailures: 0, timeoutMs: 100 });
    const outcome = outcomeOf(h.coordinator.triggerSavepoint('/s', false));
    await h.pass(200);
    assert.equal(outcome.error?.code, 'checkpoint.expired');
    assert.ok(!h.trace.some((line) => line.startsWith('too many')));
  });

  test('a savepoint waits for the checkpoint under way and goes before other requests', async () => {
    const h = new CoordinatorHarness();
    const first = outcomeOf(h.coordinator.completeCheckpoint());
    const second = outcomeOf(h.coordinator.completeCheckpoint());
    const savepoint = outcomeOf(h.coordinator.triggerSavepoint('/s', true));
    await h.pass();
    assert.equal(h.targets.length, 1);
    h.acknowledgeAll();
    await h.pass();
    assert.deepEqual(h.target().type, { t: 'savepoint', format: 'canonical', thenStop: true });
    h.acknowledgeAll();
    await h.pass();
    h.acknowledgeAll();
    await h.pass();
    assert.deepEqual([first.value?.id, savepoint.value?.id, second.value?.id], [1, 2, 3]);
  });

  test('those that wait when the job fails get the reason too', async () => {
    const h = new CoordinatorHarness();
    const running = outcomeOf(h.coordinator.completeCheckpoint());
    const waiting = outcomeOf(h.coordinator.triggerSavepoint('/s', false));
    await h.pass();
    h.coordinator.stopScheduler('job-failed');
    await h.pass();
    assert.equal(running.error?.code, 'checkpoint.job-failed');
    assert.equal(waiting.error?.code, 'checkpoint.job-failed');
  });
});
