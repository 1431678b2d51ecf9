import type { Bench } from './support/bench';
import { median } from './support/cliRun';
import { checkpointRun } from './support/checkpointRun';
import { rateBetween } from './support/keyedCount';

const beforeMs = 1_000;

/** What is left of a job's rate while a checkpoint of a million values of 100 bytes is written, against the second before. */
export const bench: Bench = {
  name: 'snapshot-heap-rate',
  unit: '%',
  floor: 50,
  better: 'higher',
  run: async () => {
    const { checkpoints, samples } = await checkpointRun({ valueChars: 100 });
    const left = checkpoints.map(
      ({ fromMs, untilMs }) => rateBetween(samples, fromMs, untilMs) / rateBetween(samples, fromMs - beforeMs, fromMs),
    );
    return median(left) * 100;
  },
};
