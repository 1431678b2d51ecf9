import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { themes, VSCodeWindow, type Theme } from './window';

suite('the extension in a fresh VS Code', () => {
  let window: VSCodeWindow;

  suiteSetup(async () => {
    window = await VSCodeWindow.connect();
    await window.ready();
  });

  test('its container opens from the activity bar and welcomes who has no job yet', async () => {
    await window.openContainer('Job State');
    await window.waitForText('No job is running');
    assert.deepEqual(await window.rowTexts('Jobs'), []);
  });

  test('Show Log is in the palette and opens the output channel', async () => {
    await window.runCommand('Job State: Show Log');
    await window.page.locator('.part.panel select', { hasText: 'Job State' }).first().waitFor();
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    test(`it is drawn in the theme ${theme}`, async () => {
      await window.setTheme(theme);
      await window.openContainer('Job State');
      await window.screenshot(`empty-${theme}`);
    });
  }
});
