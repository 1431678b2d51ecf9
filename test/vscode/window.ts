import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Locator, type Page } from 'playwright-core';

/** How long anything on the screen may take to appear. */
const patienceMs = 15_000;

/** The three kinds of themes that everything has to be readable in. */
export const themes = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  highContrast: 'Dark High Contrast',
} as const;

export type Theme = keyof typeof themes;

/** Where tests leave pictures to be looked at. */
const screenshotsFolder = join(process.env['JOB_STATE_ROOT'] ?? process.cwd(), 'out', 'screenshots');

/** The address of a window with the extension under development and without its tests. */
function ordinaryAddress(ofTests: string, folder: string | undefined): string {
  const { origin, searchParams } = new URL(ofTests);
  const payload = JSON.parse(searchParams.get('payload') ?? '[]') as [string, string][];
  const query = new URLSearchParams({
    ...(folder === undefined ? { ew: 'true' } : { folder }),
    payload: JSON.stringify(payload.filter(([name]) => name !== 'extensionTestsPath')),
  });
  return `${origin}/?${query.toString()}`;
}

/**
 * Runs in the page before the workbench does. The server that carries the tests trusts every folder and writes so into the page; here
 * the page is told the opposite.
 */
const askForTrust = `document.addEventListener('readystatechange', () => {
  const meta = document.getElementById('vscode-workbench-web-configuration');
  if (document.readyState !== 'interactive' || meta === null) return;
  meta.dataset.settings = JSON.stringify({ ...JSON.parse(meta.dataset.settings), enableWorkspaceTrust: true });
});`;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * VS Code's window as a person sees it: text, rows, keys and clicks. It knows nothing of the extension's code, so the same
 * helper serves tests in the extension host, `npm start -- --check` and the screenshots.
 */
export class VSCodeWindow {
  constructor(readonly page: Page) {
    page.setDefaultTimeout(patienceMs);
  }

  /** The window in which the running test's extension host works. */
  static async connect(): Promise<VSCodeWindow> {
    const address = process.env['VSCODE_TEST_CDP'];
    if (address === undefined)
      throw new Error('VSCODE_TEST_CDP is not set: start this test with `npm run test:vscode`.');
    const browser = await chromium.connectOverCDP(address);
    const page = browser.contexts()[0]?.pages()[0];
    if (page === undefined) throw new Error('The browser has no window.');
    return new VSCodeWindow(page);
  }

  /**
   * Looks into a further window of the same VS Code, on a folder or on none, and closes it as a person does: its extension host ends with
   * it. It is an ordinary window with the extension, not one of tests, so it also shows what VS Code refuses to tests: modal dialogs.
   * With `asksForTrust` its folder is not trusted until somebody says so.
   */
  async inAnotherWindow(
    { folder, asksForTrust = false }: { readonly folder?: string; readonly asksForTrust?: boolean },
    look: (other: VSCodeWindow) => Promise<void>,
  ): Promise<void> {
    const page = await this.page.context().newPage();
    try {
      await page.setViewportSize(this.page.viewportSize() ?? { width: 1280, height: 800 });
      if (asksForTrust) await page.addInitScript({ content: askForTrust });
      const other = new VSCodeWindow(page);
      await page.goto(ordinaryAddress(this.page.url(), folder));
      await other.ready();
      try {
        await look(other);
      } catch (error) {
        await other.screenshot('other-window-failed');
        throw error;
      }
    } finally {
      await page.goto('about:blank');
      await page.close();
      await this.page.bringToFront();
    }
  }

  /** Resolves when the workbench is drawn. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 60_000 });
  }

  /**
   * Opens a view container of the activity bar by its title. A window that is being restored may open it by itself at the moment of the
   * click, which then closes it: a second click brings it back.
   */
  async openContainer(title: string): Promise<void> {
    const action = this.page.locator(`.activitybar .action-item:has(a[aria-label^="${title}"])`);
    await action.waitFor();
    const header = this.page.locator('.sidebar .composite.title', { hasText: new RegExp(`^${escaped(title)}`, 'i') });
    const shown = (timeout: number): Promise<boolean> =>
      header.waitFor({ timeout }).then(
        () => true,
        () => false,
      );
    for (let tries = 0; tries < 3 && !(await shown(tries === 0 ? 500 : 5_000)); tries++) {
      await action.click();
      await this.restMouse();
    }
    await header.waitFor();
  }

