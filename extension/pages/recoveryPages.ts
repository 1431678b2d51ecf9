import * as v from 'valibot';
import * as vscode from 'vscode';
import type { FromRecoveryPage, ToRecoveryPage } from '../../webview/messages';
import { clusterOf } from '../commands/picks';
import { report } from '../commands/reporting';
import { panels } from '../ids';
import type { Services } from '../services';
import { fromRecoveryPageSchema } from './pageMessages';
import { openPanel } from './pagePanel';
import { writeRecoveryFile } from './exportedRecovery';
import type { RecoveryRef } from './followed';
import { RecoveryFeed } from './recoveryFeed';
import { whatIfRemote } from './whatIfRemote';
import type { RecordedRecovery } from '../../runtime/rest/recovery/recordedRecovery';
import { recoveryFileName } from '../../runtime/rest/recovery/recoveryFile';

/** The pages that are open, by job and recovery: each recovery has one at most. */
const open = new Map<string, vscode.WebviewPanel>();

/** Opens the page of a recovery beside what is open, or brings it to the front. */
export function openRecoveryPage(services: Services, ref: RecoveryRef & { readonly name: string }): void {
  const key = `${ref.job}/${ref.recovery}`;
  const before = open.get(key);
  if (before !== undefined) {
    before.reveal();
    return;
  }
  const title = ref.recovery === 0 ? `Start of ${ref.name}` : `Recovery #${ref.recovery} of ${ref.name}`;
  const panel = openPanel(services.context, { type: panels.recovery, page: 'recovery', title });
  open.set(key, panel);
  const send = (message: ToRecoveryPage): void => void panel.webview.postMessage(message);
  const cluster = clusterOf(services, ref.job);
  const isOwn = services.runtime.cluster === cluster;
  const followed = isOwn ? services.connection : services.remotes;
  const feed = new RecoveryFeed(cluster, followed, ref, send, (error) => services.log.appendLine(String(error)));
  // A page that was hidden in between is told again.
  let repetition: Extract<ToRecoveryPage, { m: 'whatIf' }> = { m: 'whatIf' };
  const tell = (next: typeof repetition): void => {
    repetition = next;
    send(next);
  };
  const repeat = async (): Promise<void> => {
    if (repetition.progress !== undefined) return;
    try {
      const progress = (text: string): void => tell({ m: 'whatIf', progress: text });
      tell({ m: 'whatIf', result: await whatIfRemote(cluster, followed, ref, progress) });
    } catch (error) {
      tell({ m: 'whatIf' });
      throw error;
    }
  };
  const answer = (message: FromRecoveryPage): Promise<void> => {
    switch (message.m) {
      case 'ready':
        return feed.ready().then(() => send(repetition));
      case 'resume':
        return feed.resume(message.how, message.hold);
      case 'holdNext':
        return feed.holdNext(message.hold);
      case 'whatIf':
        return repeat();
      case 'export':
        return exportRecovery(message.recorded);
    }
  };
  const watching = services.runtime.changed.on(() => {
    if (!isOwn || services.runtime.cluster === cluster) return;
    feed.dispose();
    send({ m: 'gone' });
  });
  panel.webview.onDidReceiveMessage((message: unknown) => {
    const parsed = v.safeParse(fromRecoveryPageSchema, message);
    if (parsed.success) answer(parsed.output).catch((error: unknown) => void report(services, error));
  });
  panel.onDidChangeViewState(() => panel.visible || feed.hidden());
  panel.onDidDispose(() => {
    open.delete(key);
    feed.dispose();
    watching.dispose();
  });
}

/** Opens the page of an exported recovery; there is no job behind it. */
export function openRecordedPage(services: Services, recorded: RecordedRecovery): void {
  const { job, details } = recorded;
  const title = `Recovery #${details.recovery} of ${job.name} (exported)`;
  const panel = openPanel(services.context, { type: panels.recovery, page: 'recovery', title });
  panel.webview.onDidReceiveMessage((message: unknown) => {
    const parsed = v.safeParse(fromRecoveryPageSchema, message);
    if (!parsed.success) return;
    if (parsed.output.m === 'ready')
      void panel.webview.postMessage({ m: 'recovery', recorded } satisfies ToRecoveryPage);
    if (parsed.output.m === 'export')
      exportRecovery(parsed.output.recorded).catch((error: unknown) => void report(services, error));
  });
}

/** Asks where, and writes the file. */
async function exportRecovery(recorded: RecordedRecovery): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = recoveryFileName(recorded);
  const target = await vscode.window.showSaveDialog({
    title: 'Export Recovery',
    filters: { 'Exported recovery': ['json'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (target !== undefined) await writeRecoveryFile(target.fsPath, recorded, Date.now());
}
