/** Runs the seeds that it is sent, one at a time. A thread of its own spares each promise the hooks of the test runner. */
import { parentPort } from 'node:worker_threads';
import { runSeed, type SeedRun } from './seedRun';

export type SeedAnswer =
  { readonly ok: true; readonly run: SeedRun } | { readonly ok: false; readonly seed: number; readonly error: string };

parentPort?.on('message', (seed: number) => {
  runSeed(seed).then(
    (run) => parentPort?.postMessage({ ok: true, run } satisfies SeedAnswer),
    (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      parentPort?.postMessage({ ok: false, seed, error: text } satisfies SeedAnswer);
    },
  );
});
