import * as vscode from 'vscode';
import { errorData } from '../../runtime/base/errors';
import { placeOfError } from './place';

/** Errors of jobs as diagnostics at the line that they name; those of a file go when it is run again or changed. */
export class Problems implements vscode.Disposable {
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('job-state');
  private readonly changes = vscode.workspace.onDidChangeTextDocument(({ document }) =>
    this.diagnostics.delete(document.uri),
  );

  /** Shows an error of the job's author in its file. False when it names no place. */
  show(thrown: unknown): boolean {
    const data = errorData(thrown);
    const place = data.domain === 'user' ? placeOfError(data) : undefined;
    if (place === undefined) return false;
    const line = Math.max(0, place.line - 1);
    const message = data.advice === '' ? data.message : `${data.message}\n${data.advice}`;
    const diagnostic = new vscode.Diagnostic(
      new vscode.Range(line, 0, line, Number.MAX_SAFE_INTEGER),
      message,
      vscode.DiagnosticSeverity.Error,
    );
    diagnostic.source = 'Job State';
    diagnostic.code = data.code;
    this.diagnostics.set(vscode.Uri.file(place.file), [diagnostic]);
    return true;
  }

  clear(): void {
    this.diagnostics.clear();
  }

  dispose(): void {
    this.changes.dispose();
    this.diagnostics.dispose();
  }
}
