/** Sums of tests: passed, failed, skipped. */
import { existsSync, readFileSync, rmSync } from 'node:fs';

export const noTests = { passed: 0, failed: 0, skipped: 0 };

export const sum = (counts) =>
  counts.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    noTests,
  );

/** `3 passed, 0 failed`, and `, 2 skipped` when there are any. */
export const inWords = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** Takes the counts that a test runner wrote into a file, and removes it; undefined when the runner did not get that far. */
export function takeCounts(path) {
  if (!existsSync(path)) return undefined;
  const counts = JSON.parse(readFileSync(path, 'utf8'));
  rmSync(path);
  return counts;
}
