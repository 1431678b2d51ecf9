import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { answerNotification, close, inject, stepUntil } from './actions';
import { waitForRunningJob } from './runningJob';
import { themes, VSCodeWindow, type Theme } from './window';

/** What the engine, not the screen, takes its time for. */
const patienceMs = 30_000;

const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

/** Directories of local copies, newest checkpoint first, of all TaskManagers. */
function localCopies(): readonly string[] {
  const root = join(folder, '.job-state', 'taskmanagers');
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /chk_\d+$/.test(path))
    .map((path) => join(root, path));
}

suite('the tour: see, save, break, step, continue', () => {
  let window: VSCodeWindow;
  /** The folder of the savepoint that is taken here; other suites may have left theirs beside it. */
  let savepoint = '';

  suiteSetup(async function () {
    this.timeout(120_000);
    window = await VSCodeWindow.connect();
    await window.ready();
    await window.page.setViewportSize({ width: 1280, height: 1000 });
    await window.openContainer('Job State');
    await window.runCommand('Job State: Run the Flights Example');
    await waitForRunningJob(window, 90_000);
  });

  suiteTeardown(async () => {
    await vscode.commands.executeCommand('jobState.stopRuntime');
  });

  teardown(async function () {
    if (this.currentTest?.state !== 'failed') return;
    console.log(String(this.currentTest.err?.message));
    console.log(`The Jobs view shows:\n${(await window.rowTexts('Jobs')).join('\n')}`);
    await window.screenshot(`tour-failed-${this.currentTest.title.slice(0, 20).replace(/\W+/g, '-')}`);
    await window.page.keyboard.press('Escape');
    await vscode.debug.stopDebugging();
    await vscode.commands.executeCommand('jobState.continueRecovery');
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  test('the tree shows the runtime, the job, its operators with their uids, and the groups', async () => {
    const rows = (await window.rowTexts('Jobs')).join('\n');
    assert.match(rows, /embedded runtime.*2 TaskManagers · 4 slots/);
    assert.match(rows, /^flightsRUNNING/m);
    assert.match(rows, /flights-source.*2 subtasks.*rows/);
    assert.match(rows, /\(no uid\) parse.*generated id [0-9a-f]{8}….*no state/);
    assert.match(rows, /delay-by-airport.*keyed by STRING/);
    assert.match(rows, /Checkpoints.*every 5 s/);
    assert.match(rows, /Savepoints/);
    assert.match(rows, /Recoveries.*none/);
  });

  test('the state behind a uid can be opened down to keys and values', async () => {
    await window.expand('Jobs', 'delay-by-airport');
    await window.waitForRow('Jobs', /event-time timers.*\d+ timers/);
    await window.expand('Jobs', /^stats/);
    await window.waitForRow('Jobs', /count: \d+.*subtask \d · key group \d+/);
    await window.screenshot('tour-state');
    await close(window, 'delay-by-airport');
  });

  test('a checkpoint shows the local and remote copies of its handles', async () => {
    await window.expand('Jobs', /^Checkpoints/);
    const newest = /^Checkpoints(\d+) /.exec(await window.waitForRow('Jobs', /^Checkpoints\d/))?.[1] ?? '';
    await window.expandPath('Jobs', [
      new RegExp(`^${newest}(just now|\\d+ s ago)`),
      /^delay-by-airport.*kB · 2 subtasks/,
      /subtask 1\/2.*local copy/,
      /keyed state.*key groups 0–63.*local and remote/,
    ]);
    await window.waitForRow('Jobs', /^local/);
    await window.waitForRow('Jobs', /^remote/);
    await close(window, /^Checkpoints/);
  });

  test('a savepoint is triggered from the palette, told with its figures, and opened in the tree', async () => {
    await window.runCommand('Job State: Trigger Savepoint');
    await window.pick('.job-state/savepoints');
    const told = await answerNotification(window, /Savepoint of flights.* ms\./, 'Open');
    assert.match(told, /Savepoint of flights: [\d.]+ k?B in \d+ ms/);
    const row = await window.waitForRow('Jobs', /^savepoint-[0-9a-f]{6}-[0-9a-f]{12}.*kB/, patienceMs);
    savepoint = join(folder, '.job-state', 'savepoints', /^savepoint-[0-9a-f]{6}-[0-9a-f]{12}/.exec(row)?.[0] ?? '');
    assert.ok(existsSync(join(savepoint, '_metadata')));
  });

  test('a savepoint whose files vanish says so, by watching its folder', async () => {
    rmSync(savepoint, { recursive: true });
    await window.waitForRow('Jobs', /^savepoint-.*files gone/, patienceMs);
    await close(window, /^Savepoints/);
  });

  test('an exception in a task leads to a recovery that says where its state came from', async () => {
    await inject(window, { what: 'Throw an exception', where: 'delay-by-airport 1/2', when: 'At the next record' });
    await window.waitForRow('Jobs', /^Recoveries1/, patienceMs);
    await window.expand('Jobs', /^Recoveries/);
    await window.waitForRow('Jobs', /^#1.*failed by you.*local/, patienceMs);
    await window.waitForRow('Jobs', /^flightsRUNNING/, patienceMs);
  });

  test('a held recovery can be stepped, and a local copy that is deleted by hand makes it fall back', async function () {
    this.timeout(180_000);
    await window.waitForRow('Jobs', /^flightsRUNNING/, patienceMs);
    await inject(window, { what: 'Kill a TaskManager', where: 'tm-2', hold: true });
    await window.waitForRow('Jobs', /^#2.*held before/, patienceMs);
    await window.screenshot('tour-held');
    const readingLocally = /^flightsheld before: .*read local copy/;
    await stepUntil(window, readingLocally);
    for (const copy of localCopies()) rmSync(copy, { recursive: true, force: true });
    await window.screenshot('tour-local');
    await window.runCommand('Job State: Continue Recovery');
    await window.waitForRow('Jobs', /^#2.*fell back/, patienceMs);
    await window.waitForRow('Jobs', /^flightsRUNNING/, patienceMs);
    await window.expand('Jobs', /^#2/);
    await window.waitForRow('Jobs', /delay-by-airport.*remote, because the local copy failed/, patienceMs);
    await window.screenshot('tour-fell-back');
    await close(window, /^Recoveries/);
  });

  test('while debugging, threads, frames and scopes are shown, and a failure is injected from the toolbar', async function () {
    this.timeout(120_000);
    await window.waitForRow('Jobs', /^flightsRUNNING.*checkpoint/, patienceMs);
    await vscode.debug.startDebugging(undefined, {
      type: 'job-state',
      request: 'attach',
      name: 'flights',
      holdNextRecovery: true,
    });
    await window.toolbarAction('Inject Failure').click();
    await window.pick('Kill a TaskManager');
    await window.pick('tm-1');
    await stopped();
    await window.openContainer('Run and Debug');
    const callStack = window.view('Call Stack');
    await callStack.locator('.monaco-list-row', { hasText: 'JobManager' }).first().waitFor();
    await window.waitForText(/>.failure.seen:.tm-1.killed.by.you/);
    await window.screenshot('tour-debug');
    const item = vscode.debug.activeStackItem;
    assert.ok(item instanceof vscode.DebugStackFrame, 'a held step is the top frame');
    const scopes = (await item.session.customRequest('scopes', { frameId: item.frameId })) as {
      scopes: { name: string }[];
    };
    assert.ok(scopes.scopes.some(({ name }) => name === 'Recovery'));
    await window.toolbarAction('Step Over').click();
    await window.toolbarAction('Continue').waitFor();
    await vscode.debug.stopDebugging();
    await window.openContainer('Job State');
    await window.waitForRow('Jobs', /^flightsRUNNING/, patienceMs);
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    test(`it is readable in the theme ${theme}`, async () => {
      await window.setTheme(theme);
      await window.openContainer('Job State');
      await window.screenshot(`tour-${theme}`);
    });
  }

  test('a runtime that is killed says how it ended, and the job continues from its last checkpoint', async function () {
    this.timeout(120_000);
    await window.openContainer('Job State');
    await window.waitForRow('Jobs', /^flightsRUNNING.*checkpoint/, patienceMs);
    const pid = Number(/process (\d+)/.exec(await runtimeTooltip(window))?.[1]);
    process.kill(pid, 'SIGKILL');
    await window.waitForRow('Jobs', /The runtime ended with signal SIGKILL/, patienceMs);
    await window.screenshot('tour-ended');
    await window.waitForRow('Jobs', /^flights.*ended with its runtime · checkpoint \d+/);
    await window.inlineAction('Jobs', /^flights/, 'Continue from Last Checkpoint');
    await waitForRunningJob(window, 60_000);
  });

  test('Stop with Savepoint ends the job, and what it told can be run from', async () => {
    await window.contextMenu('Jobs', /^flightsRUNNING/, 'Stop with Savepoint');
    await window.pick('.job-state/savepoints');
    await answerNotification(window, /flights stopped; its savepoint: .* ms\./);
    await window.waitForRow('Jobs', /^flightsFINISHED/, patienceMs);
  });
});

/** Resolves when the debugger stands on a frame. */
function stopped(): Promise<void> {
  if (vscode.debug.activeStackItem instanceof vscode.DebugStackFrame) return Promise.resolve();
  return new Promise((resolve) => {
    const listening = vscode.debug.onDidChangeActiveStackItem((item) => {
      if (!(item instanceof vscode.DebugStackFrame)) return;
      listening.dispose();
      resolve();
    });
  });
}

async function runtimeTooltip(window: VSCodeWindow): Promise<string> {
  await window.rows('Jobs', 'embedded runtime').first().hover();
  const hover = window.page.locator('.monaco-hover', { hasText: 'process' }).first();
  await hover.waitFor();
  const text = (await hover.textContent()) ?? '';
  await window.restMouse();
  return text;
}
