import * as v from 'valibot';
import type * as vscode from 'vscode';
import type { FromRecoveryPage, ToRecoveryPage } from '../../webview/messages';
import { connected } from '../commands/picks';
import { report } from '../commands/reporting';
import { panels } from '../ids';
import type { Services } from '../services';
import { fromRecoveryPageSchema } from './pageMessages';
import { openPanel } from './pagePanel';
import { RecoveryFeed, type RecoveryRef } from './recoveryFeed';

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
  const cluster = connected(services);
  const feed = new RecoveryFeed(cluster, services.connection, ref, send, (error) =>
    services.log.appendLine(String(error)),
  );
  const watching = services.runtime.changed.on(() => {
    if (services.runtime.cluster === cluster) return;
    feed.dispose();
    send({ m: 'gone' });
  });
  panel.webview.onDidReceiveMessage((message: unknown) => {
    const parsed = v.safeParse(fromRecoveryPageSchema, message);
    if (parsed.success) answer(feed, parsed.output).catch((error: unknown) => void report(services, error));
  });
  panel.onDidChangeViewState(() => panel.visible || feed.hidden());
  panel.onDidDispose(() => {
    open.delete(key);
    feed.dispose();
    watching.dispose();
  });
}

function answer(feed: RecoveryFeed, message: FromRecoveryPage): Promise<void> {
  switch (message.m) {
    case 'ready':
      return feed.ready();
    case 'resume':
      return feed.resume(message.how, message.hold);
    case 'holdNext':
      return feed.holdNext(message.hold);
  }
}
