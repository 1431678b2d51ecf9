import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { answerNotification } from './actions';
import { VSCodeWindow } from './window';

/** What the engine, not the screen, takes its time for. */
const patienceMs = 30_000;

const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

/** A file whose job runs, but only as far as the compiler lets it. */
interface Flawed {
  readonly flaw: string;
  readonly file: string;
  readonly text: string;
  readonly line: number;
  readonly told: RegExp;
}

const flawed: readonly Flawed[] = [
  {
    flaw: 'does not compile',
    file: 'unfinished.ts',
    text: "import { StreamExecutionEnvironment } from 'job-state';\nconst env = ;\nawait env.execute('unfinished');\n",
    line: 2,
    told: /The job does not compile: .*unfinished\.ts:2:\d+: Unexpected ";"\. Correct the file\./,
  },
  {
    flaw: 'throws while it builds its graph',
    file: 'throwing.ts',
    text: `import { StreamExecutionEnvironment } from 'job-state';

const env = StreamExecutionEnvironment.getExecutionEnvironment();
if (env !== undefined) throw new Error('no airports today');
await env.execute('throwing');
`,
    line: 4,
    told: /The job failed while it built its graph, at .*throwing\.ts:4: Error: no airports today\. Correct the job\./,
  },
  {
    flaw: 'has no sink',
    file: 'sinkless.ts',
    text: `import { GeneratorSource, StreamExecutionEnvironment, WatermarkStrategy } from 'job-state';

const env = StreamExecutionEnvironment.getExecutionEnvironment();
const numbers = new GeneratorSource<number>({ generate: (index) => index });
env.fromSource(numbers, WatermarkStrategy.noWatermarks<number>(), 'numbers').map((number) => number + 1);
await env.execute('sinkless');
`,
    line: 6,
    told: /The job "sinkless" has no sink.*sinkless\.ts:6\)\. End a stream with sinkTo/,
  },
];

