import type { Bench } from './support/bench';
import { median } from './support/cliRun';
import { EmbeddedCount } from './support/keyedCount';

const keys = 100_000;
const rounds = 5;

/** From `kill -9` of one of two TaskManagers, while 100,000 keys are in state, to all tasks RUNNING again. */
export const bench: Bench = {
  name: 'recovery',
  unit: 'ms',
  floor: 600,
  better: 'lower',
  run: async () => {
    const count = await EmbeddedCount.start({ keys, parallelism: 2, checkpointMs: 1_000, rate: 50_000 });
    try {
      await count.allKeys(keys);
      const figures: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        // Two more than now: the next one may have begun before the last keys came.
        await count.moreCheckpoints(2);
        figures.push(await count.kill());
      }
      return Math.round(median(figures));
    } finally {
      await count.stop();
    }
  },
};
