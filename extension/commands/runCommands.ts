import { basename, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { errorData, errorText, userError } from '../../runtime/base/errors';
import type { Submission } from '../../runtime/cluster/model';
import { views } from '../ids';
import type { Services } from '../services';
import { readSettings } from '../settings';
import type { TreeNode } from '../tree/model/node';
import { copyFlights } from './examples';
import { writeNewJob } from './newJob';
import { askText, pickOne } from './questions';
import { Dismissed, report } from './reporting';

/** Starts a job file; what is not saved is saved first. Rejects with what the compiler or the runtime says. */
export async function startJob(
  services: Services,
  submission: Pick<Submission, 'jobFile' | 'from' | 'holdRecovery'>,
): Promise<void> {
  const { parallelism, rowsPerSecond } = readSettings();
  const open = vscode.workspace.textDocuments.find((document) => document.uri.fsPath === submission.jobFile);
  if (open?.isDirty === true) await open.save();
  services.problems.clear();
  const title = `Starting ${basename(submission.jobFile)}`;
  await vscode.window.withProgress({ location: { viewId: views.jobs }, title }, async () => {
    const cluster = await services.runtime.ensure();
    await cluster.run('submit', {
      ...submission,
      ...(parallelism === undefined ? {} : { parallelism }),
      ...(rowsPerSecond === undefined ? {} : { rowsPerSecond }),
    });
  });
}

/** Run Job: the given file, the active editor's, or one that is picked. */
export async function runJob(services: Services, given?: unknown): Promise<void> {
  const jobFile = given instanceof vscode.Uri ? given.fsPath : (activeJobFile() ?? (await pickJobFile()));
  await showJobs();
  await startJob(services, { jobFile });
}

/** The file of the active editor when it is a job. */
export function activeJobFile(): string | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.uri.scheme === 'file' && isJobText(document) ? document.uri.fsPath : undefined;
}

/** Whether a document is TypeScript that builds a job: it imports 'job-state' and executes. */
function isJobText(document: vscode.TextDocument): boolean {
  if (!/^(type|java)script/.test(document.languageId)) return false;
  const text = document.getText();
  return /from\s+['"]job-state['"]/.test(text) && /\bexecute\s*\(/.test(text);
}

/** One of the workspace's job files. */
export async function pickJobFile(): Promise<string> {
  const found = await vscode.workspace.findFiles('**/*.ts', '**/{node_modules,.job-state,dist,out}/**', 500);
  const jobs: { label: string; description: string; file: string }[] = [];
  for (const uri of found) {
    if (uri.path.endsWith('.d.ts')) continue;
    const text = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
    if (!/from\s+['"]job-state['"]/.test(text) || !/\bexecute\s*\(/.test(text)) continue;
    jobs.push({ label: basename(uri.fsPath), description: vscode.workspace.asRelativePath(uri), file: uri.fsPath });
  }
  if (jobs.length === 0) {
    throw userError(
      'job.no-file',
      "No file here imports 'job-state' and executes a job.",
      'Make one with Job State: New Job, or run the flights example.',
    );
  }
  return (await pickOne(jobs, { title: 'Run which job?', matchOnDescription: true })).file;
}

/** Runs the flights example; it is copied where the user's files are, unless the folder is the example. */
export async function runFlights(services: Services): Promise<void> {
  const jobFile = await copyFlights(services.context);
  await showJobs();
  await startJob(services, { jobFile });
}

export async function newJob(services: Services): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    throw userError('job.no-folder', 'A new job needs a folder.', 'Open a folder, then make the job in it.');
  }
  const name = await askText({
    title: 'New Job',
    prompt: 'Name of the job; its file gets the same name.',
    value: 'my-job',
    validateInput: (text) =>
      /^[A-Za-z][\w-]*$/.test(text) ? undefined : 'Letters, digits, - and _, beginning with a letter.',
  });
  const file = await writeNewJob(services.context, folder.uri, name);
  await vscode.window.showTextDocument(file);
}

/** Continues a job that ended with its runtime; asked from its row, or the only or a picked one. */
export async function continueJob(services: Services, node?: TreeNode): Promise<void> {
  const runs = services.lastRuns.interrupted(services.connection.data?.jobs ?? []);
  const given = node?.about.k === 'lastRun' ? node.about.jobFile : undefined;
  const items = runs.map((run) => ({
    label: run.name,
    description: run.checkpoint === undefined ? 'from its start' : `from checkpoint ${run.checkpoint.id}`,
    run,
  }));
  const [first] = items;
  if (first === undefined) {
    throw userError('job.nothing-to-continue', 'No job was interrupted.', 'Run a job, or run one from a savepoint.');
  }
  const chosen =
    items.find(({ run }) => run.jobFile === given) ??
    (items.length === 1 ? first : await pickOne(items, { title: 'Continue which job?' }));
  const { jobFile, checkpoint } = chosen.run;
  await startJob(services, { jobFile, ...(checkpoint === undefined ? {} : { from: checkpoint.path }) });
}

/**
 * Starts what the setting names: continues what was running when the window was closed, leaves alone what runs.
 * Errors are told, each with a way on.
 */
export async function autoRun(services: Services): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined || !vscode.workspace.isTrusted) return;
  for (const name of readSettings().autoRun) {
    const jobFile = isAbsolute(name) ? name : join(folder.uri.fsPath, name);
    const jobs = (await services.connection.read())?.jobs ?? [];
    if (jobs.some((job) => job.jobFile === jobFile && job.endMs === undefined)) continue;
    const run = services.lastRuns.interrupted(jobs).find((last) => last.jobFile === jobFile);
    try {
      await startJob(services, { jobFile, ...(run?.checkpoint === undefined ? {} : { from: run.checkpoint.path }) });
    } catch (error) {
      if (run?.checkpoint === undefined) void report(services, error);
      else void offerFreshStart(services, jobFile, run.checkpoint.id, error);
    }
  }
}

async function offerFreshStart(services: Services, jobFile: string, checkpoint: number, error: unknown): Promise<void> {
  if (error instanceof Dismissed) return;
  const text = `${basename(jobFile)} could not continue from checkpoint ${checkpoint}: ${errorText(errorData(error))}`;
  const chosen = await vscode.window.showErrorMessage(text, 'Run from the Start', 'Show Log');
  if (chosen === 'Show Log') services.log.show();
  if (chosen !== 'Run from the Start') return;
  await startJob(services, { jobFile }).catch((again: unknown) => report(services, again));
}

export async function showJobs(): Promise<void> {
  await vscode.commands.executeCommand(`${views.jobs}.focus`);
}
