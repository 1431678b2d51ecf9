import type { Bench } from './support/bench';
import { ManyCheckpoints } from './support/manyCheckpoints';

/** From opening the list of a job with 10,000 checkpoints to its first rows; in a fresh process. */
export const bench: Bench = {
  name: 'tree-10k',
  unit: 'ms',
  floor: 400,
  better: 'lower',
  run: async () => {
    const tree = new ManyCheckpoints();
    const list = await tree.list();
    const start = performance.now();
    await tree.model.children(list);
    return performance.now() - start;
  },
};
