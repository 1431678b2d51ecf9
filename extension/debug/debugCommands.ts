import * as vscode from 'vscode';
import { userError } from '../../runtime/base/errors';
import type { Fault } from '../../runtime/base/faults';
import type { CustomRequestName, CustomRequests } from '../../runtime/debugadapter/customRequests';
import { askAndInject } from '../commands/failureCommands';
import { connected, jobOf, pickJob } from '../commands/picks';
import { activeJobFile } from '../commands/runCommands';
import { debugType } from '../ids';
import type { Services } from '../services';
import type { TreeNode } from '../tree/model/node';

/** Debugs a job: the one of the row, the file of the editor, or a running one that is picked. */
export async function debugJob(services: Services, node: TreeNode | undefined, argument: unknown): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const file = argument instanceof vscode.Uri ? argument.fsPath : node === undefined ? activeJobFile() : undefined;
  if (file !== undefined) {
    await vscode.debug.startDebugging(folder, { type: debugType, request: 'launch', name: 'Debug Job', program: file });
    return;
  }
  const job = node === undefined ? undefined : jobOf(node);
  const { id, name } = job === undefined ? await pickJob(services, undefined, 'holdRecovery') : { id: job, name: job };
  await vscode.debug.startDebugging(folder, { type: debugType, request: 'attach', name, job: id });
}

async function request<N extends CustomRequestName>(
  session: vscode.DebugSession,
  name: N,
  query: CustomRequests[N]['q'],
): Promise<CustomRequests[N]['a']> {
  return (await session.customRequest(name, query)) as CustomRequests[N]['a'];
}

/** The thread on which the user stands, if it is one of this session. */
function selectedThread(session: vscode.DebugSession, argument: unknown): number | undefined {
  const fromMenu = /:(\d+)$/.exec(contextThread(argument) ?? '')?.[1];
  if (fromMenu !== undefined) return Number(fromMenu);
  const active = vscode.debug.activeStackItem;
  return active?.session.id === session.id ? active.threadId : undefined;
}

/** What the call stack's context menu hands over: `thread:<session>:<number>`. */
function contextThread(argument: unknown): string | undefined {
  const isContext = typeof argument === 'object' && argument !== null && 'threadId' in argument;
  return isContext && typeof argument.threadId === 'string' ? argument.threadId : undefined;
}

/** Injects a failure into the job that is debugged; the selected thread's subtask and TaskManager are offered first. */
export async function injectWhileDebugging(services: Services, argument: unknown): Promise<void> {
  const session = vscode.debug.activeDebugSession;
  if (session?.type !== debugType) {
    throw userError('debug.no-session', 'No job is being debugged.', 'Debug a job first.');
  }
  const threadId = selectedThread(session, argument);
  const { job, task } = await request(session, 'jobContext', threadId === undefined ? {} : { threadId });
  const details = await connected(services).get('job', { job });
  await askAndInject(services, details, task, (fault: Fault) => request(session, 'injectFailure', { fault }));
}
