import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SeedAnswer } from './seedWorker';

/** Runs the seeds on this many threads. Every failure is reported, the first of them does not end the others. */
export async function runSeeds(
  seeds: readonly number[],
  threads: number,
  answered: (answer: SeedAnswer) => void,
): Promise<void> {
  const left = [...seeds];
  await Promise.all(Array.from({ length: Math.min(threads, seeds.length) }, () => work(left, answered)));
}

async function work(left: number[], answered: (answer: SeedAnswer) => void): Promise<void> {
  const worker = new Worker(new URL('./seedThread.mjs', import.meta.url));
  try {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      worker.postMessage(seed);
      const [answer] = (await once(worker, 'message')) as [SeedAnswer];
      answered(answer);
    }
  } finally {
    await worker.terminate();
  }
}
