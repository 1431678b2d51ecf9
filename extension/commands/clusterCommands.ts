import * as vscode from 'vscode';
import { errorData, errorText } from '../../runtime/base/errors';
import type { Cluster } from '../../runtime/cluster/cluster';
import { clusterAddress } from '../../runtime/cluster/address';
import type { RemoteCluster } from '../remote/remoteCluster';
import type { Services } from '../services';
import type { TreeNode } from '../tree/model/node';
import { clusterName } from '../tree/model/remoteRows';
import { askText, pickOne } from './questions';
import { Dismissed } from './reporting';
import { showJobs } from './runCommands';

/** Asks for address and token, and attaches what answers there; a wrong answer can be put right without typing all again. */
export async function addCluster(services: Services): Promise<void> {
  let address = 'http://localhost:8081';
  for (;;) {
    address = await askText({
      title: 'Add Flink Cluster',
      prompt:
        'The address of its REST API, as it stands in the browser; with the path before it where a proxy has one.',
      value: address,
      validateInput: (text) => addressFault(text),
    });
    const token = await askText({
      title: 'Add Flink Cluster',
      prompt: 'A bearer token, if the cluster asks for one. It is kept in the store of secrets of VS Code.',
      password: true,
    });
    const added = await attach(services, address, token.trim() === '' ? undefined : token.trim());
    if (added !== undefined) {
      await showJobs();
      return;
    }
  }
}

function addressFault(text: string): string | undefined {
  try {
    clusterAddress(text);
    return undefined;
  } catch (error) {
    return errorText(errorData(error));
  }
}

/** Undefined when it failed and the user wants to change something. */
async function attach(
  services: Services,
  address: string,
  token: string | undefined,
): Promise<RemoteCluster | undefined> {
  const title = `Asking ${clusterName(clusterAddress(address))}`;
  try {
    return await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
      services.remotes.add(address, token),
    );
  } catch (error) {
    const text = errorText(errorData(error));
    services.log.appendLine(text);
    const chosen = await vscode.window.showErrorMessage(text, 'Change', 'Show Log');
    if (chosen === 'Show Log') services.log.show();
    if (chosen !== 'Change') throw new Dismissed();
    return undefined;
  }
}

/** Forgets a cluster: that of the row, or one that is picked. Nothing happens to the cluster itself. */
export async function removeCluster({ remotes }: Services, node: TreeNode | undefined): Promise<void> {
  const given = node?.about.k === 'cluster' ? node.about.url : undefined;
  const items = remotes.all.map(({ url }) => ({ label: clusterName(url), url }));
  const url = given ?? (await pickOne(items, { title: 'Remove which cluster from the view?' })).url;
  await remotes.remove(url);
}

/**
 * A change on a cluster that others may use is asked for first, by the name of the cluster. Leaves the command when the user does not want
 * it; the runtime of this window is not asked about.
 */
export async function confirmOn(
  services: Services,
  cluster: Cluster,
  question: { readonly what: string; readonly verb: string; readonly detail?: string },
): Promise<void> {
  if (cluster === services.runtime.cluster) return;
  const { what, verb, detail } = question;
  const options = { modal: true, ...(detail === undefined ? {} : { detail }) };
  const text = `${what} on ${clusterName(cluster.url)}?`;
  if ((await vscode.window.showWarningMessage(text, options, verb)) !== verb) throw new Dismissed();
}
