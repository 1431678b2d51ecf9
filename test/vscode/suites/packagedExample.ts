import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { printing } from '../printing';
import { waitForRunningJob } from '../runningJob';
import { VSCodeWindow } from '../window';

/** The example has to be compiled and started from nothing, and its first checkpoint has to complete. */
const limitMs = 90_000;

/** Run with the installed package and without the checkout: the example starts from the palette and completes a checkpoint. */
export const run = (): Promise<void> =>
  printing(async () => {
    const extension = vscode.extensions.getExtension('job-state.job-state');
    assert.ok(extension, 'the package is not installed');
    const checkout = process.env['JOB_STATE_ROOT'];
    assert.ok(
      checkout === undefined || !extension.extensionPath.startsWith(checkout),
      'the checkout runs, not the package',
    );

    const window = await VSCodeWindow.connect();
    await window.ready();
    await window.openContainer('Job State');
    try {
      await window.runCommand('Job State: Run the Flights Example');
      console.log(`The Jobs view shows: ${await waitForRunningJob(window, limitMs)}`);
      assert.ok(extension.isActive, 'the extension is not active');
    } finally {
      await window.screenshot('package-check');
    }
  });
