import { join } from 'node:path';
import * as vscode from 'vscode';
import { readSettings } from '../settings';
import type { RuntimeWorld } from './runtimeService';

const taskManagers = 2;
const slotsPerTaskManager = 2;

/** The folder whose `.job-state/` the runtime keeps its files in: the first of the workspace, else the extension's own storage. */
function runtimeFolder(context: vscode.ExtensionContext): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? context.globalStorageUri.fsPath;
}

/** Binds the runtime service to processes, files and sockets; everything heavy is loaded at its first use. */
export function hostedWorld(context: vscode.ExtensionContext, log: vscode.OutputChannel): RuntimeWorld {
  const folder = runtimeFolder(context);
  return {
    isTrusted: () => vscode.workspace.isTrusted,
    nowMs: () => Date.now(),
    log: (text) => log.append(text),
    async find() {
      const { readDiscovery } = await import('../../runtime/host/discovery');
      return (await readDiscovery()).find((runtime) => runtime.folder === folder);
    },
    async launch(hooks) {
      const { launchRuntime } = await import('../../runtime/host/launch');
      const program = join(context.extensionPath, 'dist', 'runtime.mjs');
      const settings = { folder, taskManagers, slotsPerTaskManager, logLevel: readSettings().logLevel };
      return launchRuntime({ settings, program, nodePath: process.execPath, ...hooks });
    },
    async connect({ url, token }) {
      const { EmbeddedCluster } = await import('../../runtime/cluster/embeddedCluster');
      return new EmbeddedCluster({ url, token, fetch });
    },
  };
}
