import type { Bench } from './support/bench';
import { chainTimes } from './support/chain';

const counts = [1_000, 10_000, 100_000, 1_000_000];

/**
 * How many times longer a record takes with a million LONG keys than with 10,000 when all keys are known. Beside the figure, on standard
 * error: the ns a record by the number of keys in state, for keys that come for the first time, when all of them come again, and when only
 * a thousand of them do: their cells stay in the processor's cache.
 */
export const bench: Bench = {
  name: 'growth',
  unit: '×',
  floor: 4,
  better: 'lower',
  run: async () => {
    const again = new Map<number, number>();
    for (const count of counts) {
      const all = await chainTimes({ count, type: 'LONG' });
      const few = await chainTimes({ count, type: 'LONG', again: 1_000 });
      again.set(count, all.againNs);
      const [firstNs, allNs, fewNs] = [all.firstNs, all.againNs, few.againNs].map(Math.round);
      console.error(`${count} keys: first ${firstNs} ns, all again ${allNs} ns, a thousand again ${fewNs} ns`);
    }
    return (again.get(1_000_000) ?? NaN) / (again.get(10_000) ?? NaN);
  },
};
