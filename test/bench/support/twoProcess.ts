import type { Bench } from './bench';
import { EmbeddedCount } from './keyedCount';

/** Million records a second of a keyed count with 1,000 keys on two TaskManagers, each a process; the best of some seconds. */
export function twoProcessBench(name: string, keyType: 'LONG' | 'STRING', floor: number): Bench {
  return {
    name,
    unit: 'M records/s',
    floor,
    better: 'higher',
    run: async () => {
      const count = await EmbeddedCount.start({ keys: 1_000, keyType, parallelism: 2 });
      try {
        let best = await count.rate(5_000, 2_000);
        for (let again = 0; again < 4; again++) best = Math.max(best, await count.rate(0, 2_000));
        return best / 1e6;
      } finally {
        await count.stop();
      }
    },
  };
}
