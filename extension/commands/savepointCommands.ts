import { join } from 'node:path';
import * as vscode from 'vscode';
import { errorData, errorText, userError } from '../../runtime/base/errors';
import type { JobId } from '../../runtime/base/ids';
import type { JobDetails, SavepointResult } from '../../runtime/cluster/model';
import { sizeText } from '../../runtime/rest/recovery/recoveryText';
import type { Services } from '../services';
import { baseName, plainPath } from '../tree/model/checkpointRows';
import { durationText } from '../tree/model/format';
import type { TreeNode } from '../tree/model/node';
import { clusterName } from '../tree/model/remoteRows';
import { confirmOn } from './clusterCommands';
import { clusterOf, pickJob } from './picks';
import { askText, pickOne } from './questions';
import { answered, Dismissed } from './reporting';
import { pickJobFile, showJobs, startJob } from './runCommands';

const lastFolderKey = 'savepointFolder';

/** Asks where a savepoint goes: the last place first, then the runtime's own folder, then any other. Undefined: the runtime's own. */
async function pickFolder(context: vscode.ExtensionContext): Promise<string | undefined> {
  const last = context.workspaceState.get<string>(lastFolderKey);
  const own = { label: '$(folder) .job-state/savepoints', description: 'of this folder', folder: undefined };
  const other = { label: '$(folder-opened) Choose another folder…', folder: undefined };
  const items = [
    ...(last === undefined ? [] : [{ label: `$(history) ${baseName(last)}`, description: last, folder: last }]),
    own,
    other,
  ];
  const chosen = await pickOne<{ label: string; description?: string; folder: string | undefined }>(items, {
    title: 'Where does the savepoint go?',
  });
  if (chosen !== other) {
    await context.workspaceState.update(lastFolderKey, chosen.folder);
    return chosen.folder;
  }
  const [uri] = answered(
    await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: 'Put Savepoint Here',
    }),
  );
  const folder = answered(uri).fsPath;
  await context.workspaceState.update(lastFolderKey, folder);
  return folder;
}

/** Where a savepoint of another machine goes is a text: a path or URI as the cluster sees it. Undefined: the cluster's own place. */
async function askDirectory(): Promise<string | undefined> {
  const text = await askText({
    title: 'Where does the savepoint go?',
    prompt:
      'A directory as the cluster sees it, such as s3://bucket/savepoints. Nothing: where its configuration says.',
  });
  return text.trim() === '' ? undefined : text.trim();
}

type Taking = 'triggerSavepoint' | 'stopWithSavepoint';

/** Takes a savepoint with progress and cancel; cancelling stops the waiting, not the savepoint. */
async function take(
  services: Services,
  verb: Taking,
  job: JobDetails,
  directory: string | undefined,
): Promise<SavepointResult> {
  const cluster = clusterOf(services, job.id);
  const title = verb === 'triggerSavepoint' ? `Savepoint of ${job.name}` : `Stopping ${job.name} with a savepoint`;
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const giveUp = new AbortController();
      token.onCancellationRequested(() => giveUp.abort());
      try {
        return await cluster.run(
          verb,
          { job: job.id, ...(directory === undefined ? {} : { directory }) },
          {
            signal: giveUp.signal,
            onProgress: (text) => progress.report({ message: text.replace(/^savepoint: /, '') }),
          },
        );
      } catch (error) {
        if (giveUp.signal.aborted) throw new Dismissed();
        throw error;
      }
    },
  );
}

async function takeAndTell(services: Services, verb: Taking, node: TreeNode | undefined): Promise<void> {
  const job = await pickJob(services, node, verb, ({ status }) => status === 'RUNNING');
  const cluster = clusterOf(services, job.id);
  const own = cluster === services.runtime.cluster;
  const directory = own ? await pickFolder(services.context) : await askDirectory();
  const [what, action] = verb === 'stopWithSavepoint' ? ['Stop', 'Stop'] : ['Take a savepoint of', 'Take Savepoint'];
  await confirmOn(services, cluster, { what: `${what} ${job.name}`, verb: action });
  for (;;) {
    try {
      const result = await take(services, verb, job, directory);
      void tell(services, job, result, verb);
      return;
    } catch (error) {
      if (error instanceof Dismissed) return;
      const text = `No savepoint of ${job.name}: ${errorText(errorData(error))}`;
      services.log.appendLine(text);
      const chosen = await vscode.window.showErrorMessage(text, 'Try Again', 'Show Log');
      if (chosen === 'Show Log') services.log.show();
      if (chosen !== 'Try Again') return;
    }
  }
}

async function tell(services: Services, job: JobDetails, result: SavepointResult, verb: Taking): Promise<void> {
  const path = plainPath(result.path);
  const done = verb === 'stopWithSavepoint' ? `${job.name} stopped; its savepoint` : `Savepoint of ${job.name}`;
  const text = `${done}: ${sizeText(result.sizeBytes)} in ${durationText(result.tookMs)}.`;
  const actions = job.jobFile === undefined ? ['Open', 'Copy Path'] : ['Open', 'Copy Path', 'Run from It'];
  const chosen = await vscode.window.showInformationMessage(text, ...actions);
  if (chosen === 'Open') await revealSnapshot(services, job.id, path);
  else if (chosen === 'Copy Path') await vscode.env.clipboard.writeText(path);
  else if (chosen === 'Run from It') await runFrom(services, job.jobFile, path);
}

