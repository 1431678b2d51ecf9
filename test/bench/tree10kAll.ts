import type { Bench } from './support/bench';
import { ManyCheckpoints } from './support/manyCheckpoints';

/** From *Load All* on a list of 10,000 checkpoints to the last row. */
export const bench: Bench = {
  name: 'tree-10k-all',
  unit: 'ms',
  floor: 900,
  better: 'lower',
  run: async () => {
    const tree = new ManyCheckpoints();
    return tree.loadAll(await tree.list());
  },
};
