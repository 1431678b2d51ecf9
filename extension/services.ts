import type * as vscode from 'vscode';
import type { Inspector } from '../runtime/inspect/inspector';
import type { Connection } from './runtime/connection';
import type { LastRuns } from './runtime/lastRuns';
import type { RemoteClusters } from './remote/remoteClusters';
import type { RuntimeService } from './runtime/runtimeService';
import type { TimelineKeeper } from './timeline/timelineKeeper';
import type { JobsTree } from './tree/jobsTree';
import type { TreeNode } from './tree/model/node';
import type { SnapshotsTree } from './tree/snapshotsTree';
import type { Problems } from './source/problems';

/** What commands and the debugger share; made once at activation. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly runtime: RuntimeService;
  readonly connection: Connection;
  /** Clusters of others that this user has attached. */
  readonly remotes: RemoteClusters;
  readonly lastRuns: LastRuns;
  /** Reads snapshots on disk, in a thread of its own. */
  readonly inspector: Inspector;
  readonly tree: JobsTree;
  readonly snapshotsTree: SnapshotsTree;
  /** The lives of jobs, also of those whose runtime is gone. */
  readonly timelines: TimelineKeeper;
  readonly log: vscode.OutputChannel;
  readonly problems: Problems;
}

/** The view that shows a node. */
export function treeOf({ tree, snapshotsTree }: Services, node: TreeNode): JobsTree | SnapshotsTree {
  return snapshotsTree.model.nodeOf(node.id) === node ? snapshotsTree : tree;
}
