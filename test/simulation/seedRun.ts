import assert from 'node:assert/strict';
import { sequentialModel, type CountingJob } from './countingJob';
import { faultKinds, strike, type FaultKind } from './faultPlan';
import { Invariants } from './invariants';
import { World } from './world';

/** About 20 checkpoints long at 1,000 rows a second of virtual time. */
export const seedJob: CountingJob = {
  rows: 2_400,
  keys: 23,
  rowsPerSecond: 1_000,
  parallelism: 2,
  checkpointIntervalMs: 100,
};

const faultsPerSeed = 5;

export interface SeedRun {
  readonly seed: number;
  readonly checkpoints: number;
  readonly faults: readonly FaultKind[];
  /** Events of the simulated machine. */
  readonly events: number;
  readonly virtualMs: number;
  readonly trace: readonly string[];
}

/** One run under faults; every fault strikes after at least one more checkpoint has completed, or at once in the middle of a recovery. */
export async function runSeed(seed: number): Promise<SeedRun> {
  const world = new World(seed, seedJob);
  const id = await world.submit();
  const { check } = new Invariants(world, id);
  const faults: FaultKind[] = [];
  const strikeOne = (): void => {
    for (;;) {
      const kind = world.random.pick(faultKinds);
      if (!strike(world, id, kind)) continue;
      faults.push(kind);
      return;
    }
  };
  while (faults.length < faultsPerSeed) {
    const before = world.completedCheckpoints(id);
    await world.until(
      'another checkpoint',
      () => world.completedCheckpoints(id) > before || world.status(id) === 'FINISHED',
      20_000,
      check,
    );
    if (world.status(id) === 'FINISHED') break;
    await world.pass(world.random.between(0, 300), check);
    strikeOne();
    if (world.random.chance(0.3)) {
      // A second one in the middle of what the first one set off.
      await world.pass(world.random.between(0, 60), check);
      strikeOne();
    }
  }
  await world.until('the end of the job', () => world.status(id) === 'FINISHED', 60_000, check);
  assert.deepEqual(world.output(), sequentialModel(seedJob), `seed ${seed}: the output differs\n${world.tail()}`);
  return {
    seed,
    checkpoints: world.completedCheckpoints(id),
    faults,
    events: world.schedule.executed,
    virtualMs: world.schedule.nowMs,
    trace: world.lines,
  };
}
