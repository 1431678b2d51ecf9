import { isDeepStrictEqual } from 'node:util';
import { errorData, errorText } from '../../../runtime/base/errors';
import type { HoldId } from '../../../runtime/base/ids';
import type { JobEvent } from '../../../runtime/cluster/jobEvents';
import { Signal } from '../../support/signal';
import type { About, Draft, Drawing, Moment, TreeNode, Window } from './node';
import { line } from './node';
import { concerns, pageSize } from './questions';

/** More than anybody scrolls through; a list that is longer stays a list of pages. */
const allRows = 20_000;

/** The children of one node as they are shown. */
interface Branch {
  readonly node: TreeNode | undefined;
  /** Absent when the children came with the parent. */
  drawing?: Drawing;
  children: readonly TreeNode[];
  stale: boolean;
  limit: number;
  filter?: string;
}

/** What a tree is made of. */
export interface ModelWorld {
  /** The first level, from what is known. */
  root(): Drawing;
  /** Asks for the children of a node; undefined when there is nobody to ask now. */
  ask(node: TreeNode, window: Window, signal: AbortSignal): Promise<Drawing> | undefined;
  moment(): Moment;
}

/**
 * The tree of a view without VS Code: nodes that stay the same objects, children that are asked for only when somebody looks,
 * and `changed` with the smallest nodes that must be drawn anew (undefined: the first level).
 */
export class TreeModel {
  readonly changed = new Signal<readonly (TreeNode | undefined)[]>();
  private readonly nodes = new Map<string, TreeNode>();
  private readonly branches = new Map<string, Branch>();
  private readonly closed = new Set<string>();
  private readonly asking = new AbortController();

  constructor(private readonly world: ModelWorld) {}

  dispose(): void {
    this.asking.abort();
  }

  async children(node?: TreeNode): Promise<readonly TreeNode[]> {
    if (node === undefined) this.drawRoot(new Set());
    const branch = this.branches.get(node?.id ?? '');
    if (branch !== undefined && !branch.stale) return branch.children;
    if (node === undefined) return [];
    await this.ask(branch ?? this.open(node), new Set());
    return this.branches.get(node.id)?.children ?? [];
  }

  /** Draws the first level and the jobs anew, from what is known. */
  redrawRoot(): void {
    const changed = new Set<TreeNode | undefined>();
    this.drawRoot(changed);
    this.tell(changed);
  }

  /** Marks what an event may have changed; {@link refresh} asks for it. True when something shown is stale now. */
  note(event: JobEvent): boolean {
    let any = false;
    for (const branch of this.branches.values()) {
      if (branch.node === undefined || branch.drawing === undefined || !concerns(branch.node.about, event)) continue;
      branch.stale = true;
      any ||= this.isShown(branch.node);
    }
    return any;
  }

  /** Asks anew for what is stale and shown, and for what becomes so by the answers. */
  async refresh(): Promise<void> {
    const changed = new Set<TreeNode | undefined>();
    const asked = new Set<Branch>();
    for (;;) {
      const stale = [...this.branches.values()].filter(
        (branch) => branch.stale && !asked.has(branch) && branch.node !== undefined && this.isShown(branch.node),
      );
      if (stale.length === 0) break;
      for (const branch of stale) asked.add(branch);
      await Promise.all(stale.map((branch) => this.ask(branch, changed)));
    }
    this.tell(changed);
  }

  /** Draws everything shown at this moment: ages, files that are gone. Asks nothing. */
  redraw(): void {
    const changed = new Set<TreeNode | undefined>();
    this.drawRoot(changed);
    for (const branch of [...this.branches.values()]) {
      if (branch.node === undefined || branch.drawing === undefined || !this.isShown(branch.node)) continue;
      this.adopt(branch, branch.drawing(this.world.moment()), changed);
    }
    this.tell(changed);
  }

  /** Remembers that a node is closed: what is below it is not asked for until it is opened. True when it must be asked for now. */
  setOpen(node: TreeNode, open: boolean): boolean {
    if (open) this.closed.delete(node.id);
    else this.closed.add(node.id);
    return open && this.branches.get(node.id)?.stale === true;
  }

  /** Shows more rows of a paged list, or all of them. */
  async loadMore(id: string, all = false): Promise<void> {
    const branch = this.branches.get(id);
    if (branch?.node === undefined) return;
    branch.limit = all ? allRows : branch.limit + pageSize(branch.node.about);
    branch.stale = true;
    await this.refresh();
  }

  /** What the entries below a node are filtered by. */
  filterOf(id: string): string | undefined {
    return this.branches.get(id)?.filter;
  }

  /** Shows only the entries below a node that match, from the first on; without a filter all again. */
  async setFilter(node: TreeNode, filter: string | undefined): Promise<void> {
    const branch = this.branches.get(node.id) ?? this.open(node);
    if (filter === undefined) delete branch.filter;
    else branch.filter = filter;
    branch.limit = pageSize(node.about);
    branch.stale = true;
    await this.refresh();
  }

  /** Asks anew for the children of the nodes that are about something. */
  async askAgain(about: (about: About) => boolean): Promise<void> {
    for (const branch of this.branches.values()) {
      if (branch.node !== undefined && branch.drawing !== undefined && about(branch.node.about)) branch.stale = true;
    }
    await this.refresh();
  }

  /** The first known node that is about something; asks for nothing. */
  find(about: (about: About) => boolean): TreeNode | undefined {
    for (const node of this.nodes.values()) if (about(node.about)) return node;
    return undefined;
  }

