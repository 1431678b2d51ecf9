import * as vscode from 'vscode';
import type { StateEntryInfo } from '../../runtime/cluster/model';
import type { Services } from '../services';
import type { TreeNode } from '../tree/model/node';
import { keyText } from '../tree/model/operatorRows';
import { connected } from './picks';
import { askText } from './questions';
import { showPlace } from './reporting';

/** The id of the thing itself: operator before job. */
function idOf({ about }: TreeNode): string | undefined {
  if (about.k === 'operator') return about.operator;
  return 'job' in about ? about.job : undefined;
}

export async function copyId(node: TreeNode | undefined): Promise<void> {
  const id = node === undefined ? undefined : idOf(node);
  if (id !== undefined) await vscode.env.clipboard.writeText(id);
}

export async function copyPath(node: TreeNode | undefined): Promise<void> {
  const about = node?.about;
  if ((about?.k === 'checkpoint' || about?.k === 'copy') && about.path !== undefined) {
    await vscode.env.clipboard.writeText(about.path);
  }
}

export async function revealInCode(node: TreeNode | undefined): Promise<void> {
  if (node?.about.k !== 'operator' || node.about.source === undefined) return;
  await showPlace(node.about.source.file, node.about.source.line);
}

export async function loadMore(services: Services, node: TreeNode | undefined): Promise<void> {
  if (node?.about.k === 'more') await services.tree.model.loadMore(node.about.of);
}

/** Asks for a key and says its value now. */
export async function lookUpKey(services: Services, node: TreeNode | undefined): Promise<void> {
  if (node?.about.k !== 'state') return;
  const { job, operator, state } = node.about;
  const key = await askText({ title: `Look up a key of ${state}`, prompt: 'The whole key.' });
  const cluster = connected(services);
  const lookUp = (text: string): Promise<StateEntryInfo | undefined> =>
    cluster.get('stateLookup', { job, operator, state, key: text });
  const found = (await lookUp(key)) ?? (await lookUp(JSON.stringify(key)));
  if (found === undefined) {
    void vscode.window.showInformationMessage(`${state} has no entry for ${key}.`);
    return;
  }
  const where = `subtask ${found.subtask + 1}${found.keyGroup === undefined ? '' : `, key group ${found.keyGroup}`}`;
  const chosen = await vscode.window.showInformationMessage(
    `${keyText(found.key)}: ${found.text} (${where})`,
    'Copy Value',
  );
  if (chosen === 'Copy Value') await vscode.env.clipboard.writeText(found.text);
}
