/** Scenarios about checkpoints: alignment, what is kept of them, local copies, notifications and sinks that commit with them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson } from '../../runtime/base/canonicalJson';
import { id, type TriggerId } from '../../runtime/base/ids';
import type { CheckpointRecord } from '../../runtime/checkpoint/checkpointRecords';
import type { CheckpointConfig } from '../../runtime/graph/executionConfig';
import { sequentialModel, totals, type CountingJob } from './countingJob';
import { Scenario, scenarioJob } from './scenario';

function withCheckpoints(checkpointing: Partial<CheckpointConfig>, parts: Partial<CountingJob> = {}): CountingJob {
  return { ...scenarioJob, ...parts, settings: { checkpointing } };
}

/** A checkpoint whose barrier came early on one of the two inputs, because the other source stood still; then the job restarts from it. */
async function earlyBarrier(scenario: Scenario): Promise<CheckpointRecord> {
  await scenario.completed(2);
  const { world, id: job } = scenario;
  const late = world.taskManagers.get(scenario.placeOf(1));
  late?.process.stall(400);
  const before = world.completedCheckpoints(job);
  await scenario.completed(before + 1);
  const checkpoint = world.record(job).checkpoints.latestCompleted;
  scenario.throwIn(0);
  await scenario.until('the recovery', () => scenario.recovered(1));
  assert.equal(scenario.chosen(1)?.id, checkpoint?.id);
  if (checkpoint === undefined) throw new Error('no checkpoint');
  return checkpoint;
}

/** Local copies on the disk, by slot and subtask. */
function localCopies({ world }: Scenario): ReadonlyMap<string, number> {
  const copies = new Map<string, number>();
  for (const path of world.fs.directories) {
    const [, subtask] = /^(.*\/localState\/aid_[^/]+\/jid_[^/]+\/vtx_[^/]+)\/chk_\d+$/.exec(path) ?? [];
    if (subtask !== undefined) copies.set(subtask, (copies.get(subtask) ?? 0) + 1);
  }
  return copies;
}

/** The checkpoints of which there are local copies. */
function copiedCheckpoints({ world }: Scenario): ReadonlySet<number> {
  return new Set(
    [...world.fs.directories].flatMap((path) => {
      const [, checkpoint] = /\/localState\/.*\/chk_(\d+)$/.exec(path) ?? [];
      return checkpoint === undefined ? [] : [Number(checkpoint)];
    }),
  );
}

