import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { answerNotification } from './actions';
import { waitForRunningJob } from './runningJob';
import { VSCodeWindow } from './window';

/** What the engine, not the screen, takes its time for. */
const patienceMs = 30_000;

const disk = 'Snapshots on Disk';

suite('looking into state: filter, checkpoint, history, snapshots on disk', () => {
  let window: VSCodeWindow;

  suiteSetup(async function () {
    this.timeout(120_000);
    window = await VSCodeWindow.connect();
    await window.ready();
    await window.page.setViewportSize({ width: 1280, height: 1000 });
    await window.openContainer('Job State');
    await window.runCommand('Job State: Run the Flights Example');
    await waitForRunningJob(window, 90_000);
    await window.expandPath('Jobs', [/^delay-by-airport/, /^stats/]);
  });

  suiteTeardown(async () => {
    await vscode.commands.executeCommand('jobState.stopRuntime');
  });

  teardown(async function () {
    if (this.currentTest?.state !== 'failed') return;
    console.log(String(this.currentTest.err?.message));
    console.log(`The Jobs view shows:\n${(await window.rowTexts('Jobs')).join('\n')}`);
    await window.screenshot(`state-failed-${this.currentTest.title.slice(0, 20).replace(/\W+/g, '-')}`);
    await window.page.keyboard.press('Escape');
  });

  test('the entries of a state are filtered, and all are shown again by the row of the filter', async () => {
    await window.inlineAction('Jobs', /^stats/, 'Filter Entries');
    await window.answer('JFK');
    assert.match(await window.waitForRow('Jobs', /^“JFK”/), /1 entry matches/);
    await window.waitForRow('Jobs', /^JFK.*subtask \d · key group \d+/);
    await window.screenshot('state-filter');
    await window
      .rows('Jobs', /^“JFK”/)
      .first()
      .click();
    await window
      .rows('Jobs', /^“JFK”/)
      .first()
      .waitFor({ state: 'hidden' });
    await window.waitForRow('Jobs', /count: \d+/);
  });

  test('a pinned key shows its value now and in the checkpoints that are still there', async () => {
    await window.inlineAction('Jobs', /^stats/, 'Filter Entries');
    await window.answer('ATL');
    await window.inlineAction('Jobs', /^ATL.*subtask/, 'Pin Key');
    await window.waitForRow('Jobs', /^now\{/, patienceMs);
    await window.waitForRow('Jobs', /^\d+(changed|as before|new)?.*(ago|just now) · \{/, patienceMs);
    await window.screenshot('state-pinned');
    await window.inlineAction('Jobs', /^ATLpinned/, 'Unpin Key');
    await window
      .rows('Jobs', /^ATLpinned/)
      .first()
      .waitFor({ state: 'hidden' });
  });

  test('the job is shown as a checkpoint has it, and live again', async () => {
    await window.contextMenu('Jobs', /^Operators/, 'Show State at Checkpoint');
    await window.pick(/checkpoint \d+/);
    await window.waitForRow('Jobs', /^Operatorsat checkpoint \d+/);
    await window.waitForRow('Jobs', /^delay-by-airport2 subtasks/);
    await window.waitForRow('Jobs', /^stats\d+ keys?/);
    await window.screenshot('state-at-checkpoint');
    await window.inlineAction('Jobs', /^Operatorsat/, 'Show Live State');
    await window.waitForRow('Jobs', /^delay-by-airportkeyed by STRING/);
  });

  test('snapshots are found on disk, and a savepoint opens down to its entries without asking the runtime', async () => {
    await window.runCommand('Job State: Trigger Savepoint');
    await window.pick('.job-state/savepoints');
    await answerNotification(window, /Savepoint of flights: /);
    await window.view('Jobs').locator('.pane-header').click();
    await window.view(disk).locator('.pane-header').click();
    await window.waitForRow(disk, /^Checkpoints of flights\d+ · newest \d+/, patienceMs);
    await window.waitForRow(disk, /^savepoint-.*flights · \d+ kB.*canonical/, patienceMs);
    await window.expandPath(disk, [/^savepoint-/, /^delay-by-airport/, /^stats/]);
    await window.waitForRow(disk, /count: \d+.*key group \d+/);
    await window.screenshot('state-on-disk');
    await window.view('Jobs').locator('.pane-header').click();
  });
});
