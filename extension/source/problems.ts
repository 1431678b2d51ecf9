import * as vscode from 'vscode';
import { errorData, type ErrorData } from '../../runtime/base/errors';
import { plainPath } from '../tree/model/checkpointRows';

/** Where in a source file an error lies: `file:line` of its subject, or of the first frame of its stack that names a job's file. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The place in a `.ts` file that an error is about, when it says one. */
export function placeOfError(data: ErrorData): Place | undefined {
  const { file, position } = data.subject;
  if (file !== undefined && /\.[cm]?tsx?$/.test(file)) return { file: plainPath(file), line: position ?? 1 };
  const frame = /(?:\(|\s|^)((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^\s():]+\.[cm]?tsx?):(\d+)/m.exec(data.stack ?? '');
  if (frame?.[1] !== undefined) return { file: plainPath(frame[1]), line: Number(frame[2]) };
  return data.cause === undefined ? undefined : placeOfError(data.cause);
}

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
