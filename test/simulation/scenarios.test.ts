/** Scenarios of fault tolerance, one each, with the typed events that tell what was restored from where and why. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CheckpointRecord } from '../../runtime/checkpoint/checkpointRecords';
import { Scenario } from './scenario';

describe('the scenarios of fault tolerance', () => {
  test('1. Exactly-once counter: a task dies at a random record, and every count equals the input', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const scenario = await new Scenario(seed).start();
      await scenario.completed(1 + scenario.world.random.below(4));
      scenario.throwIn(scenario.world.random.below(2), 1 + scenario.world.random.below(150));
      await scenario.until('the recovery', () => scenario.recovered(1));
      await scenario.finish();
    }
  });

  test('2. Fault before any checkpoint: empty state, the input from its beginning, nothing partial survives', async () => {
    const scenario = await new Scenario(2).start();
    await scenario.world.pass(30);
    assert.equal(scenario.world.completedCheckpoints(scenario.id), 0);
    scenario.throwIn(0);
    await scenario.until('the recovery', () => scenario.recovered(1));
    assert.deepEqual(scenario.chosen(1), {
      id: undefined,
      why: 'No checkpoint has completed yet: all state starts empty and the input from its beginning.',
    });
    for (const subtask of [0, 1])
      assert.deepEqual(scenario.keyedRestore(1, subtask), [': The job starts without a snapshot.']);
    await scenario.finish();
  });

  test('3. Fault during a checkpoint: it is aborted with its files, the last completed one is restored, ids go on', async () => {
    const scenario = await new Scenario(3).start();
    await scenario.completed(2);
    const { world, id } = scenario;
    const half = (): CheckpointRecord | undefined =>
      world
        .record(id)
        .checkpoints.history.find(
          ({ status, acknowledged, subtasks }) =>
            status === 'IN_PROGRESS' && acknowledged > 0 && acknowledged < subtasks,
        );
    await scenario.until('a half checkpoint', () => half() !== undefined);
    const aborted = half()?.id ?? 0;
    const newest = world.record(id).checkpoints.latestCompleted;
    assert.equal(newest?.id, aborted - 1);
    scenario.throwIn(1);
    await scenario.until('the recovery', () => scenario.recovered(1));
    assert.deepEqual(scenario.chosen(1), { id: newest.id, why: 'It is the newest completed checkpoint.' });
    const record = world.record(id).checkpoints.history.find((one) => one.id === aborted);
    assert.equal(record?.status, 'FAILED');
    assert.equal(record.failure?.reason, 'job-failed');
    await scenario.until(
      'the next checkpoint',
      () => (world.record(id).checkpoints.latestCompleted?.id ?? 0) > aborted,
    );
    assert.equal(world.fs.list(`${world.record(id).checkpointDirectory}/chk-${aborted}`).length, 0);
    await scenario.finish();
  });

  test('27. Local recovery, same slot: no keyed byte is read remotely', async () => {
    for (const how of ['throw', 'kill'] as const) {
      const scenario = await new Scenario(27).start();
      await scenario.completed(3);
      const { world, id } = scenario;
      const read = new Set<string>();
      world.fs.onRead = (path, process) => {
        if (process.startsWith('tm-')) read.add(path);
      };
      world.jobManager.holdNextRecovery(id, true);
      if (how === 'throw') scenario.throwIn(0);
      else world.jobManager.inject({ k: 'killTaskManager', taskManager: scenario.placeOf(0), lose: false });
      await scenario.until('a hold', () => world.record(id).holds.length > 0);
      const checkpoint = world.record(id).checkpoints.latestCompleted;
      const keyed = scenario.keyedFiles(checkpoint);
      world.jobManager.resume(id, undefined, 'go');
      await scenario.until('the recovery', () => scenario.recovered(1));
      assert.equal(keyed.length, 2, 'both subtasks have keyed state in files');
      assert.deepEqual(
        [...read].filter((path) => keyed.includes(path)),
        [],
      );
      assert.ok(
        [...read].some((path) => path.startsWith(checkpoint?.path ?? '-')),
        'operator state is read remotely',
      );
      assert.ok(scenario.slots(1).every(({ same }) => same));
      for (const subtask of [0, 1])
        assert.deepEqual(scenario.keyedRestore(1, subtask), [
          `local, remote: Checkpoint ${checkpoint?.id} has a local copy on this TaskManager; it is tried first.`,
          'local 1/2 ok',
        ]);
      assert.deepEqual([...new Set(scenario.operatorReads(1))], ['remote 1/1']);
      await scenario.finish();
    }
  });

  test('27. Local recovery, lost worker: only its tasks read remotely, the others keep their slots', async () => {
    const scenario = await new Scenario(127).start();
    await scenario.completed(3);
    const { world, id } = scenario;
    const lost = scenario.placeOf(1);
    world.jobManager.inject({ k: 'killTaskManager', taskManager: lost, lose: true });
    await scenario.until('the recovery', () => scenario.recovered(1));
    const checkpoint = scenario.chosen(1)?.id;
    const [kept, moved] = scenario.slots(1);
    assert.deepEqual(
      [kept?.same, kept?.why],
      [true, `It ran there before, and TaskManager ${scenario.placeOf(0)} lives.`],
    );
    assert.deepEqual(
      [moved?.same, moved?.why],
      [false, `TaskManager ${lost} is lost; TaskManager ${scenario.placeOf(1)} has a free slot.`],
    );
    assert.deepEqual(scenario.keyedRestore(1, 0).slice(1), ['local 1/2 ok']);
    assert.deepEqual(scenario.keyedRestore(1, 1), [
      `remote: There is no local copy of checkpoint ${checkpoint}: the task ran on TaskManager ${lost} before, and local copies stay with their slot.`,
      'remote 1/1 ok',
    ]);
    assert.equal(world.record(id).recoveries.length, 2, 'one failure, one recovery');
    await scenario.finish();
  });

  for (const { how, code, text } of [
    {
      how: 'corrupt',
      code: 'local-copy.corrupt',
      text: /is corrupt: \S+ has CRC32C [0-9a-f]{8} instead of [0-9a-f]{8}/,
    },
    { how: 'lose', code: 'local-copy.gone', text: /is gone: \S+ does not exist/ },
  ] as const) {
    test(`28. Local copy, ${how}: its keyed state falls back as a whole, and the event says why`, async () => {
      const scenario = await new Scenario(28).start();
      await scenario.completed(3);
      await scenario.damageHeld(how, 1);
      await scenario.until('the recovery', () => scenario.recovered(1));
      assert.deepEqual(scenario.keyedRestore(1, 0).slice(1), ['local 1/2 ok']);
      assert.deepEqual(scenario.keyedRestore(1, 1).slice(1), [`local 1/2 ${code}`, 'remote 2/2 ok']);
      const failed = scenario
        .events(1)
        .find(({ step, verdict }) => step.k === 'attempt' && step.state === 'keyed' && verdict?.v === 'failed');
      assert.equal(failed?.verdict?.v, 'failed');
      assert.match(failed.verdict.error.message, text);
      await scenario.finish();
    });
  }
});