  /** Moves the mouse to where it brings up nothing, and waits until what it brought up before is gone. */
  async restMouse(): Promise<void> {
    await this.page.mouse.move(640, 796);
    await this.page.locator('.monaco-hover:visible').first().waitFor({ state: 'hidden' });
  }

  /** Drags the edge of the side bar until it is so wide, or as far as it goes. */
  async widenSideBar(widthPx = 620): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (box === null) throw new Error('The side bar is not shown.');
    const height = box.y + box.height / 2;
    const edge = this.page.locator('.monaco-sash.vertical:not(.disabled)');
    const sashes = (await Promise.all((await edge.all()).map((sash) => sash.boundingBox()))).flatMap(
      (sash) => sash ?? [],
    );
    const right = box.x + box.width;
    const nearest = sashes.sort((one, other) => Math.abs(one.x - right) - Math.abs(other.x - right))[0];
    if (nearest === undefined) throw new Error('The side bar has no edge to drag.');
    await this.page.mouse.move(nearest.x + nearest.width / 2, height);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + widthPx, height, { steps: 5 });
    await this.page.mouse.up();
    await this.restMouse();
  }

  /** A view of the side bar by its name. */
  view(name: string): Locator {
    return this.page.locator(`.sidebar .pane:has(.pane-header[aria-label^="${name}"])`);
  }

  /** The rows of a view whose whole text (label and description) holds a text or matches a pattern. */
  rows(view: string, text: string | RegExp): Locator {
    return this.view(view).locator('.monaco-list-row', { hasText: text });
  }

  /** Waits for a row and resolves to its text; `timeoutMs` for what the engine, not the screen, takes its time for. */
  async waitForRow(view: string, text: string | RegExp, timeoutMs = patienceMs): Promise<string> {
    const row = this.rows(view, text).first();
    await row.waitFor({ timeout: timeoutMs });
    return (await row.textContent()) ?? '';
  }

  /** Every visible row of a view, from the top, label and description as one text. */
  async rowTexts(view: string): Promise<string[]> {
    const found = await this.view(view).locator('.monaco-list-row').all();
    const rows = await Promise.all(
      found.map(async (row) => ({
        index: Number(await row.getAttribute('data-index')),
        text: await row.textContent(),
      })),
    );
    return rows.sort((left, right) => left.index - right.index).map(({ text }) => (text ?? '').trim());
  }

  /**
   * Opens one row below the other. A click on a row that moves down at that moment, because a new row came in above it, closes the one that
   * came into its place: then all is opened once more.
   */
  async expandPath(view: string, path: readonly (string | RegExp)[]): Promise<void> {
    for (let tries = 3; ; tries -= 1) {
      try {
        for (const text of path) await this.expand(view, text, patienceMs / 3);
        return;
      } catch (error) {
        if (tries === 1) throw error;
      }
    }
  }

  /** Opens a row's children, if they are not shown. */
  async expand(view: string, text: string | RegExp, timeoutMs = patienceMs): Promise<void> {
    const row = this.rows(view, text).first();
    await row.waitFor({ timeout: timeoutMs });
    if ((await row.getAttribute('aria-expanded')) !== 'false') return;
    await row.click();
    await this.page.keyboard.press('ArrowRight');
    const expanded = this.view(view).locator('.monaco-list-row[aria-expanded="true"]', { hasText: text });
    await expanded.first().waitFor({ timeout: timeoutMs });
  }

  /** Picks an entry of a row's context menu. A menu that has just opened takes no click for 100 ms, and stays open then. */
  async contextMenu(view: string, row: string | RegExp, entry: string): Promise<void> {
    await this.rows(view, row).first().click({ button: 'right' });
    const item = this.page
      .locator('.monaco-menu .action-menu-item', { hasText: new RegExp(`^\\s*${escaped(entry)}`) })
      .first();
    for (let closed = false; !closed;) {
      await item.click();
      closed = await item.waitFor({ state: 'hidden', timeout: 1_000 }).then(
        () => true,
        () => false,
      );
    }
  }

  /** Presses a row's inline button by its title. */
  async inlineAction(view: string, row: string | RegExp, title: string): Promise<void> {
    const found = this.rows(view, row).first();
    await found.hover();
    await found.locator(`.action-label[aria-label^="${title}"]`).first().click();
  }

  /** The quick pick or input box that is open. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Runs a command by its title in the command palette, as a person does. */
  async runCommand(title: string): Promise<void> {
    const entry = await this.quickAccess(`>${title}`, title);
    await entry.click();
    // What the command asks for comes in the same place: whoever answers it must not meet the palette.
    await entry.waitFor({ state: 'hidden' });
  }

  /** The commands that the palette offers for a text. */
  async offeredCommands(title: string): Promise<string[]> {
    await this.quickAccess(`>${title}`, '');
    const offered = await this.quickInput.locator('.monaco-list-row').allTextContents();
    await this.page.keyboard.press('Escape');
    return offered;
  }

  /** Opens a file of the folder by its name and puts the cursor into it. */
  async openFile(name: string): Promise<void> {
    await (await this.quickAccess(name, name)).click();
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.editor.locator('.view-lines').click();
  }

  /** The editor that is in front. */
  get editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
  }

  /**
   * Opens the quick access with a text and resolves to its first entry that holds another. Whatever takes the focus closes it (a view
   * that has just opened, say), so it is opened again until the entry is seen in it.
   */
  private async quickAccess(text: string, entryText: string): Promise<Locator> {
    const entry = this.quickInput.locator('.monaco-list-row', { hasText: entryText }).first();
    for (let tries = 5; ; tries -= 1) {
      await this.page.keyboard.press('F1');
      try {
        await this.quickInput
          .locator('input')
          .first()
          .fill(text, { timeout: patienceMs / 5 });
        await entry.waitFor({ timeout: patienceMs / 5 });
        return entry;
      } catch (error) {
        if (tries === 1) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Replaces the text of the open quick input, without accepting it. */
  async type(text: string): Promise<void> {
    await this.quickInput.locator('input').first().fill(text);
  }

  /** Accepts the open input box, after typing `text` into it. */
  async answer(text: string): Promise<void> {
    await this.type(text);
    await this.accept();
  }

  /** Accepts what the open quick input proposes. The key goes to its box, wherever the focus is. */
  async accept(): Promise<void> {
    await this.quickInput.locator('input').first().press('Enter');
  }

  /** Picks the first entry of the open quick pick that holds a text. */
  async pick(text: string | RegExp): Promise<void> {
    const entry = this.quickInput.locator('.monaco-list-row', { hasText: text }).first();
    await entry.waitFor();
    await entry.click();
  }

  /** The entries of the open quick pick. */
  async picks(): Promise<string[]> {
    await this.quickInput.locator('.monaco-list-row').first().waitFor();
    return this.quickInput.locator('.monaco-list-row .label-name').allTextContents();
  }

  /** Waits until a text can be seen anywhere in the window. */
  async waitForText(text: string | RegExp, timeoutMs = patienceMs): Promise<void> {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: timeoutMs });
  }

  /** The modal dialog that is open. Windows of tests show none, others do. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Presses a button of the modal dialog and waits until it is gone. */
  async answerDialog(button: string): Promise<void> {
    await this.dialog.locator('.monaco-button', { hasText: button }).first().click();
    await this.dialog.waitFor({ state: 'hidden' });
  }

  /** A debug toolbar's or a view title's button by the beginning of its title. */
  toolbarAction(title: string): Locator {
    return this.page
      .locator(
        `.debug-toolbar .action-label[aria-label^="${title}"], .pane-header .action-label[aria-label^="${title}"]`,
      )
      .first();
  }

  /** Saves what the window shows as out/screenshots/<name>.png and resolves to that path. */
  async screenshot(name: string, folder = screenshotsFolder): Promise<string> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  /** Changes the colour theme by the window's own picker and waits until it is drawn. */
  async setTheme(theme: Theme): Promise<void> {
    const kind = { light: 'vs', dark: 'vs-dark', highContrast: 'hc-black' }[theme];
    await this.openThemes();
    await this.type(themes[theme]);
    await this.pick(themes[theme]);
    await this.page.locator(`.monaco-workbench.${kind}`).first().waitFor();
    await this.restMouse();
  }

  /** Whatever takes the focus while the picker opens closes it: then it is asked for again. */
  private async openThemes(): Promise<void> {
    const picker = this.quickInput.locator('input[placeholder^="Select Color Theme"]');
    for (let tries = 3; ; tries -= 1) {
      await this.runCommand('Preferences: Color Theme');
      try {
        await picker.waitFor({ timeout: patienceMs / 3 });
        return;
      } catch (error) {
        if (tries === 1) throw error;
      }
    }
  }
}
