import * as vscode from 'vscode';
import { answered } from './reporting';

/**
 * A question stays until it is answered or dismissed: the Jobs view is drawn anew every second and may take the focus at the moment when
 * a question opens, which would close it.
 */
const stays = { ignoreFocusOut: true } as const;

/** Asks for one of several; leaves the command when the user dismisses the question. */
export async function pickOne<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions,
): Promise<T> {
  return answered(await vscode.window.showQuickPick<T>(items, { ...stays, ...options }));
}

/** Asks for a text; leaves the command when the user dismisses the question. */
export async function askText(options: vscode.InputBoxOptions): Promise<string> {
  return answered(await vscode.window.showInputBox({ ...stays, ...options }));
}
