import type { Bench } from './support/bench';
import { ManyCheckpoints } from './support/manyCheckpoints';

const updates = 50;

/** What one more checkpoint costs a tree that shows 10,000 of them: the median of several, so that the first ones warm it up. */
export const bench: Bench = {
  name: 'tree-10k-update',
  unit: 'ms',
  floor: 30,
  better: 'lower',
  run: async () => {
    const tree = new ManyCheckpoints();
    await tree.loadAll(await tree.list());
    const figures: number[] = [];
    for (let update = 0; update < updates; update += 1) figures.push(await tree.completeOne());
    figures.sort((a, b) => a - b);
    return figures[updates / 2] ?? NaN;
  },
};