  /** The node with an id, when it is there. */
  nodeOf(id: string): TreeNode | undefined {
    return this.nodes.get(id);
  }

  /** The row of a held step, when its recovery is open. */
  heldStep(hold: HoldId): TreeNode | undefined {
    let deepest: TreeNode | undefined;
    for (const node of this.nodes.values()) {
      if (node.about.k !== 'held' || node.about.hold !== hold) continue;
      if (node.id.length > (deepest?.id.length ?? 0)) deepest = node;
    }
    for (let at = deepest?.parent; at !== undefined; at = at.parent) {
      // What waits in a collapsed recovery or group stays there; lanes and steps of an open one are opened.
      if (at.about.k === 'recoveries' || at.about.k === 'recovery') return this.isShown(at) ? deepest : undefined;
    }
    return undefined;
  }

  private isShown(node: TreeNode): boolean {
    for (let at: TreeNode | undefined = node; at !== undefined; at = at.parent)
      if (this.closed.has(at.id)) return false;
    return this.nodes.get(node.id) === node;
  }

  private open(node: TreeNode): Branch {
    const branch: Branch = { node, children: [], stale: true, limit: pageSize(node.about) };
    this.branches.set(node.id, branch);
    return branch;
  }

  private drawRoot(changed: Set<TreeNode | undefined>): void {
    let root = this.branches.get('');
    if (root === undefined) {
      root = { node: undefined, children: [], stale: false, limit: 0 };
      this.branches.set('', root);
    }
    this.adopt(root, this.world.root()(this.world.moment()), changed);
  }

  private async ask(branch: Branch, changed: Set<TreeNode | undefined>): Promise<void> {
    const { node, limit, filter } = branch;
    if (node === undefined) return;
    const asked = this.world.ask(node, { limit, ...(filter === undefined ? {} : { filter }) }, this.asking.signal);
    if (asked === undefined) return;
    branch.stale = false;
    branch.drawing = await asked.catch((error: unknown) => {
      // What an engine that is away said last stays; that it is away stands in its own row.
      if (branch.drawing !== undefined && errorData(error).code === 'engine.away') return branch.drawing;
      const text = errorText(errorData(error));
      return () => [line('error', text, undefined, { name: 'warning', tint: 'bad' }, text)];
    });
    if (this.nodes.get(node.id) === node) this.adopt(branch, branch.drawing(this.world.moment()), changed);
  }

  /** Makes the drafts the children of a branch; what was there stays the same object. */
  private adopt(branch: Branch, drafts: readonly Draft[], changed: Set<TreeNode | undefined>): void {
    const before = branch.children;
    branch.children = drafts.map((draft) => this.nodeFor(branch.node, draft, changed));
    const same =
      before.length === branch.children.length && before.every((node, index) => node === branch.children[index]);
    if (same) return;
    changed.add(branch.node);
    const kept = new Set(branch.children);
    for (const node of before) if (!kept.has(node)) this.drop(node);
  }

  private nodeFor(parent: TreeNode | undefined, draft: Draft, changed: Set<TreeNode | undefined>): TreeNode {
    const id = parent === undefined ? draft.key : `${parent.id}/${draft.key}`;
    let node = this.nodes.get(id);
    if (node === undefined) {
      node = { id, parent, about: draft.about, look: draft.look };
      this.nodes.set(id, node);
    } else {
      if (node.look !== draft.look && !isDeepStrictEqual(node.look, draft.look)) changed.add(node);
      this.aboutChanges(node, draft);
      node.about = draft.about;
      node.look = draft.look;
    }
    if (draft.children !== undefined) this.adopt(this.given(node), draft.children, changed);
    return node;
  }

  /** What was asked about something else is asked again; children that came with the node go when none come any more. */
  private aboutChanges(node: TreeNode, draft: Draft): void {
    const branch = this.branches.get(node.id);
    if (branch === undefined || node.about === draft.about || isDeepStrictEqual(node.about, draft.about)) return;
    const given = branch.drawing === undefined && !branch.stale;
    if (given && draft.children === undefined) this.forgetChildren(node);
    else if (!given) branch.stale = true;
  }

  /** The branch of children that come with their parent. */
  private given(node: TreeNode): Branch {
    let branch = this.branches.get(node.id);
    if (branch === undefined) {
      branch = { node, children: [], stale: false, limit: 0 };
      this.branches.set(node.id, branch);
    }
    delete branch.drawing;
    branch.stale = false;
    return branch;
  }

  private drop(node: TreeNode): void {
    if (this.nodes.get(node.id) !== node) return;
    this.nodes.delete(node.id);
    this.forgetChildren(node);
  }

  private forgetChildren(node: TreeNode): void {
    for (const child of this.branches.get(node.id)?.children ?? []) this.drop(child);
    this.branches.delete(node.id);
  }

  /** A node that is drawn anew draws what is below it. */
  private tell(changed: ReadonlySet<TreeNode | undefined>): void {
    if (changed.size === 0) return;
    if (changed.has(undefined)) {
      this.changed.fire([undefined]);
      return;
    }
    const smallest = [...changed].filter((node) => {
      for (let at = node?.parent; at !== undefined; at = at.parent) if (changed.has(at)) return false;
      return node !== undefined && this.nodes.get(node.id) === node;
    });
    if (smallest.length > 0) this.changed.fire(smallest);
  }
}
