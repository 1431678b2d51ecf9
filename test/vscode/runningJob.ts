import type { VSCodeWindow } from './window';

/** The row of a job that works as it should: it runs and a checkpoint of it is complete. */
const runningWithCheckpoint = /RUNNING.*\bcheckpoint \d+/;

/**
 * Opens the Jobs view and waits until it shows a running job with a completed checkpoint; resolves to that row's text.
 * Rejects with what the view shows instead.
 */
export async function waitForRunningJob(window: VSCodeWindow, limitMs: number): Promise<string> {
  await window.openContainer('Job State');
  try {
    return await window.waitForRow('Jobs', runningWithCheckpoint, limitMs);
  } catch {
    const rows = await window.rowTexts('Jobs');
    const shown = rows.length > 0 ? rows.map((row) => `\n  ${row}`).join('') : ' nothing';
    throw new Error(
      `The Jobs view showed no job that is RUNNING with a completed checkpoint within ${limitMs / 1000} s. It shows:${shown}`,
    );
  }
}
