import type { Bench } from './support/bench';
import { median } from './support/cliRun';
import { checkpointRun } from './support/checkpointRun';

/**
 * How long a TaskManager lets nothing else run while it writes a checkpoint of a million keys between the batches of a count: the longest
 * step, collection of garbage included; of five checkpoints the median, since what else the machine does stops a process, too.
 */
export const bench: Bench = {
  name: 'snapshot-step',
  unit: 'ms',
  floor: 20,
  better: 'lower',
  run: async () => {
    const { checkpoints, samples } = await checkpointRun({ rate: 200_000 });
    const longest = checkpoints.map(({ fromMs, untilMs }) =>
      // A sample tells of the 100 ms before it.
      Math.max(
        ...samples.flat().flatMap(([atMs, , delayMs]) => (atMs > fromMs && atMs < untilMs + 100 ? [delayMs] : [])),
      ),
    );
    return median(longest);
  },
};
