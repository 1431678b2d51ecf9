import * as vscode from 'vscode';
import type { VSCodeWindow } from './window';

/** What a person does in the Jobs view and around it, as far as several tests do it. */

/** Waits for a notification with this text and presses its button. Under test drivers VS Code shows no toasts: the centre is opened. */
export async function answerNotification(
  window: VSCodeWindow,
  text: string | RegExp,
  button?: string,
): Promise<string> {
  await vscode.commands.executeCommand('notifications.showList');
  const item = window.page.locator('.notifications-center .notification-list-item', { hasText: text }).first();
  await item.waitFor({ timeout: 30_000 });
  const message = (await item.locator('.notification-list-item-message').textContent()) ?? '';
  if (button !== undefined) {
    await item.hover();
    await item.locator('.monaco-button', { hasText: button }).first().click();
  }
  await vscode.commands.executeCommand('notifications.clearAll');
  await vscode.commands.executeCommand('notifications.hideList');
  return message;
}

/** Closes a row, so that what is below it comes into sight. A click on a row that is drawn anew at that moment may be lost. */
export async function close(window: VSCodeWindow, row: string | RegExp): Promise<void> {
  const found = window.rows('Jobs', row).first();
  const closed = window.view('Jobs').locator('.monaco-list-row[aria-expanded="false"]', { hasText: row }).first();
  for (let tries = 0; tries < 5 && (await found.getAttribute('aria-expanded')) === 'true'; tries++) {
    await found.click();
    await closed.waitFor({ timeout: 1_000 }).catch(() => undefined);
  }
  await closed.waitFor();
}

/** Injects a failure by the palette: the sentence, then the place, then the moment and message where they are asked for. */
export async function inject(
  window: VSCodeWindow,
  answers: { readonly what: string; readonly where: string; readonly when?: string; readonly hold?: boolean },
): Promise<void> {
  await window.runCommand('Job State: Inject Failure');
  if (answers.hold === true) {
    await window.pick('Hold the recovery that follows');
    await window.quickInput.locator('.monaco-list-row', { hasText: 'on' }).first().waitFor();
  }
  await window.pick(answers.what);
  await window.pick(answers.where);
  if (answers.when === undefined) return;
  await window.pick(answers.when);
  // Enter before the box is there would be lost.
  await window.waitForText('With which message?');
  await window.page.keyboard.press('Enter');
}

/** Steps into whatever is held until the row of the held job says this. */
export async function stepUntil(window: VSCodeWindow, row: RegExp): Promise<void> {
  for (let steps = 0; (await window.rows('Jobs', row).count()) === 0; steps++) {
    if (steps === 60) throw new Error(`No row like ${String(row)} after ${steps} steps.`);
    const before = await window.waitForRow('Jobs', /^flights.*held before/, 30_000);
    await stepOnce(window);
    await changed(window, before);
  }
}

/** One step of a held thread; with several held ones the first is taken. */
async function stepOnce(window: VSCodeWindow): Promise<void> {
  const done = vscode.commands.executeCommand('jobState.stepInto');
  let over = false;
  void Promise.resolve(done).finally(() => (over = true));
  while (!(over as boolean)) {
    if (await window.quickInput.locator('.monaco-list-row').first().isVisible())
      await window.page.keyboard.press('Enter');
    await window.page.waitForTimeout(50);
  }
}

/**
 * Waits until the job's row says something else, and no longer than a while: two subtasks may be held before the same step, one after
 * the other. What changed then has a moment to be drawn as a whole.
 */
async function changed(window: VSCodeWindow, before: string): Promise<void> {
  const row = window.rows('Jobs', /^flights/).first();
  for (let tries = 0; tries < 30 && (await row.textContent()) === before; tries++)
    await window.page.waitForTimeout(100);
  await window.page.waitForTimeout(400);
}
