import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { printing } from '../printing';

/** A row of VS Code's own table of activation times: extension, eager, load, call and finish in milliseconds, … */
const ownRow = /^\|\s*job-state\.job-state\s*\|[^|]*\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|/m;

/** Activates the extension and resolves to what that took by VS Code's own figures. */
async function activationMs(): Promise<number> {
  await vscode.extensions.getExtension('job-state.job-state')?.activate();
  await vscode.commands.executeCommand('perfview.show');
  for (;;) {
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    const row = ownRow.exec(text);
    if (row) return Number(row[1]) + Number(row[2]) + Number(row[3]);
    await new Promise((changed) => {
      const subscriptions = [vscode.workspace.onDidChangeTextDocument, vscode.window.onDidChangeActiveTextEditor].map(
        (event) =>
          event(() => {
            subscriptions.forEach((subscription) => void subscription.dispose());
            changed(undefined);
          }),
      );
    });
  }
}

/** Writes the milliseconds into the file that JOB_STATE_FIGURE_FILE names. */
export const run = (): Promise<void> =>
  printing(async () => {
    const target = process.env['JOB_STATE_FIGURE_FILE'];
    if (target === undefined) throw new Error('JOB_STATE_FIGURE_FILE is not set.');
    writeFileSync(target, String(await activationMs()));
  });