/** How often each part was to be committed by each attempt of its subtask. */
function commits({ world }: Scenario): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { subtask, attempt, committable } of world.commits) {
    const name = `${canonicalJson(committable)} by subtask ${subtask}, attempt ${attempt}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Files that the sinks have prepared for a checkpoint and not committed, by checkpoint. */
function prepared({ world }: Scenario): number[] {
  return world.outputFiles().flatMap((path) => {
    const [, checkpoint] = /\.pending-(\d+)$/.exec(path) ?? [];
    return checkpoint === undefined ? [] : [Number(checkpoint)];
  });
}

async function savepoint(scenario: Scenario, thenStop: boolean): Promise<void> {
  const triggerId = id<TriggerId>(scenario.world.random.hex(16));
  const { world, id: job } = scenario;
  world.jobManager.triggerSavepoint(job, { triggerId, thenStop });
  await scenario.until(
    'the savepoint',
    () => world.jobManager.operation('savepoint', triggerId)?.status === 'COMPLETED',
  );
}

describe('the scenarios of checkpoints', () => {
  test('4. Alignment: no record behind the early barrier is in the snapshot, and the time of alignment is reported', async () => {
    const scenario = await new Scenario(4).start();
    const checkpoint = await earlyBarrier(scenario);
    const waits = checkpoint.vertices.map(({ subtasks }) => subtasks[0]?.metrics.alignmentMs ?? 0);
    assert.ok(
      waits.some((alignmentMs) => alignmentMs > 100),
      `alignment took ${waits.join(', ')} ms`,
    );
    await scenario.finish();
  });

  test('5. At-least-once: the same without waiting counts records twice after a fault, and loses none', async () => {
    const scenario = await new Scenario(4, withCheckpoints({ mode: 'at_least_once' })).start();
    await earlyBarrier(scenario);
    await scenario.finish();
    const rows = (lines: readonly string[]): number =>
      [...totals(lines).values()].reduce((sum, { count }) => sum + count, 0);
    assert.ok(rows(scenario.world.output()) > rows(sequentialModel(scenarioJob)), 'some are there twice');
  });

  test('8. Subsumption and retention: of 1 to 4 the newest two stay; when 3 failed, 2 and 4 stay', async () => {
    const retained = withCheckpoints({ retained: 2 });
    const all = await new Scenario(8, retained).start();
    const directories = ({ world, id: job }: Scenario): string[] =>
      world.fs.list(world.record(job).checkpointDirectory).filter((name) => name.startsWith('chk-'));
    await all.completed(4);
    await all.until('the deletion', () => directories(all).length === 2);
    assert.deepEqual(directories(all), ['chk-3', 'chk-4']);
    await all.finish();

    const failing = await new Scenario(8, retained).start();
    const { world, id: job } = failing;
    await failing.completed(2);
    world.fs.refuses = (path) => path.includes('/chk-3/');
    await failing.until('a failed one', () => world.record(job).checkpoints.latestFailed?.id === 3);
    await failing.completed(3);
    await failing.until('the deletion', () => directories(failing).length === 2);
    assert.deepEqual(directories(failing), ['chk-2', 'chk-4']);
    await failing.finish();
  });

  test('29. Local copies: 100 rounds of checkpoint and failure leave at most one', async () => {
    const scenario = await new Scenario(29, { ...scenarioJob, rows: 40_000 }).start();
    const { world, id: job } = scenario;
    for (let round = 1; round <= 100; round++) {
      await scenario.completed(world.completedCheckpoints(job) + 1);
      scenario.throwIn(round % 2);
      await scenario.until(`recovery ${round}`, () => scenario.recovered(round));
    }
    world.jobManager.holdNextRecovery(job, true);
    scenario.throwIn(0);
    await scenario.until('a hold', () => world.record(job).holds.length > 0);
    await world.pass(200);
    const copies = localCopies(scenario);
    assert.ok(copies.size > 0 && [...copies.values()].every((count) => count === 1), JSON.stringify([...copies]));
    const restorable = world.record(job).checkpoints.latestCompleted?.id;
    assert.deepEqual([...copiedCheckpoints(scenario)], [restorable], 'the copies are of what may be restored');
  });

  test('29. Local copies: when one cannot be written the checkpoint completes; when the primary cannot, it fails', async () => {
    const scenario = await new Scenario(30).start();
    const { world, id: job } = scenario;
    await scenario.completed(2);
    world.fs.refuses = (path) => path.includes('/localState/');
    const before = world.completedCheckpoints(job);
    await scenario.completed(before + 2);
    assert.equal(world.record(job).checkpoints.counts.failed, 0);
    scenario.throwIn(0);
    await scenario.until('the recovery', () => scenario.recovered(1));
    assert.deepEqual(scenario.keyedRestore(1, 0).slice(1), ['remote 1/1 ok']);
    world.fs.refuses = (path) => /\/chk-\d+\/[0-9a-f-]{36}$/.test(path);
    await scenario.until('a failed checkpoint', () => world.record(job).checkpoints.counts.failed > 0);
    assert.equal(world.record(job).checkpoints.latestFailed?.failure?.reason, 'declined');
    world.fs.refuses = () => false;
    await scenario.finish();
  });

  test('30. A savepoint commits nothing, the next checkpoint commits all before it', async () => {
    const scenario = await new Scenario(31, { ...scenarioJob, checkpointIntervalMs: 600 }).start();
    await scenario.completed(1);
    await scenario.world.pass(350); // watermarks come each 200 ms, and output with them
    const before = scenario.world.parts();
    await savepoint(scenario, false);
    await scenario.world.pass(50);
    assert.deepEqual(scenario.world.parts(), before);
    assert.ok(prepared(scenario).length > 0, 'what the savepoint asked to be prepared waits');
    await scenario.completed(scenario.world.completedCheckpoints(scenario.id) + 1);
    await scenario.until('the commit', () => prepared(scenario).length === 0);
    assert.ok(scenario.world.parts().length > before.length);
    await scenario.finish();
  });

  test('30. A sink that died before it heard of its checkpoint commits when it is restored', async () => {
    const scenario = await new Scenario(32).start();
    const { world, id: job } = scenario;
    const newest = (): number => world.record(job).checkpoints.latestCompleted?.id ?? 0;
    await scenario.until('one that is complete, but not committed yet', () => prepared(scenario).includes(newest()));
    const checkpoint = newest();
    for (const { process } of world.aliveTaskManagers()) process.crash();
    await scenario.until('the recovery', () => scenario.recovered(1));
    assert.equal(scenario.chosen(1)?.id, checkpoint);
    await scenario.until('the commit', () => !prepared(scenario).includes(checkpoint));
    await scenario.finish();
  });

  test('30. What is committed already is committed again after a restore, without harm; each attempt does it once', async () => {
    const scenario = await new Scenario(36).start();
    const { world, id: job } = scenario;
    const newest = (): string => `"checkpoint":${world.record(job).checkpoints.latestCompleted?.id},`;
    await scenario.until('a commit of the newest checkpoint', () =>
      [...commits(scenario).keys()].some((name) => name.includes(newest())),
    );
    scenario.throwIn(0);
    await scenario.until('the recovery', () => scenario.recovered(1));
    await scenario.finish();
    const counts = commits(scenario);
    assert.deepEqual(
      [...counts].filter(([, count]) => count > 1),
      [],
    );
    const attemptsOf = new Map<string, Set<number>>();
    for (const { committable, attempt } of world.commits) {
      const part = canonicalJson(committable);
      attemptsOf.set(part, (attemptsOf.get(part) ?? new Set()).add(attempt));
    }
    assert.ok([...attemptsOf.values()].some((attempts) => attempts.has(0) && attempts.has(1)));
  });

  test('30. What was prepared for a checkpoint that did not complete is aborted by the restore', async () => {
    const scenario = await new Scenario(33).start();
    const { world, id: job } = scenario;
    await scenario.completed(2);
    const restorable = (): number => world.record(job).checkpoints.latestCompleted?.id ?? 0;
    await scenario.until('something prepared', () =>
      prepared(scenario).some((checkpoint) => checkpoint > restorable()),
    );
    scenario.throwIn(0);
    await scenario.until('the recovery', () => scenario.recovered(1));
    const chosen = scenario.chosen(1)?.id ?? 0;
    assert.deepEqual(
      prepared(scenario).filter((checkpoint) => checkpoint === chosen + 1),
      [],
    );
    await scenario.finish();
  });

  test('30. A stop with savepoint commits what it has prepared', async () => {
    const scenario = await new Scenario(34, { ...scenarioJob, checkpointIntervalMs: 10_000, rows: 100_000 }).start();
    await scenario.world.pass(600);
    assert.deepEqual(scenario.world.parts(), []);
    await savepoint(scenario, true);
    assert.equal(scenario.world.status(scenario.id), 'FINISHED');
    assert.ok(scenario.world.output().length > 0);
    assert.deepEqual(prepared(scenario), []);
  });

  test('30. Every attempt of a task hears of a checkpoint once: complete or aborted', async () => {
    const scenario = await new Scenario(35, withCheckpoints({ timeoutMs: 100 })).start();
    const { world, id: job } = scenario;
    await scenario.completed(1);
    world.fs.slowness = 200;
    await scenario.until('an expired checkpoint', () => world.record(job).checkpoints.latestFailed !== undefined);
    assert.equal(world.record(job).checkpoints.latestFailed?.failure?.reason, 'expired');
    world.fs.slowness = 1;
    await scenario.completed(world.completedCheckpoints(job) + 1);
    const ends = world.events.flatMap((event) =>
      event.e === 'checkpoint' && event.status !== 'IN_PROGRESS' ? [event.checkpoint] : [],
    );
    assert.deepEqual(ends.length, new Set(ends).size);
    await scenario.finish();
    // What the tasks heard of it, as their sinks show: each part is committed once.
    assert.ok(world.commits.length > 0);
    assert.deepEqual(
      [...commits(scenario)].filter(([, count]) => count > 1),
      [],
    );
  });
});