/** Selects a savepoint in the tree, opened. */
async function revealSnapshot(services: Services, job: JobId, path: string): Promise<void> {
  await showJobs();
  const { model, view } = services.tree;
  const group = model.find((about) => about.k === 'checkpoints' && about.savepoints && about.job === job);
  if (group === undefined) return;
  await view.reveal(group, { expand: true, select: false });
  await model.children(group);
  const node = model.find((about) => about.k === 'checkpoint' && about.path === path);
  if (node !== undefined) await view.reveal(node, { expand: true, select: true, focus: true });
}

async function runFrom(services: Services, jobFile: string | undefined, from: string): Promise<void> {
  if (jobFile === undefined) {
    throw userError(
      'job.no-file',
      'The runtime does not know the file of this job.',
      'Run the job file from the palette.',
    );
  }
  await startJob(services, { jobFile, from });
}

export const triggerSavepoint = (services: Services, node?: TreeNode): Promise<void> =>
  takeAndTell(services, 'triggerSavepoint', node);
export const stopJob = (services: Services, node?: TreeNode): Promise<void> =>
  takeAndTell(services, 'stopWithSavepoint', node);

/** Runs the job of a checkpoint or savepoint again from there; without a node the user picks a snapshot's folder and a job file. */
export async function runFromSnapshot(services: Services, node?: TreeNode): Promise<void> {
  if (node?.about.k === 'checkpoint' && node.about.path !== undefined) {
    const { jobFile } = await clusterOf(services, node.about.job).get('job', { job: node.about.job });
    await runFrom(services, jobFile, node.about.path);
    return;
  }
  if (node?.about.k === 'snapshot') {
    const { jobName, path } = node.about;
    await runFrom(services, jobFileNamed(services, jobName) ?? (await pickJobFile()), path);
    return;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const [snapshot] = answered(
    await vscode.window.showOpenDialog({
      title: 'Run from which savepoint or checkpoint?',
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: 'Run from This',
      ...(folder === undefined ? {} : { defaultUri: vscode.Uri.file(join(folder, '.job-state', 'savepoints')) }),
    }),
  );
  const files = await vscode.window.showOpenDialog({ title: 'With which job?', filters: { Jobs: ['ts'] } });
  await runFrom(services, answered(files?.[0]).fsPath, answered(snapshot).fsPath);
}

/** The file of the job of a name, when it runs or ran here. */
function jobFileNamed({ connection, lastRuns }: Services, name: string | undefined): string | undefined {
  const jobs = [...(connection.data?.jobs ?? []), ...lastRuns.interrupted([])];
  return jobs.find((job) => job.name === name)?.jobFile;
}

/** Deletes savepoints, after asking: the one of the row, or all that are selected with it. */
export async function disposeSavepoint(
  services: Services,
  node: TreeNode | undefined,
  selected: readonly TreeNode[],
): Promise<void> {
  const nodes = node === undefined || selected.includes(node) ? selected : [node];
  const doomed = nodes.flatMap(({ about, look }) => {
    if ((about.k !== 'snapshot' && about.k !== 'checkpoint') || about.path === undefined) return [];
    if (look.tokens?.includes('disposable') !== true) return [];
    const remote = about.k === 'checkpoint' ? services.remotes.ofJob(about.job) : undefined;
    return [{ path: about.path, remote }];
  });
  const [first] = doomed;
  if (first === undefined) return;
  const what = doomed.length === 1 ? `savepoint ${baseName(first.path)}` : `${doomed.length} savepoints`;
  const clusters = [
    ...new Set(doomed.flatMap(({ remote }) => (remote === undefined ? [] : [clusterName(remote.url)]))),
  ];
  const where = clusters.length === 0 ? '' : ` on ${clusters.join(' and ')}`;
  const listed = doomed.slice(0, 10).map(({ path }) => path);
  const more = doomed.length > 10 ? `\nand ${doomed.length - 10} more` : '';
  const detail = `${listed.join('\n')}${more}\n\nThis cannot be undone.`;
  const dispose = { title: doomed.length === 1 ? 'Delete Savepoint' : 'Delete Savepoints' };
  const keep = { title: 'Keep', isCloseAffordance: true };
  const question = `Delete ${what}${where}?`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, dispose, keep)) !== dispose) return;
  try {
    for (const { path, remote } of doomed) {
      // What lies on another machine is deleted by its engine.
      if (remote === undefined) await services.inspector.dispose({ savepoint: path });
      else await remote.run('disposeSavepoint', { path });
    }
  } finally {
    await services.snapshotsTree.lookNow();
  }
}

export async function triggerCheckpoint(services: Services, node?: TreeNode): Promise<void> {
  const job = await pickJob(services, node, 'triggerCheckpoint', ({ status }) => status === 'RUNNING');
  const cluster = clusterOf(services, job.id);
  await confirmOn(services, cluster, { what: `Take a checkpoint of ${job.name}`, verb: 'Take Checkpoint' });
  await cluster.run('triggerCheckpoint', { job: job.id });
}

/** Ends a job without a savepoint, after asking. */
export async function cancelJob(services: Services, node?: TreeNode): Promise<void> {
  const job = await pickJob(services, node, 'cancel');
  const latest = job.latestCheckpoint;
  const detail =
    latest === undefined
      ? 'It has no checkpoint: all of its state is lost.'
      : `It ends without a savepoint. Its newest checkpoint is ${latest.id}.`;
  const end = { title: 'Cancel Job' };
  const keep = { title: 'Keep Running', isCloseAffordance: true };
  const cluster = clusterOf(services, job.id);
  const where = cluster === services.runtime.cluster ? '' : ` on ${clusterName(cluster.url)}`;
  const question = `Cancel ${job.name}${where}?`;
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, end, keep);
  if (chosen !== end) return;
  await cluster.run('cancel', { job: job.id });
  if (job.jobFile !== undefined) services.lastRuns.forget(job.jobFile);
}
