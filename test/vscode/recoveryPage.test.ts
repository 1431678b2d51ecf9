import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FrameLocator } from 'playwright-core';
import { close, inject } from './actions';
import { waitForRunningJob } from './runningJob';
import { themes, VSCodeWindow, type Theme } from './window';

/** What the engine, not the screen, takes its time for. */
const patienceMs = 30_000;

suite('the recovery page', () => {
  let window: VSCodeWindow;

  suiteSetup(async function () {
    this.timeout(120_000);
    window = await VSCodeWindow.connect();
    await window.ready();
    await window.openContainer('Job State');
    await window.runCommand('Job State: Run the Flights Example');
    await waitForRunningJob(window, 90_000);
  });

  suiteTeardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('jobState.stopRuntime');
  });

  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(`page-failed-${this.currentTest.title.slice(0, 20).replace(/\W+/g, '-')}`);
  });

  test('opens from the row of a held recovery, steps by button and key, and tells how it ended', async function () {
    this.timeout(120_000);
    await inject(window, { what: 'Kill a TaskManager', where: 'tm-2', hold: true });
    await window.waitForRow('Jobs', /^flightsheld before/, patienceMs);
    await window.expand('Jobs', /^Recoveries/);
    await window.contextMenu('Jobs', /^#1.*held before/, 'Open Recovery');
    const page = pageIn(window);
    await page.locator('h1', { hasText: 'Recovery #1 of flights' }).waitFor();
    const status = page.locator('.status');
    await page.locator('.status', { hasText: 'held before: failure seen' }).waitFor();
    await page.getByRole('button', { name: 'Step', exact: true }).click();
    await page.locator('.status', { hasText: 'held before: region chosen' }).waitFor();
    await page.locator('.step-here').focus();
    await window.page.keyboard.press('F10');
    await page.locator('.status', { hasText: 'held before: cancel' }).waitFor();
    await window.page.keyboard.press('F11');
    await page.locator('.status', { hasText: 'held before: restart delay' }).waitFor();
    assert.equal(vscode.debug.activeDebugSession, undefined, 'the keys are not for the debugger');
    for (const theme of Object.keys(themes) as Theme[]) {
      await window.setTheme(theme);
      await window.screenshot(`page-held-${theme}`);
    }
    await page.locator('.step-here').focus();
    await window.page.keyboard.press('F5');
    await page.locator('.status', { hasText: /^done in/ }).waitFor({ timeout: patienceMs });
    assert.match((await status.textContent()) ?? '', /^done in \d/);
    await page
      .getByRole('button', { name: /^local, keyed: local/ })
      .first()
      .waitFor();
    assert.equal(await page.getByRole('button', { name: 'Step', exact: true }).count(), 0);
    await close(window, /^Recoveries/);
  });

  test('"What if remote?" repeats the recovery without local copies and shows both side by side', async function () {
    this.timeout(120_000);
    await window.waitForRow('Jobs', /^flightsRUNNING/, patienceMs);
    const page = pageIn(window);
    await page.getByRole('button', { name: 'What if remote?' }).click({ timeout: patienceMs });
    const rows = page.locator('.comparison tbody tr');
    await rows.first().waitFor({ timeout: 2 * patienceMs });
    const [asItWas, remote] = await rows.allTextContents();
    assert.match(asItWas ?? '', /^as it was, #1\d/);
    assert.match(remote ?? '', /^without local copies, #2[\d.]+ m?s0 B[\d.]+ k?B$/);
    await page.getByText('Without local copies it took').waitFor();
    await window.screenshot('page-what-if');
  });

  test('the timeline shows what happened, and leads to it in the tree', async () => {
    await window.contextMenu('Jobs', /^flights/, 'Open Timeline');
    const page = pageIn(window);
    await page.locator('h1', { hasText: 'Timeline of flights' }).waitFor();
    await page.getByRole('button', { name: /^checkpoint 1, / }).waitFor();
    await page.getByRole('button', { name: /^recovery #2, .* after the start · tm-2 killed by you/ }).click();
    await window.view('Jobs').locator('.monaco-list-row.selected', { hasText: /^#2/ }).waitFor();
    await window.screenshot('page-timeline');
  });
});

/** The document of the webview that is in front. */
const pageIn = (window: VSCodeWindow): FrameLocator =>
  window.page.locator('iframe.webview').filter({ visible: true }).contentFrame().frameLocator('#active-frame');
