import type { Bench } from './support/bench';
import { checkpointRun } from './support/checkpointRun';

/** How long a barrier stops a count with a million keys: the synchronous part of its checkpoints, the worst of five. */
export const bench: Bench = {
  name: 'barrier-pause',
  unit: 'ms',
  floor: 5,
  better: 'lower',
  run: async () => {
    const { checkpoints } = await checkpointRun({ rate: 200_000 });
    return Math.max(...checkpoints.map(({ syncMs }) => syncMs));
  },
};
