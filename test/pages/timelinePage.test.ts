import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { life } from '../support/timelines';
import { openBrowser, PageHarness, type PageOptions } from './support/pageHarness';
import { pageThemes, type PageTheme } from './support/themes';

const said = { m: 'timeline', timeline: life };

describe('the timeline page', () => {
  let browser: Browser;
  before(async () => void (browser = await openBrowser()));
  after(() => browser.close());

  async function withPage(
    options: Omit<PageOptions, 'page'>,
    look: (harness: PageHarness) => Promise<void>,
  ): Promise<void> {
    const harness = await PageHarness.open(browser, { page: 'timeline', atReady: [said], ...options });
    try {
      await harness.page.locator('h1', { hasText: /./ }).waitFor();
      await look(harness);
    } finally {
      await harness.close();
    }
  }

  for (const theme of Object.keys(pageThemes) as PageTheme[]) {
    test(`breaks no rule of accessibility or of its policy in the theme ${theme}`, async () => {
      await withPage({ theme }, async (harness) => {
        await harness.page.getByRole('button', { name: /^recovery #1/ }).hover();
        await harness.assertSound();
        await harness.screenshot(`timeline-${theme}`);
      });
    });
  }

  test('arrows go through what happened and tell each in a sentence; Enter selects it in the tree', async () => {
    await withPage({}, async (harness) => {
      const { page } = harness;
      await page.keyboard.press('Tab');
      const told = async (): Promise<unknown> => page.getByRole('status').textContent();
      assert.equal(await told(), 'checkpoint 5, 25 s after the start · 40 ms · 40 kB');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      assert.match(String(await told()), /^recovery #1, 14 s after the start · tm-2 killed by you/);
      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      assert.deepEqual(await harness.sent(), [
        { m: 'select', k: 'recovery', id: 1, savepoint: false },
        { m: 'select', k: 'checkpoint', id: 3, savepoint: true },
      ]);
    });
  });

  test('follows the newest until the user scrolls', async () => {
    const [first] = life.entries;
    assert.ok(first);
    const of = (count: number) => ({
      m: 'timeline',
      timeline: {
        ...life,
        entries: Array.from({ length: count }, (_, index) => ({
          ...first,
          id: index + 1,
          atMs: life.startMs + index * 1_000,
        })),
      },
    });
    await withPage({ atReady: [of(200)] }, async (harness) => {
      const left = (): Promise<number> =>
        harness.page.evaluate<number>(`document.querySelector('.scroller').scrollLeft`);
      const before = await left();
      assert.ok(before > 0);
      await harness.say(of(250));
      const followed = await left();
      assert.ok(followed > before);
      await harness.page.evaluate(`document.querySelector('.scroller').scrollLeft = 10`);
      await harness.say(of(300));
      assert.equal(await left(), 10);
    });
  });
});
