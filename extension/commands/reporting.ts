import * as vscode from 'vscode';
import { errorData, errorText } from '../../runtime/base/errors';
import type { Services } from '../services';
import { placeOfError } from '../source/place';

/** Thrown when the user closed a pick or a dialog: the command ends and says nothing. */
export class Dismissed extends Error {
  constructor() {
    super('Dismissed by the user.');
    this.name = 'Dismissed';
  }
}

/** The answer of a pick; leaves the command when there is none. */
export function answered<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Dismissed();
  return answer;
}

/**
 * Tells the user of an error: what happened, where, what to do, with the buttons that help. `again` runs the command once more.
 */
export async function report(services: Services, thrown: unknown, again?: () => Promise<void>): Promise<void> {
  if (thrown instanceof Dismissed || (thrown instanceof Error && thrown.name === 'AbortError')) return;
  const data = errorData(thrown);
  const text = errorText(data);
  services.log.appendLine(`${text}${data.stack === undefined ? '' : `\n${data.stack}`}`);
  const place = services.problems.show(thrown) ? placeOfError(data) : undefined;
  const actions = [
    ...(place === undefined ? [] : ['Show']),
    ...(again !== undefined && data.retry === 'backoff' ? ['Try Again'] : []),
    'Show Log',
  ];
  const chosen = await vscode.window.showErrorMessage(text, ...actions);
  if (chosen === 'Show' && place !== undefined) await showPlace(place.file, place.line);
  else if (chosen === 'Try Again' && again !== undefined) await again();
  else if (chosen === 'Show Log') services.log.show();
}

/** Opens a file at a line (from 1). */
export async function showPlace(file: string, line: number): Promise<void> {
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at) });
}
