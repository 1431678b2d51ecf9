import * as vscode from 'vscode';
import { treeOf, type Services } from '../services';
import type { TreeNode } from '../tree/model/node';
import { keyText, valueText } from '../tree/model/entryRows';
import { showPlace } from './reporting';

/** The id of the thing itself: operator before job. */
function idOf({ about }: TreeNode): string | undefined {
  if (about.k === 'operator' || about.k === 'storedOperator') return about.operator;
  return 'job' in about ? about.job : undefined;
}

export async function copyId(node: TreeNode | undefined): Promise<void> {
  const id = node === undefined ? undefined : idOf(node);
  if (id !== undefined) await vscode.env.clipboard.writeText(id);
}

export async function copyPath(node: TreeNode | undefined): Promise<void> {
  const path = node === undefined ? undefined : pathOf(node);
  if (path !== undefined) await vscode.env.clipboard.writeText(path);
}

function pathOf({ about }: TreeNode): string | undefined {
  if (about.k === 'checkpointFolder') return about.directory;
  return about.k === 'checkpoint' || about.k === 'copy' || about.k === 'snapshot' ? about.path : undefined;
}

export async function revealInCode(node: TreeNode | undefined): Promise<void> {
  const about = node?.about;
  if ((about?.k !== 'operator' && about?.k !== 'storedOperator') || about.source === undefined) return;
  await showPlace(about.source.file, about.source.line);
}

/** The key as people write it. */
export async function copyKey(node: TreeNode | undefined): Promise<void> {
  const about = node?.about;
  const key = about?.k === 'entry' ? about.entry.key : about?.k === 'pin' ? about.pin.key : undefined;
  if (key !== undefined) await vscode.env.clipboard.writeText(keyText(key));
}

/** The whole value, as JSON. */
export async function copyValue(node: TreeNode | undefined): Promise<void> {
  if (node?.about.k === 'entry') await vscode.env.clipboard.writeText(valueText(node.about.entry));
}

export async function loadMore(services: Services, node: TreeNode | undefined, all = false): Promise<void> {
  if (node?.about.k === 'more') await treeOf(services, node).model.loadMore(node.about.of, all);
}
