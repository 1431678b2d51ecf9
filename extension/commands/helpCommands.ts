import * as vscode from 'vscode';
import type { Services } from '../services';
import { readSettings } from '../settings';
import { diagnosticsText } from './diagnostics';

/** Puts what a bug report needs on the clipboard. */
export async function copyDiagnostics({ context, runtime, connection }: Services): Promise<void> {
  const { parallelism, rowsPerSecond, logLevel, autoRun } = readSettings();
  const text = diagnosticsText({
    extension: String((context.extension.packageJSON as { version?: unknown }).version),
    vscode: vscode.version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    trusted: vscode.workspace.isTrusted,
    folders: vscode.workspace.workspaceFolders?.length ?? 0,
    settings: { parallelism, rowsPerSecond, logLevel, autoRun: autoRun.length },
    state: runtime.state,
    data: connection.data,
  });
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage('Job State: diagnostics copied', 3_000);
}

/** Opens the first steps. */
export async function openWalkthrough({ context }: Services): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#firstSteps`);
}
