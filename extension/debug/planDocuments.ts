import * as vscode from 'vscode';
import { id, type JobId } from '../../runtime/base/ids';
import { parsePlanPath, planScheme, recoveryPlan } from '../../runtime/debugadapter/recoveryPlan';
import type { Services } from '../services';
import { Later } from '../support/later';

/** Several events of one step come together. */
const redrawDelayMs = 100;

/** The documents on which the debugger stands: a recovery as text, drawn anew while it goes on. */
export function providePlans({ runtime, connection }: Services): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const redraw = new Later(redrawDelayMs, () => {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === planScheme) changed.fire(uri);
    return Promise.resolve();
  });
  const listening = connection.event.on((event) => {
    if (event.e === 'recovery') redraw.soon();
  });
  const provider = vscode.workspace.registerTextDocumentContentProvider(planScheme, {
    onDidChange: changed.event,
    async provideTextDocumentContent(uri) {
      const named = parsePlanPath(uri.path);
      const { cluster } = runtime;
      if (named === undefined || cluster === undefined) return 'This recovery is over and its runtime is gone.\n';
      const job = id<JobId>(named.job);
      const [details, recovery, operators] = await Promise.all([
        cluster.get('job', { job }),
        cluster.get('recovery', { job, recovery: named.recovery }),
        cluster.get('operators', { job }),
      ]);
      return recoveryPlan(details, recovery, operators).text;
    },
  });
  return vscode.Disposable.from(provider, changed, redraw, listening);
}
