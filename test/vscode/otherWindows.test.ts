import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobTemplate } from '../../extension/commands/jobTemplate';
import { waitForRunningJob } from './runningJob';
import { VSCodeWindow } from './window';

/** What the engine, not the screen, takes its time for. */
const patienceMs = 60_000;

suite('a window on another place', () => {
  let window: VSCodeWindow;
  let folder: string;

  suiteSetup(async () => {
    window = await VSCodeWindow.connect();
    await window.ready();
    folder = mkdtempSync(join(tmpdir(), 'job-state-untrusted-'));
    mkdirSync(join(folder, '.vscode'));
    writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify({ 'jobState.autoRun': ['clicks.ts'] }));
    writeFileSync(join(folder, 'clicks.ts'), jobTemplate('clicks'));
  });

  suiteTeardown(() => rmSync(folder, { recursive: true, force: true }));

  test('in a folder that is not trusted nothing is started and nothing can be, until it is trusted', async function () {
    this.timeout(120_000);
    await window.inAnotherWindow({ folder, asksForTrust: true }, async (other) => {
      await other.openContainer('Job State');
      await other.waitForText('Running jobs needs a trusted folder');
      await other.waitForText('Restricted Mode');
      assert.deepEqual(await other.rowTexts('Jobs'), []);
      const offered = await other.offeredCommands('Job State: ');
      assert.ok(offered.some((command) => command.includes('Show Log')));
      assert.deepEqual(
        offered.filter((command) => /Run|New Job|Debug|Start|Continue/.test(command)),
        [],
      );
      await other.screenshot('other-untrusted');
      assert.ok(!existsSync(join(folder, '.job-state')), 'no runtime has been here');

      await other.page.locator('.pane-body .monaco-button', { hasText: 'Manage Workspace Trust' }).click();
      await other.page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ }).click();
      await other.waitForRow('Jobs', /^clicks.*RUNNING/, patienceMs);
    });
  });

  test('without a folder the example is put into the extension’s own storage and runs', async function () {
    this.timeout(120_000);
    await window.inAnotherWindow({}, async (other) => {
      await other.openContainer('Job State');
      await other.waitForText('No job is running');
      await other.runCommand('Job State: Run the Flights Example');
      await waitForRunningJob(other, patienceMs);
      await other.screenshot('other-no-folder');
    });
  });
});
