import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toBeCovered } from './coverage';
import type { SeedRun } from './seedRun';
import { runSeeds } from './seedPool';

const seeds = Number(process.env['SIMULATION_SEEDS'] ?? 200);
const firstSeed = Number(process.env['SIMULATION_FIRST'] ?? 1);
const printTrace = process.env['SIMULATION_TRACE'] !== undefined;
const threads = 2;
/** So many seeds meet everything. */
const seedsThatCover = 200;

describe('the real JobManager and TaskManagers under simulated faults', () => {
  test(`keep the output equal to the sequential model for ${seeds} seeds`, async (t) => {
    const runs: SeedRun[] = [];
    const failures: string[] = [];
    const all = Array.from({ length: seeds }, (_, index) => firstSeed + index);
    await runSeeds(all, threads, (answer) => {
      if (answer.ok) runs.push(answer.run);
      else failures.push(`seed ${answer.seed} fails: ${answer.error}`);
      if (printTrace) t.diagnostic((answer.ok ? answer.run.trace : answer.trace).join('\n'));
    });
    t.diagnostic(summary(runs));
    const covered = new Set(runs.flatMap((run) => run.covered));
    const missing = toBeCovered.filter((what) => !covered.has(what));
    t.diagnostic(`covered: ${toBeCovered.filter((what) => covered.has(what)).join(', ')}`);
    assert.equal(failures.length, 0, `${failures.length} seeds fail\n${failures.join('\n\n')}`);
    assert.ok(sum(runs, ({ checkpoints }) => checkpoints) >= seeds * 15, 'the runs are long enough to mean something');
    assert.ok(sum(runs, ({ faults }) => faults) >= seeds * 5, 'and their faults are many');
    assert.ok(runs.every(({ faults }) => faults >= 2));
    if (seeds >= seedsThatCover) assert.deepEqual(missing, [], 'what no seed has met');
  });

  test('the same seed gives the same run', async () => {
    const traces: (readonly string[])[] = [];
    await runSeeds([firstSeed, firstSeed], threads, (answer) => {
      assert.ok(answer.ok, answer.ok ? '' : answer.error);
      traces.push(answer.run.trace);
    });
    assert.deepEqual(traces[0], traces[1]);
  });
});

function sum(runs: readonly SeedRun[], of: (run: SeedRun) => number): number {
  return runs.reduce((total, run) => total + of(run), 0);
}

function summary(runs: readonly SeedRun[]): string {
  const kinds = new Map<string, number>();
  for (const kind of runs.flatMap(({ happened }) => happened)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const checkpoints = sum(runs, (run) => run.checkpoints);
  const events = sum(runs, (run) => run.events);
  const seconds = Math.round(sum(runs, ({ virtualMs }) => virtualMs) / 1000);
  return `${runs.length} seeds, ${checkpoints} checkpoints, ${events} events, ${seconds} s of virtual time, ${sum(runs, ({ resumedSteps }) => resumedSteps)} steps resumed, ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')}`;
}
