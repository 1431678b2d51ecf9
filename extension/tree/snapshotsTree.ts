import * as vscode from 'vscode';
import type { Inspector } from '../../runtime/inspect/inspector';
import { contextKeys, views } from '../ids';
import { groupSnapshots, type Found } from '../snapshot/foundSnapshots';
import { Later } from '../support/later';
import type { TreeNode } from './model/node';
import { readChildren } from './model/snapshotQuestions';
import { foundChildren } from './model/snapshotRows';
import { TreeModel } from './model/treeModel';
import { treeItem, withTooltip } from './treeItem';

/** Several files of one snapshot come and go together, and a job makes a snapshot every few seconds. */
const lookDelayMs = 1_000;
const agesEveryMs = 10_000;
const mostFiles = 20_000;

/**
 * The view *Snapshots on Disk*: every checkpoint and savepoint below the folders of the workspace, found by their `_metadata`. It needs no
 * runtime and runs nothing, so it works in folders that are not trusted, too. Nothing is looked for while it is hidden.
 */
export class SnapshotsTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly model: TreeModel;
  readonly view: vscode.TreeView<TreeNode>;
  private found: Found = { savepoints: [], checkpoints: [] };
  private readonly changedItems = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.changedItems.event;
  private readonly look = new Later(lookDelayMs, () => this.lookNow());
  private readonly disposables: { dispose(): unknown }[] = [];
  private watching: vscode.Disposable | undefined;
  private ages: NodeJS.Timeout | undefined;

  constructor(inspector: Inspector) {
    this.model = new TreeModel({
      root: () => foundChildren(this.found),
      ask: ({ id, about }, window, signal) => readChildren({ inspector, found: this.found }, id, about, window, signal),
      moment: () => ({ nowMs: Date.now(), filesGone: () => false }),
    });
    this.view = vscode.window.createTreeView(views.snapshots, {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.disposables.push(
      this.view,
      this.changedItems,
      this.look,
      this.model,
      this.model.changed.on((nodes) =>
        this.changedItems.fire(nodes.includes(undefined) ? undefined : nodes.filter((node) => node !== undefined)),
      ),
      this.view.onDidExpandElement(({ element }) => {
        if (this.model.setOpen(element, true)) void this.model.refresh();
      }),
      this.view.onDidCollapseElement(({ element }) => this.model.setOpen(element, false)),
      this.view.onDidChangeVisibility(({ visible }) => this.visibilityChanged(visible)),
    );
    this.visibilityChanged(this.view.visible);
  }

  getChildren(node?: TreeNode): Promise<TreeNode[]> {
    return this.model.children(node).then((children) => [...children]);
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return treeItem(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    return withTooltip(item, node);
  }

  /** Looks for snapshots now. */
  async lookNow(): Promise<void> {
    const files = await vscode.workspace.findFiles('**/_metadata', '**/node_modules/**', mostFiles);
    this.found = await groupSnapshots(files.map(({ fsPath }) => fsPath));
    const any = this.found.savepoints.length + this.found.checkpoints.length > 0;
    void vscode.commands.executeCommand('setContext', contextKeys.snapshots, any ? 'some' : 'none');
    this.model.redrawRoot();
    await this.model.askAgain(({ k }) => k === 'savepointFolder' || k === 'checkpointFolder');
  }

  dispose(): void {
    clearInterval(this.ages);
    this.watching?.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private visibilityChanged(visible: boolean): void {
    clearInterval(this.ages);
    this.watching?.dispose();
    this.watching = undefined;
    if (!visible) return;
    const watcher = vscode.workspace.createFileSystemWatcher('**/_metadata', false, true, false);
    const folders = vscode.workspace.onDidChangeWorkspaceFolders(() => this.look.soon());
    this.watching = vscode.Disposable.from(
      watcher,
      folders,
      watcher.onDidCreate(() => this.look.soon()),
      watcher.onDidDelete(() => this.look.soon()),
    );
    this.ages = setInterval(() => this.model.redraw(), agesEveryMs);
    this.look.soon();
  }
}
