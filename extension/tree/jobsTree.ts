import * as vscode from 'vscode';
import type { HoldId, JobId } from '../../runtime/base/ids';
import type { Inspector } from '../../runtime/inspect/inspector';
import { contextKeys, views } from '../ids';
import type { RuntimeService } from '../runtime/runtimeService';
import type { RemoteClusters } from '../remote/remoteClusters';
import type { SnapshotWatch } from '../snapshot/snapshotWatch';
import { Later } from '../support/later';
import type { LastRuns } from '../runtime/lastRuns';
import type { Connection } from '../runtime/connection';
import { TreeModel } from './model/treeModel';
import { LookingAt } from './lookingAt';
import { CheckpointLists } from './model/checkpointLists';
import { KeyHistory } from './model/keyHistory';
import type { Pins } from './pins';
import { treeItem, withTooltip } from './treeItem';
import type { Pin, StoredPoint, TreeNode } from './model/node';
import { askChildren } from './model/questions';
import { withFilesElsewhere } from './model/remoteRows';
import { rootChildren } from './model/rootRows';

const refreshDelayMs = 250;
const agesEveryMs = 1_000;

/** The Jobs view: a thin layer between the model and VS Code. Nothing is asked for while the view is hidden. */
export class JobsTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly model: TreeModel;
  readonly view: vscode.TreeView<TreeNode>;
  readonly lookingAt = new LookingAt();
  private readonly changedItems = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.changedItems.event;
  private readonly refresh = new Later(refreshDelayMs, async () => {
    await this.model.refresh();
    await this.showHeldStep();
  });
  private readonly disposables: { dispose(): unknown }[] = [];
  private ages: NodeJS.Timeout | undefined;
  private missedSomething = false;
  private shownHold: HoldId | undefined;

  constructor(
    private readonly runtime: RuntimeService,
    private readonly connection: Connection,
    private readonly remotes: RemoteClusters,
    lastRuns: LastRuns,
    private readonly snapshots: SnapshotWatch,
    inspector: Inspector,
    readonly pins: Pins,
  ) {
    const asked = {
      inspector,
      lookingAt: (job: JobId): StoredPoint | undefined => this.lookingAt.of(job),
      pins: (jobName: string): readonly Pin[] => pins.of(jobName),
      history: new KeyHistory(inspector),
      checkpoints: new CheckpointLists(),
    };
    this.model = new TreeModel({
      root: () =>
        rootChildren({
          state: runtime.state,
          data: connection.data,
          remotes: remotes.all,
          interrupted: lastRuns.interrupted(connection.data?.jobs ?? []),
        }),
      ask: ({ id, about }, window, signal) => {
        const remote = 'job' in about ? remotes.ofJob(about.job) : undefined;
        const cluster = remote ?? runtime.cluster;
        if (cluster === undefined) return undefined;
        const drawing = askChildren({ ...asked, cluster }, id, about, window, signal);
        return remote === undefined ? drawing : drawing.then(withFilesElsewhere);
      },
      moment: () => ({ nowMs: Date.now(), filesGone: (path) => this.snapshots.isGone(path) }),
    });
    this.view = vscode.window.createTreeView(views.jobs, { treeDataProvider: this, showCollapseAll: true });
    this.disposables.push(
      this.view,
      this.changedItems,
      this.refresh,
      this.model,
      this.model.changed.on((nodes) =>
        this.changedItems.fire(nodes.includes(undefined) ? undefined : nodes.filter((node) => node !== undefined)),
      ),
      runtime.changed.on(() => this.runtimeChanged()),
      connection.changed.on(() => this.jobsChanged()),
      connection.event.on((event) => {
        if (this.model.note(event)) this.refreshSoon();
      }),
      remotes.changed.on(() => this.jobsChanged()),
      remotes.event.on((event) => {
        if (this.model.note(event)) this.refreshSoon();
      }),
      snapshots.changed.on(() => this.view.visible && this.model.redraw()),
      this.view.onDidExpandElement(({ element }) => this.model.setOpen(element, true) && this.refreshSoon()),
      this.view.onDidCollapseElement(({ element }) => this.model.setOpen(element, false)),
      this.view.onDidChangeVisibility(({ visible }) => this.visibilityChanged(visible)),
    );
    this.runtimeChanged();
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

  dispose(): void {
    clearInterval(this.ages);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private refreshSoon(): void {
    if (this.view.visible) this.refresh.soon();
    else this.missedSomething = true;
  }

  /**
   * Brings the step that is held now into sight, once for each hold; the selection moves there, the focus stays. VS Code may lose the row
   * when the tree is drawn anew at that moment: then it is tried again.
   */
  private async showHeldStep(): Promise<void> {
    const hold = this.connection.data?.jobs.flatMap((job) => job.holds)[0]?.hold;
    if (hold === this.shownHold) return;
    const node = hold === undefined ? undefined : this.model.heldStep(hold);
    if (hold !== undefined && node === undefined) return;
    if (node === undefined) {
      this.shownHold = hold;
      return;
    }
    if (!this.view.visible) return;
    const found = await Promise.resolve(this.view.reveal(node, { select: true, focus: false })).then(
      () => this.view.selection.includes(node),
      () => false,
    );
    if (found) this.shownHold = hold;
  }

  private runtimeChanged(): void {
    void vscode.commands.executeCommand('setContext', contextKeys.runtime, this.runtime.state.k);
    this.jobsChanged();
  }

  private jobsChanged(): void {
    const jobs = this.connection.data?.jobs ?? [];
    const holds = jobs.reduce((sum, job) => sum + job.holds.length, 0);
    this.view.badge = holds === 0 ? undefined : { value: holds, tooltip: `${holds} held recovery steps` };
    void vscode.commands.executeCommand('setContext', contextKeys.held, holds > 0);
    void vscode.commands.executeCommand(
      'setContext',
      contextKeys.hasLiveJob,
      [...jobs, ...this.remotes.all.flatMap(({ data }) => data?.jobs ?? [])].some(({ endMs }) => endMs === undefined),
    );
    void vscode.commands.executeCommand('setContext', contextKeys.hasCluster, this.remotes.all.length > 0);
    if (this.view.visible) this.model.redrawRoot();
  }

  private visibilityChanged(visible: boolean): void {
    clearInterval(this.ages);
    this.remotes.look(visible);
    if (!visible) return;
    this.model.redraw();
    if (this.missedSomething) this.refresh.soon();
    this.missedSomething = false;
    this.ages = setInterval(() => {
      this.model.redraw();
      void this.showHeldStep();
    }, agesEveryMs);
  }
}
