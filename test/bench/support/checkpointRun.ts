import { pause } from '../../../runtime/cluster/eventually';
import { EmbeddedCount, type KeyedCount, type Series, type TakenCheckpoint } from './keyedCount';

/** The checkpoints of one run with a million keys on one TaskManager, and what its count sampled meanwhile. */
export interface CheckpointRun {
  readonly checkpoints: readonly TakenCheckpoint[];
  readonly samples: readonly Series[];
}

const keys = 1_000_000;
const warmUpMs = 5_000;
const betweenMs = 2_000;

export async function checkpointRun(how: Pick<KeyedCount, 'rate' | 'valueChars'>): Promise<CheckpointRun> {
  const count = await EmbeddedCount.start({ keys, parallelism: 1, ...how });
  try {
    await count.allKeys(keys);
    await pause(warmUpMs);
    const checkpoints: TakenCheckpoint[] = [];
    for (let n = 0; n < 5; n++) {
      checkpoints.push(await count.checkpoint());
      await pause(betweenMs);
    }
    return { checkpoints, samples: await count.samples() };
  } finally {
    await count.stop();
  }
}
