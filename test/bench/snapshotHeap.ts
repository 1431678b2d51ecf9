import type { Bench } from './support/bench';
import { median } from './support/cliRun';
import { checkpointRun } from './support/checkpointRun';

/** The asynchronous part of a checkpoint of a million values of 100 bytes while the job goes on as fast as it can. */
export const bench: Bench = {
  name: 'snapshot-heap',
  unit: 's',
  floor: 2,
  better: 'lower',
  run: async () => {
    const { checkpoints } = await checkpointRun({ valueChars: 100 });
    return median(checkpoints.map(({ asyncMs }) => asyncMs)) / 1000;
  },
};
