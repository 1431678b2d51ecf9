import { writeFileSync } from 'node:fs';
import type {} from 'mocha';
import { printing } from './printing';

/** What is counted for the caller, which reads it from the file that JOB_STATE_TEST_COUNTS names. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Registers one file of tests; called once mocha's functions (`suite`, `test`, …) are there. */
type LoadTests = () => unknown;

async function runMocha(files: readonly LoadTests[]): Promise<Counts> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'tdd', timeout: 60_000, color: false, reporter: 'spec' });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const load of files) load();
  return new Promise((resolve) => {
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed: failures, skipped: pending });
    });
  });
}

/** Runs files of tests with mocha inside VS Code; rejects when a test failed or when there was none. */
export const runSuites = (files: readonly LoadTests[]): Promise<void> =>
  printing(async () => {
    const counts = await runMocha(files);
    const target = process.env['JOB_STATE_TEST_COUNTS'];
    if (target !== undefined) writeFileSync(target, JSON.stringify(counts));
    if (counts.failed > 0) throw new Error(`${counts.failed} of the tests in VS Code failed.`);
    if (counts.passed === 0) throw new Error('No test ran in VS Code.');
  });
