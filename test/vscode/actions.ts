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
  await window.waitForText('With which message?');
  await window.accept();
}

/**
 * Steps into whatever is held, by the button in the row of the step, until the row of the held job says this. Patterns of that row begin
 * with the job's whole name: rows of subtasks begin with their operator's, `flights-source` for one.
 */
export async function stepUntil(window: VSCodeWindow, row: RegExp): Promise<void> {
  let at = await heldStep(window, undefined, 30_000);
  for (let steps = 0; !row.test(at.job); steps++) {
    if (steps === 60) throw new Error(`No row like ${String(row)} after ${steps} steps; it says ${at.job}.`);
    at = await stepInto(window, at);
  }
}

/**
 * One step of the held step that is selected. A row that moves at that moment or is drawn anew may be missed: then it is looked for again,
 * and what is found is not taken for a step before it is seen.
 */
async function stepInto(window: VSCodeWindow, from: Held): Promise<Held> {
  const row = window.view('Jobs').locator(`.monaco-list-rows > .monaco-list-row[data-index="${from.index}"]`);
  for (let tries = 0; tries < 5; tries++) {
    await row
      .hover({ timeout: 3_000 })
      .then(() => row.locator('.action-label[aria-label^="Step Into"]').click({ timeout: 3_000 }))
      .catch(() => undefined);
    await window.restMouse();
    const next = await heldStep(window, from, 5_000).catch(() => undefined);
    if (next !== undefined) return next;
  }
  throw new Error(`Step Into does not lead on from ${from.selected}; the job's row says ${from.job}.`);
}

/** What the tree says of the step that is held: the text of its job's row, and the row that is selected. */
interface Held {
  readonly job: string;
  readonly index: string;
  readonly selected: string;
}

/** Waits until the tree shows a held step other than `before` as a whole: the job's row names the step, and the step's own row is selected. */
async function heldStep(window: VSCodeWindow, before: Held | undefined, limitMs: number): Promise<Held> {
  const found = `(${heldInPage})(${JSON.stringify(before ?? null)})`;
  const handle = await window.page.waitForFunction(found, undefined, { timeout: limitMs });
  return handle.jsonValue() as Promise<Held>;
}

/** Evaluated in the page: what {@link heldStep} waits for. */
const heldInPage = `(before) => {
  const rows = [...document.querySelectorAll('.sidebar .pane-body .monaco-list-row')];
  const job = rows.find((row) => /^flightsheld before: /.test(row.textContent));
  const selected = document.querySelector('.sidebar .pane-body .monaco-list-rows > .monaco-list-row.selected');
  if (job === undefined || selected === null) return undefined;
  const label = selected.querySelector('.label-name').textContent;
  if (!job.textContent.includes('held before: ' + label)) return undefined;
  const now = { job: job.textContent, index: selected.getAttribute('data-index'), selected: selected.textContent };
  return JSON.stringify(now) === JSON.stringify(before) ? undefined : now;
}`;