suite('a job of one’s own', () => {
  let window: VSCodeWindow;

  suiteSetup(async () => {
    window = await VSCodeWindow.connect();
    await window.ready();
    await window.openContainer('Job State');
  });

  suiteTeardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('workbench.action.closePanel');
    await vscode.commands.executeCommand('jobState.stopRuntime');
  });

  teardown(async function () {
    if (this.currentTest?.state !== 'failed') return;
    console.log(String(this.currentTest.err?.message));
    await window.screenshot(`own-failed-${this.currentTest.title.slice(0, 20).replace(/\W+/g, '-')}`);
    await window.page.keyboard.press('Escape');
    await vscode.debug.stopDebugging();
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  test('New Job writes a file that the editor finds no fault with', async function () {
    this.timeout(90_000);
    await window.runCommand('Job State: New Job');
    await window.waitForText('Name of the job');
    await window.answer('clicks');
    await window.page.locator('.tab.active[data-resource-name="clicks.ts"]').waitFor();
    // An error of our own shows when the editor has looked at the file.
    await window.editor.locator('.view-lines').click();
    await window.page.keyboard.press('Control+End');
    await window.page.keyboard.insertText("const two: number = 'two';");
    await window.editor.locator('.squiggly-error').first().waitFor({ timeout: patienceMs });
    const problems = vscode.languages.getDiagnostics(vscode.Uri.file(join(folder, 'clicks.ts')));
    assert.deepEqual(
      problems.map(({ message }) => message).filter((message) => !message.startsWith("'two' is declared")),
      ["Type 'string' is not assignable to type 'number'."],
    );
    await window.page.keyboard.press('Control+Shift+K');
    await window.editor.locator('.squiggly-error').first().waitFor({ state: 'hidden' });
  });

  test('the run button above it starts it, and its state is there to be looked at', async function () {
    this.timeout(60_000);
    await window.page.locator('.editor-actions .action-label[aria-label^="Run Job"]').first().click();
    await window.waitForRow('Jobs', /^clicks.*RUNNING.*checkpoint \d/, patienceMs);
    await window.expandPath('Jobs', [/^count-clicks/, /^count(?!-)/]);
    await window.waitForRow('Jobs', /^user-\d+.*subtask \d · key group \d+/);
  });

  test('another window on the folder shows the job as started elsewhere, and closing it leaves the job running', async function () {
    this.timeout(90_000);
    let seen = '';
    await window.inAnotherWindow({ folder }, async (other) => {
      await other.openContainer('Job State');
      await other.waitForRow('Jobs', /^embedded runtime.*started elsewhere/, patienceMs);
      seen = await other.waitForRow('Jobs', /^clicks.*RUNNING.*checkpoint \d/, patienceMs);
    });
    const newer = Number(/checkpoint (\d+)/.exec(seen)?.[1]) + 2;
    await window.waitForRow('Jobs', new RegExp(`^clicks.*RUNNING.*checkpoint (${newer}|${newer + 1}),`), patienceMs);
  });

  test('Cancel Job asks first, and does what was answered', async function () {
    this.timeout(90_000);
    await window.inAnotherWindow({ folder }, async (other) => {
      await other.openContainer('Job State');
      await other.waitForRow('Jobs', /^clicks.*RUNNING/, patienceMs);
      await other.contextMenu('Jobs', /^clicks/, 'Cancel Job');
      await other.dialog.waitFor();
      await other.screenshot('own-cancel');
      assert.match(
        (await other.dialog.textContent()) ?? '',
        /Cancel clicks\?.*ends without a savepoint\. Its newest checkpoint is \d+\./,
      );
      await other.answerDialog('Keep Running');
      await other.runCommand('Job State: Cancel Job');
      await other.waitForRow('Jobs', /^clicks.*RUNNING/);
      await other.answerDialog('Cancel Job');
      await other.waitForRow('Jobs', /^clicks.*CANCELED/, patienceMs);
    });
    await window.waitForRow('Jobs', /^clicks.*CANCELED/);
  });

  test('F5 in a job file debugs it, and Stop ends it', async function () {
    this.timeout(90_000);
    await window.openFile('clicks.ts');
    await window.page.keyboard.press('F5');
    await window.pick('Job State');
    await window.waitForRow('Jobs', /^clicks.*RUNNING/, patienceMs);
    await window.screenshot('own-f5');
    await window.toolbarAction('Stop').click();
    await window.toolbarAction('Stop').waitFor({ state: 'hidden' });
    await window
      .rows('Jobs', /^clicks.*RUNNING/)
      .first()
      .waitFor({ state: 'hidden', timeout: patienceMs });
  });

  test('a launch configuration can hold the start of the job, and F5 lets it go', async function () {
    this.timeout(90_000);
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    const configuration = {
      type: 'job-state',
      request: 'launch',
      name: 'Clicks, held at the start',
      program: '${workspaceFolder}/clicks.ts',
      holdStart: true,
    };
    writeFileSync(
      join(folder, '.vscode', 'launch.json'),
      JSON.stringify({ version: '0.2.0', configurations: [configuration] }),
    );
    await window.openFile('clicks.ts');
    await window.page.keyboard.press('F5');
    await window.waitForText(/>.no.checkpoint:.start.empty/, patienceMs);
    await window.waitForRow('Jobs', /^clicks.*held before: no checkpoint: start empty/);
    await window.screenshot('own-launch');
    await window.page.keyboard.press('F5');
    await window.openContainer('Job State');
    await window.waitForRow('Jobs', /^clicks.*RUNNING/, patienceMs);
    await window.toolbarAction('Stop').click();
    await window.toolbarAction('Stop').waitFor({ state: 'hidden' });
  });

  for (const { flaw, file, text, line, told } of flawed) {
    test(`a job that ${flaw} says so with advice, and leads to its line`, async () => {
      writeFileSync(join(folder, file), text);
      await window.openFile(file);
      await window.runCommand('Job State: Run Job');
      assert.match(await answerNotification(window, file, 'Show'), told);
      await window.waitForText(new RegExp(`Ln ${line}, Col 1`));
      const [problem] = vscode.languages
        .getDiagnostics(vscode.Uri.file(join(folder, file)))
        .filter(({ source }) => source === 'Job State');
      assert.equal(problem?.range.start.line, line - 1);
    });
  }
});
