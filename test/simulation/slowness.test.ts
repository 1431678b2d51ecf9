/** What is slow and not broken: the disk, a consumer. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CheckpointRecord } from '../../runtime/checkpoint/checkpointRecords';
import { backpressureOf } from '../../runtime/jobmanager/rest/flink/backpressure';
import type { VertexRecord } from '../../runtime/jobmanager/records';
import type { TaskMetrics } from '../../runtime/wire/messages';
import { sequentialModel, type CountingJob } from './countingJob';
import { Scenario, scenarioJob } from './scenario';

/** What checkpoints were, the newest first. */
function history({ world, id }: Scenario): readonly CheckpointRecord[] {
  return world.record(id).checkpoints.history;
}

/** The vertices of a job: source, then count with sink. */
function vertices({ world, id }: Scenario): readonly [source: VertexRecord, count: VertexRecord] {
  const [source, count] = world.record(id).vertices;
  if (source === undefined || count === undefined) throw new Error('two vertices');
  return [source, count];
}

/** A figure of all subtasks of a vertex. */
function figure({ subtasks }: VertexRecord, of: (metrics: TaskMetrics) => number): number {
  return subtasks.reduce((sum, { attempts }) => {
    const metrics = attempts.at(-1)?.metrics;
    return sum + (metrics === undefined ? 0 : of(metrics));
  }, 0);
}

function level(scenario: Scenario): string | undefined {
  const nowMs = 1_000_000_000_000 + scenario.world.schedule.nowMs;
  return backpressureOf(vertices(scenario)[0], nowMs).backpressureLevel;
}

describe('with a slow disk', () => {
  test('checkpoints take their time and complete, while rows go on', async () => {
    const scenario = await new Scenario(61).start();
    const { world } = scenario;
    await scenario.completed(2);
    world.fs.slowness = 80;
    const begun = (): CheckpointRecord | undefined =>
      history(scenario).find(({ status, triggerMs }) => status === 'IN_PROGRESS' && triggerMs > startMs);
    const startMs = 1_000_000_000_000 + world.schedule.nowMs;
    await scenario.until('one under way', () => begun() !== undefined);
    const { id } = begun() ?? { id: undefined };
    const counted = (): number => figure(vertices(scenario)[1], ({ recordsIn }) => recordsIn);
    const before = counted();
    await scenario.until('rows meanwhile', () => counted() > before);
    const ended = (): CheckpointRecord | undefined => history(scenario).find((one) => one.id === id);
    assert.equal(ended()?.status, 'IN_PROGRESS');
    await scenario.until('its end', () => ended()?.status === 'COMPLETED');
    assert.equal(world.record(scenario.id).checkpoints.counts.failed, 0);
    world.fs.slowness = 1;
    await scenario.finish();
  });

  test('a checkpoint that takes too long expires with its files, the next one completes; tolerated, nothing restarts', async () => {
    const job: CountingJob = { ...scenarioJob, settings: { checkpointing: { timeoutMs: 150, tolerableFailures: 3 } } };
    const scenario = await new Scenario(62, job).start();
    const { world, id } = scenario;
    await scenario.completed(2);
    world.fs.slowness = 300;
    await scenario.until('an expired one', () => world.record(id).checkpoints.latestFailed !== undefined);
    const expired = world.record(id).checkpoints.latestFailed;
    assert.equal(expired?.failure?.reason, 'expired');
    world.fs.slowness = 1;
    await scenario.completed(3);
    await scenario.until(
      'the removal',
      () => !world.fs.list(world.record(id).checkpointDirectory).includes(`chk-${expired.id}`),
    );
    assert.equal(world.record(id).recoveries.length, 1);
    await scenario.finish();
  });

  test('more expired checkpoints than are tolerated restart the job, as in Flink', async () => {
    const job: CountingJob = { ...scenarioJob, settings: { checkpointing: { timeoutMs: 150, tolerableFailures: 1 } } };
    const scenario = await new Scenario(63, job).start();
    const { world, id } = scenario;
    await scenario.completed(2);
    world.fs.slowness = 300;
    await scenario.until('the failure', () => world.record(id).recoveries.length === 2);
    world.fs.slowness = 1;
    assert.equal(world.record(id).checkpoints.counts.failed, 2);
    assert.equal(world.record(id).exceptions[0]?.error.code, 'checkpoint.expired');
    await scenario.until('the recovery', () => scenario.recovered(1));
    await scenario.finish();
  });
});

describe('a slow consumer', () => {
  const many: CountingJob = { ...scenarioJob, rows: 60_000, rowsPerSecond: 60_000 };

  /** Channels of the job times their credits and what a producer may keep, times the rows of a batch. */
  const mostOnTheWay = 4 * (8 + 3) * 4_000;

  test('stops its producers: what is on its way is bounded, and the backpressure is shown', async () => {
    const scenario = await new Scenario(64, many).start();
    const { world } = scenario;
    world.sinkSpeed.batchMs = Infinity;
    const out = (): number => figure(vertices(scenario)[0], ({ recordsOut }) => recordsOut);
    await scenario.world.pass(2_500);
    const stopped = out();
    await scenario.world.pass(2_500);
    assert.equal(out(), stopped, 'the sources stand still');
    assert.ok(stopped < many.rows);
    const onTheWay = stopped - figure(vertices(scenario)[1], ({ recordsIn }) => recordsIn);
    assert.ok(onTheWay > 0 && onTheWay <= mostOnTheWay, `${onTheWay} rows are on their way`);
    assert.equal(level(scenario), 'high');
    world.sinkSpeed.batchMs = 0;
    await scenario.finish();
  });

  test('slows checkpoints down, which complete; the output is right', async () => {
    const scenario = await new Scenario(64, many).start();
    const { world } = scenario;
    world.sinkSpeed.batchMs = 150;
    await scenario.until('backpressure', () => level(scenario) === 'high');
    const before = world.completedCheckpoints(scenario.id);
    await scenario.completed(before + 2);
    const slow = world.record(scenario.id).checkpoints.latestCompleted;
    const tookMs = (slow?.latestAckMs ?? 0) - (slow?.triggerMs ?? 0);
    assert.ok(tookMs > 100, `the checkpoint took ${tookMs} ms`);
    await scenario.finish();
    assert.deepEqual(world.output(), sequentialModel(many));
  });

  test('that stands still lets checkpoints expire, and the next one completes when it goes on', async () => {
    const job: CountingJob = { ...many, settings: { checkpointing: { timeoutMs: 400 } } };
    const scenario = await new Scenario(64, job).start();
    const { world, id } = scenario;
    world.sinkSpeed.batchMs = Infinity;
    await scenario.until('an expired one', () => world.record(id).checkpoints.latestFailed !== undefined);
    assert.equal(world.record(id).checkpoints.latestFailed?.failure?.reason, 'expired');
    world.sinkSpeed.batchMs = 0;
    await scenario.completed(world.completedCheckpoints(id) + 1);
    assert.equal(world.record(id).recoveries.length, 1, 'nothing restarts');
    await scenario.finish();
  });
});
