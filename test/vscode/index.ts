import { writeFileSync } from 'node:fs';
import type {} from 'mocha';

/** What is counted for the caller, which reads it from the file that JOB_STATE_TEST_COUNTS names. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Registers one file of tests; called once mocha's functions (`suite`, `test`, …) are there. */
type LoadTests = () => unknown;

/** Runs files of tests with mocha inside VS Code; rejects when a test failed or when there was none. */
export async function runSuites(files: readonly LoadTests[]): Promise<void> {
  process.setSourceMapsEnabled(true);
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'tdd', timeout: 60_000, color: false, reporter: 'spec' });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const load of files) load();

  console.log('job-state tests: begin');
  const counts = await new Promise<Counts>((resolve) => {
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed: failures, skipped: pending });
    });
  });
  console.log('job-state tests: end');

  const target = process.env['JOB_STATE_TEST_COUNTS'];
  if (target !== undefined) writeFileSync(target, JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} tests failed in VS Code.`);
  if (counts.passed === 0) throw new Error('No test ran in VS Code.');
}
