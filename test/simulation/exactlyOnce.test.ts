import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sequentialModel, type CountingJob } from './countingJob';
import { faultKinds, strike, type FaultKind } from './faultPlan';
import { Invariants } from './invariants';
import { World } from './world';

const seeds = Number(process.env['SIMULATION_SEEDS'] ?? 200);
const firstSeed = Number(process.env['SIMULATION_FIRST'] ?? 1);
const faultsPerSeed = 5;

/** About 20 checkpoints long at 1,000 rows a second of virtual time. */
const job: CountingJob = { rows: 2_400, keys: 23, rowsPerSecond: 1_000, parallelism: 2, checkpointIntervalMs: 100 };

/** One run under faults; every fault strikes after at least one more checkpoint has completed, or at once in the middle of a recovery. */
async function runSeed(seed: number): Promise<{ readonly checkpoints: number; readonly faults: readonly FaultKind[] }> {
  const world = new World(seed, job);
  const id = await world.submit();
  const { check } = new Invariants(world, id);
  const faults: FaultKind[] = [];
  for (let index = 0; index < faultsPerSeed; index++) {
    const before = world.completedCheckpoints(id);
    await world.until(
      'another checkpoint',
      () => world.completedCheckpoints(id) > before || world.status(id) === 'FINISHED',
      20_000,
      check,
    );
    if (world.status(id) === 'FINISHED') break;
    await world.pass(world.random.between(0, 300), check);
    const kind = faultKinds[world.random.below(faultKinds.length)] ?? 'kill';
    faults.push(kind);
    strike(world, id, kind);
    if (world.random.chance(0.3)) {
      // A second one in the middle of what the first one set off.
      await world.pass(world.random.between(0, 60), check);
      const second = faultKinds[world.random.below(faultKinds.length)] ?? 'kill';
      faults.push(second);
      strike(world, id, second);
    }
  }
  await world.until('the end of the job', () => world.status(id) === 'FINISHED', 60_000, check);
  assert.deepEqual(world.output(), sequentialModel(job), `seed ${seed}: the output differs\n${world.tail()}`);
  return { checkpoints: world.completedCheckpoints(id), faults };
}

describe('the real JobManager and TaskManagers under simulated faults', () => {
  test(`keep the output equal to the sequential model for ${seeds} seeds`, async (t) => {
    let checkpoints = 0;
    const byKind = new Map<FaultKind, number>();
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      const run = await runSeed(seed);
      checkpoints += run.checkpoints;
      for (const kind of run.faults) byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
    }
    t.diagnostic(
      `seeds ${firstSeed} to ${firstSeed + seeds - 1}, ${checkpoints} checkpoints, faults ${JSON.stringify([...byKind])}`,
    );
    assert.ok(checkpoints >= seeds * 15, 'the runs are long enough to mean something');
  });

  test('the same seed gives the same run', async () => {
    const traces: string[][] = [];
    for (let round = 0; round < 2; round++) {
      const world = new World(7, job);
      const id = await world.submit();
      await world.until('three checkpoints', () => world.completedCheckpoints(id) >= 3, 20_000);
      strike(world, id, 'kill');
      await world.until('the end of the job', () => world.status(id) === 'FINISHED', 60_000);
      traces.push(world.lines);
    }
    assert.deepEqual(traces[0], traces[1]);
  });
});
