import * as vscode from 'vscode';
import { commands } from '../ids';
import type { About, Tint, TreeNode } from './model/node';

const tints: Record<Tint, string> = {
  good: 'testing.iconPassed',
  busy: 'progressBar.background',
  held: 'debugIcon.pauseForeground',
  bad: 'list.errorForeground',
  quiet: 'descriptionForeground',
};

const collapsible = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
} as const;

/** What a row does when it is clicked or Enter is pressed on it. */
const onEnter: Partial<Record<About['k'], vscode.Command>> = {
  more: { command: commands.loadMore, title: 'Load More' },
  filter: { command: commands.clearFilter, title: 'Clear Filter' },
};

/** A node as VS Code shows it; the tooltip comes when it is asked for. */
export function treeItem(node: TreeNode): vscode.TreeItem {
  const { look } = node;
  const item = new vscode.TreeItem(look.label, collapsible[look.collapse]);
  item.id = node.id;
  item.description = look.description ?? '';
  if (look.icon !== undefined) {
    const { name, tint } = look.icon;
    item.iconPath = new vscode.ThemeIcon(name, tint === undefined ? undefined : new vscode.ThemeColor(tints[tint]));
  }
  item.contextValue = (look.tokens ?? []).join(' ');
  item.accessibilityInformation = { label: [look.label, look.description ?? ''].join(', ') };
  const command = onEnter[node.about.k];
  if (command !== undefined) item.command = { ...command, arguments: [node] };
  return item;
}

export function withTooltip(item: vscode.TreeItem, { look }: TreeNode): vscode.TreeItem {
  item.tooltip = new vscode.MarkdownString(look.tooltip ?? look.label);
  return item;
}
