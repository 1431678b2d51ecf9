import * as vscode from 'vscode';

/** What the Jobs view holds while no runtime is there: nothing, so that its welcome text shows. */
const noJobs: vscode.TreeDataProvider<never> = { getChildren: () => [], getTreeItem: (item) => item };

/** Called by VS Code when the view is opened or a command is run for the first time. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Job State', { log: true });
  context.subscriptions.push(
    log,
    vscode.window.registerTreeDataProvider('jobState.jobs', noJobs),
    vscode.commands.registerCommand('jobState.showLog', () => {
      log.show();
    }),
  );
}
