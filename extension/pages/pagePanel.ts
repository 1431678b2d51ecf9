import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from './pageHtml';

/** Opens a webview panel with one of the pages of dist/pages/, by its name there. */
export function openPanel(
  context: vscode.ExtensionContext,
  { type, page, title }: { readonly type: string; readonly page: string; readonly title: string },
): vscode.WebviewPanel {
  const folder = vscode.Uri.joinPath(context.extensionUri, 'dist', 'pages');
  const panel = vscode.window.createWebviewPanel(type, title, vscode.ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [folder],
  });
  panel.iconPath = vscode.Uri.joinPath(context.extensionUri, 'media', 'job-state.svg');
  const { webview } = panel;
  const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  webview.html = pageHtml({
    title,
    script: address(`${page}.js`),
    style: address(`${page}.css`),
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('hex'),
  });
  return panel;
}
