import type { Bench } from './support/bench';
import { median, runByCli } from './support/cliRun';

const rounds = 5;

/** From the start of `job-state run` (nothing runs yet) to all tasks RUNNING, on real processes. */
export const bench: Bench = {
  name: 'start',
  unit: 'ms',
  floor: 700,
  better: 'lower',
  run: async () => {
    const figures: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const run = await runByCli('keyedCount', { args: ['--parallelism', '2', '--rows-per-second', '1000'] });
      try {
        figures.push((await run.printed(({ e }) => e === 'running')) - run.startedMs);
      } finally {
        await run.stop();
      }
    }
    return Math.round(median(figures));
  },
};
