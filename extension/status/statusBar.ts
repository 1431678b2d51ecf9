import * as vscode from 'vscode';
import { commands } from '../ids';
import type { Connection } from '../runtime/connection';
import type { RuntimeService } from '../runtime/runtimeService';
import { statusText, type Status } from './statusText';

const agesEveryMs = 5_000;

/** One item: the job and its last checkpoint, or what is held, or that the runtime ended. Hidden while there is nothing to say. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('jobState.status', vscode.StatusBarAlignment.Left, 0);
  private readonly listening: { dispose(): void }[];
  private readonly ages: NodeJS.Timeout;

  constructor(
    private readonly runtime: RuntimeService,
    private readonly connection: Connection,
  ) {
    this.item.name = 'Job State';
    this.item.command = commands.showJobs;
    this.listening = [runtime.changed.on(() => this.draw()), connection.changed.on(() => this.draw())];
    this.ages = setInterval(() => this.draw(), agesEveryMs);
    this.draw();
  }

  dispose(): void {
    clearInterval(this.ages);
    for (const listener of this.listening) listener.dispose();
    this.item.dispose();
  }

  private draw(): void {
    const status = statusText(this.runtime.state, this.connection.data, Date.now());
    if (status === undefined) {
      this.item.hide();
      return;
    }
    this.item.text = `$(${status.icon}) ${status.text}`;
    this.item.tooltip = tooltip(status);
    this.item.accessibilityInformation = { label: `Job State: ${status.text}` };
    this.item.backgroundColor = backgrounds[status.urgency];
    this.item.show();
  }
}

/** The sentence, and below it a link for each action; only the commands of the links may be run from it. */
function tooltip({ tooltip: text, actions }: Status): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString('', true);
  markdown.isTrusted = { enabledCommands: actions.map(({ command }) => command) };
  markdown.appendText(text);
  markdown.appendMarkdown(`\n\n${actions.map(({ title, command }) => `[${title}](command:${command})`).join(' · ')}`);
  return markdown;
}

const backgrounds: Record<Status['urgency'], vscode.ThemeColor | undefined> = {
  calm: undefined,
  held: new vscode.ThemeColor('statusBarItem.warningBackground'),
  broken: new vscode.ThemeColor('statusBarItem.errorBackground'),
};
