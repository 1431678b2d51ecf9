/** A page of the extension in a real browser, with its real HTML and policy, and a host that the test plays. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { pageHtml } from '../../../extension/pages/pageHtml';
import { ensureChromium } from '../../../scripts/lib/chromium.mjs';
import { pageThemes, type PageTheme } from './themes';

/** Tests and benches run in the checkout. */
const root = process.cwd();
const origin = 'https://page.test';

const types: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

/** Starts a browser; the test closes it. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}

export interface PageOptions {
  /** The bundle in dist/pages/. */
  readonly page: string;
  readonly theme?: PageTheme;
  readonly size?: { readonly width: number; readonly height: number };
  readonly reducedMotion?: boolean;
  /** Answered by the host as soon as the page says that it is ready. */
  readonly atReady?: readonly unknown[];
  /** What the page kept before it was reloaded. */
  readonly state?: unknown;
}

/** Runs in the page before its script: VS Code's side, and an ear for everything that its policy refuses. */
const hostScript = `(({ atReady, state, variables, bodyClass }) => {
  globalThis.sent = [];
  globalThis.refused = [];
  globalThis.kept = state;
  document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
  globalThis.acquireVsCodeApi = () => ({
    postMessage(message) {
      sent.push(message);
      if (message.m === 'ready') for (const answer of atReady) postMessage(answer, '*');
    },
    getState: () => kept,
    setState(next) { kept = next; },
  });
  document.addEventListener('readystatechange', () => {
    for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
    if (document.body !== null) document.body.className = bodyClass;
  });
})`;

export class PageHarness {
  private constructor(readonly page: Page) {}

  static async open(browser: Browser, options: PageOptions): Promise<PageHarness> {
    const context = await browser.newContext({
      viewport: options.size ?? { width: 1280, height: 800 },
      reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const theme = pageThemes[options.theme ?? 'dark'];
    const given = { atReady: options.atReady ?? [], state: options.state, ...theme };
    await page.addInitScript({ content: `${hostScript}(${JSON.stringify(given)})` });
    await page.route(`${origin}/**`, (route) => route.fulfill(answer(new URL(route.request().url()), options.page)));
    const harness = new PageHarness(page);
    page.on('pageerror', (error) => harness.errors.push(error));
    await page.goto(`${origin}/index.html`);
    return harness;
  }

  /** What was thrown in the page. */
  readonly errors: Error[] = [];

  /** The host says something; resolves when the page has drawn it. */
  async say(message: unknown): Promise<void> {
    await this.page.evaluate(`new Promise((resolve) => {
      addEventListener('message', () => requestAnimationFrame(() => resolve()), { once: true });
      postMessage(${JSON.stringify(message)}, '*');
    })`);
  }

  /** What the page said to the host, without that it is ready. */
  async sent(): Promise<readonly unknown[]> {
    const sent = await this.page.evaluate<readonly { m: string }[]>('sent');
    return sent.filter(({ m }) => m !== 'ready');
  }

  /** What the page keeps for its next life. */
  kept(): Promise<unknown> {
    return this.page.evaluate('kept');
  }

  /** Fails when a rule of accessibility is broken, an error was thrown, or the policy refused something that matters. */
  async assertSound(): Promise<void> {
    await this.page.evaluate(axe.source);
    const broken = await this.page.evaluate<
      string[]
    >(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html.slice(0, 200) + ' ' + failureSummary).slice(0, 3).join('\\n')))`);
    assert.deepEqual(broken, [], 'accessibility');
    assert.deepEqual(this.errors, [], 'errors in the page');
    // The toolkit's templates carry style attributes, which are refused without effect on what is seen.
    const refused = await this.page.evaluate<string[]>('refused');
    assert.deepEqual(
      refused.filter((directive) => directive !== 'style-src-attr'),
      [],
      'refused by the policy',
    );
  }

  /** out/screenshots/pages/<name>.png, to be looked at. */
  async screenshot(name: string): Promise<void> {
    const folder = join(root, 'out', 'screenshots', 'pages');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

function answer({ pathname }: URL, page: string): { body: string | Buffer; contentType: string } {
  const extension = pathname.split('.').at(-1) ?? '';
  const contentType = types[extension] ?? 'text/plain';
  if (extension === 'html') {
    const body = pageHtml({
      title: 'Page',
      script: `${origin}/${page}.js`,
      style: `${origin}/${page}.css`,
      cspSource: origin,
      nonce: 'a1b2c3',
    });
    return { body, contentType };
  }
  return { body: readFileSync(join(root, 'dist', 'pages', pathname)), contentType };
}
