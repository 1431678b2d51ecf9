import * as vscode from 'vscode';
import { activeJobFile } from '../commands/runCommands';
import { contextKeys } from '../ids';

/** Keeps the context key that shows Run and Debug above the editor of a job file. */
export function watchJobFiles(): vscode.Disposable {
  const tell = (): void => {
    void vscode.commands.executeCommand('setContext', contextKeys.isJobFile, activeJobFile() !== undefined);
  };
  tell();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(tell),
    vscode.workspace.onDidSaveTextDocument(tell),
  );
}
