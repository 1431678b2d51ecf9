/** Runs the seeds that it is sent, one at a time. A thread of its own spares each promise the hooks of the test runner. */
import { parentPort } from 'node:worker_threads';
import { SeedRunner, type SeedRun } from './seedRun';

export type SeedAnswer =
  | { readonly ok: true; readonly run: SeedRun }
  | { readonly ok: false; readonly seed: number; readonly error: string; readonly trace: readonly string[] };

parentPort?.on('message', (seed: number) => {
  const runner = new SeedRunner(seed);
  const answer = (value: SeedAnswer): void => parentPort?.postMessage(value);
  runner.run().then(
    (run) => answer({ ok: true, run }),
    (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      answer({ ok: false, seed, error: text, trace: runner.trace });
    },
  );
});
