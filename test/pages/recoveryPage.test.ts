import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { fellBack, heldBeforeLocalRead, hold, largeRecovery } from '../support/recordedRecoveries';
import { openBrowser, PageHarness, type PageOptions } from './support/pageHarness';
import { pageThemes, type PageTheme } from './support/themes';

const holds = [{ hold, text: 'held before: read local copy of keyed state, 17 kB' }];
const finished = { m: 'recovery', recorded: fellBack, live: { holds: [], holdNext: false } };
const held = { m: 'recovery', recorded: heldBeforeLocalRead, live: { holds, holdNext: false } };

describe('the recovery page', () => {
  let browser: Browser;
  before(async () => void (browser = await openBrowser()));
  after(() => browser.close());

  async function withPage(
    options: Omit<PageOptions, 'page'>,
    look: (harness: PageHarness) => Promise<void>,
  ): Promise<void> {
    const harness = await PageHarness.open(browser, { page: 'recovery', ...options });
    try {
      await harness.page.locator('h1', { hasText: /./ }).waitFor();
      await look(harness);
    } finally {
      await harness.close();
    }
  }

  for (const theme of Object.keys(pageThemes) as PageTheme[]) {
    test(`breaks no rule of accessibility or of its policy in the theme ${theme}, held or done, with a step open`, async () => {
      await withPage({ theme, atReady: [finished] }, async (harness) => {
        await harness.assertSound();
        await harness.page.locator('.step', { hasText: 'keyed: remote' }).click();
        await harness.page.getByRole('columnheader', { name: 'Outcome' }).waitFor();
        await harness.assertSound();
        await harness.screenshot(`recovery-done-${theme}`);
        await harness.say(held);
        await harness.assertSound();
        await harness.screenshot(`recovery-held-${theme}`);
      });
    });
  }

  test('says what failed, how it ended, and where the bytes came from', async () => {
    await withPage({ atReady: [finished] }, async ({ page }) => {
      assert.equal(await page.locator('h1').textContent(), 'Recovery #1 of flights');
      assert.equal(await page.locator('.cause').textContent(), 'tm-2 killed by you');
      assert.equal(await page.getByRole('status').first().textContent(), 'done in 641 ms');
      assert.equal(await page.locator('.totals').textContent(), 'local 16 kB · remote 18 kB · 641 ms');
      const names = await page.locator('.lane-name').allTextContents();
      assert.deepEqual(names, [
        'JobManager',
        'flights-source 1/2',
        'flights-source 2/2',
        'delay-by-airport 1/2',
        'delay-by-airport 2/2',
      ]);
      const steps = page.getByRole('list', { name: /Steps of .*delay-by-airport.* 1\/2/ });
      await steps.getByRole('button', { name: 'fell back, keyed: remote 17 kB, 58 ms' }).waitFor();
    });
  });

  test('arrows move between steps and lanes, Enter opens and closes, Escape closes', async () => {
    await withPage({ atReady: [finished] }, async ({ page }) => {
      const focused = (): Promise<unknown> => page.evaluate('document.activeElement.textContent');
      await page.getByRole('checkbox').focus();
      await page.keyboard.press('Tab');
      assert.match(String(await focused()), /^failure/);
      await page.keyboard.press('ArrowRight');
      assert.match(String(await focused()), /^region: 4 tasks/);
      await page.keyboard.press('End');
      assert.match(String(await focused()), /^recovered/);
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowDown');
      assert.match(String(await focused()), /^parse · context/);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'flights-source 1/2: operator context' }).waitFor();
      assert.match(String(await focused()), /^parse · context/);
      await page.keyboard.press('Enter');
      await page.locator('.details').waitFor({ state: 'hidden' });
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.locator('.details').waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.details').waitFor({ state: 'hidden' });
      assert.match(String(await focused()), /^flights-source · context/);
    });
  });

  test('a step that is open tells its alternatives, why they are in this order, and why one failed', async () => {
    await withPage({ atReady: [finished] }, async ({ page }) => {
      await page.locator('.step', { hasText: 'keyed: remote' }).click();
      await page.getByText('Checkpoint 1 has a local copy on this TaskManager; it is tried first.').waitFor();
      const rows = await page.locator('tbody tr').allTextContents();
      assert.equal(rows.length, 2);
      assert.match(rows[0] ?? '', /^1local1 handle17 kB.*is corrupt.*has CRC32C/);
      assert.match(rows[1] ?? '', /^2remote1 handle17 kB.*restored · 277 entries · 19 ms/);
    });
  });

  test('the debugger keys and buttons resume what is held, and nothing when nothing is', async () => {
    await withPage({ atReady: [held] }, async (harness) => {
      const { page } = harness;
      for (const key of ['F10', 'F11', 'Shift+F11', 'F5']) await page.keyboard.press(key);
      for (const name of ['Step', 'Step Into', 'Step Out', 'Continue'])
        await page.getByRole('button', { name, exact: true }).click();
      const hows = ['next', 'into', 'out', 'go'].map((how) => ({ m: 'resume', how }));
      assert.deepEqual(await harness.sent(), [...hows, ...hows]);
      await harness.say(finished);
      await page.keyboard.press('F10');
      assert.equal((await harness.sent()).length, 8);
      assert.equal(await page.getByRole('button', { name: 'Step', exact: true }).count(), 0);
    });
  });

  test('who has a step of a held lane open steps in that lane', async () => {
    await withPage({ atReady: [held] }, async (harness) => {
      await harness.page.locator('.step-here').click();
      await harness.page.getByRole('button', { name: 'Step', exact: true }).click();
      assert.deepEqual(await harness.sent(), [{ m: 'resume', how: 'next', hold }]);
    });
  });

  test('holding the next recovery is asked for, and shown only as the engine says it', async () => {
    await withPage({ atReady: [finished] }, async (harness) => {
      const box = harness.page.getByRole('checkbox', { name: 'Hold the next recovery' });
      await box.click();
      assert.deepEqual(await harness.sent(), [{ m: 'holdNext', hold: true }]);
      await harness.say({ ...finished, live: { holds: [], holdNext: false } });
      assert.equal(await box.getAttribute('aria-checked'), 'false');
      await harness.say({ ...finished, live: { holds: [] } });
      assert.equal(await box.count(), 0);
    });
  });

  test('what comes later is added once, and a lane that did not change stays the same element', async () => {
    await withPage({ atReady: [held] }, async (harness) => {
      const { page } = harness;
      const { events, ...info } = fellBack.details;
      await page.evaluate(`globalThis.lane = document.querySelectorAll('.lane')[1]`);
      await page.locator('.step-here').focus();
      const rest = events.slice(heldBeforeLocalRead.details.events.length - 3);
      await harness.say({ m: 'more', events: rest, info, live: { holds: [], holdNext: false } });
      await harness.say({ m: 'more', events: rest, info, live: { holds: [], holdNext: false } });
      assert.equal(await page.getByRole('status').first().textContent(), 'done in 641 ms');
      assert.equal(await page.evaluate(`document.querySelectorAll('[data-step]').length`), await countOf(fellBack));
      assert.match(String(await page.evaluate('document.activeElement.textContent')), /^keyed: remote/);
      assert.equal(await page.evaluate(`lane.isConnected`), true);
    });

    async function countOf(recorded: typeof fellBack): Promise<unknown> {
      let count: unknown;
      await withPage({ atReady: [{ m: 'recovery', recorded }] }, async ({ page }) => {
        count = await page.evaluate(`document.querySelectorAll('[data-step]').length`);
      });
      return count;
    }
  });

  test('when the runtime is gone it says so and keeps what it showed, which can only be looked at', async () => {
    await withPage({ atReady: [held] }, async (harness) => {
      await harness.say({ m: 'gone' });
      await harness.page.getByText('The runtime is gone: this is what it said last.').waitFor();
      const buttons = await harness.page.locator('vscode-button').allTextContents();
      assert.deepEqual(buttons, ['Step Through', 'Export…']);
      assert.equal(await harness.page.locator('.lane').count(), 3);
      await harness.assertSound();
    });
  });

  test('a recovery without its job is stepped through, forward and back, as it was recorded', async () => {
    await withPage({ atReady: [{ m: 'recovery', recorded: fellBack }] }, async (harness) => {
      const { page } = harness;
      const status = async (): Promise<unknown> => page.locator('.status').textContent();
      await page.getByRole('button', { name: 'Step Through' }).click();
      assert.equal(await status(), 'step 1 of 49 comes next: failure seen: tm-2 killed by you');
      assert.equal(await page.locator('.step').count(), 1);
      await page.getByRole('button', { name: 'Step', exact: true }).click();
      await page.keyboard.press('F10');
      assert.match(String(await status()), /^step 3 of 49 comes next: cancel 2 tasks/);
      await harness.assertSound();
      await page.keyboard.press('Shift+F10');
      assert.match(String(await status()), /^step 2 of 49/);
      for (let step = 0; step < 48; step += 1) await page.keyboard.press('F10');
      assert.equal(await status(), 'done in 641 ms');
      assert.deepEqual(await harness.sent(), [], 'nothing of it is asked of the extension');
    });
  });

  test('what is exported is what the page shows', async () => {
    await withPage({ atReady: [finished] }, async (harness) => {
      await harness.page.getByRole('button', { name: 'Export…' }).click();
      assert.deepEqual(await harness.sent(), [{ m: 'export', recorded: fellBack }]);
    });
  });

  test('"What if remote?" is asked for where it can be, tells how far it is, and shows both side by side', async () => {
    const live = { holds: [], holdNext: false, whatIf: true };
    await withPage({ atReady: [{ ...finished, live }] }, async (harness) => {
      const { page } = harness;
      const ask = page.getByRole('button', { name: 'What if remote?' });
      await ask.click();
      assert.deepEqual(await harness.sent(), [{ m: 'whatIf' }]);
      await harness.say({ m: 'whatIf', progress: 'Losing 2 local copies…' });
      await page.getByText('Losing 2 local copies…').waitFor();
      assert.equal(await ask.count(), 0, 'not twice at a time');
      const result = {
        ...fellBack.details,
        events: [],
        recovery: 2,
        tookMs: 853,
        local: 0,
        localBytes: 0,
        remote: 2,
        remoteBytes: 34_209,
      };
      await harness.say({ m: 'whatIf', result });
      assert.deepEqual(await page.locator('.comparison tbody tr').allTextContents(), [
        'as it was, #1641 ms16 kB18 kB',
        'without local copies, #2853 ms0 B34 kB',
      ]);
      await page.getByText('it took 212 ms more and read 16 kB more from remote storage').waitFor();
      await harness.assertSound();
      await harness.screenshot('recovery-what-if');
      await harness.say({ ...finished, live: { holds: [] } });
      assert.equal(await ask.count(), 0, 'only where it can be');
    });
  });

  test('two hundred subtasks are grouped by operator with counts; only what is striking is shown until one opens it', async () => {
    const recorded = largeRecovery(2, 100, 6);
    await withPage({ atReady: [{ m: 'recovery', recorded }] }, async (harness) => {
      const { page } = harness;
      const group = page.getByRole('button', { name: /operator-1/ });
      assert.equal(await group.textContent(), 'operator-1100 subtasks · 90 remote, 10 fell back');
      assert.equal(await page.locator('.lane').count(), 1 + 10 + 10);
      await harness.assertSound();
      await harness.screenshot('recovery-200');
      await group.click();
      assert.equal(await page.locator('.lane').count(), 1 + 10 + 100);
    });
  });

  test('a narrow page, or one that is zoomed, scrolls in one direction only', async () => {
    await withPage({ atReady: [held], size: { width: 320, height: 640 } }, async (harness) => {
      await harness.page.locator('.step-here').click();
      const wide = await harness.page.evaluate('document.documentElement.scrollWidth > innerWidth');
      assert.equal(wide, false);
      await harness.assertSound();
      await harness.screenshot('recovery-narrow');
    });
  });

  test('nothing moves by itself for who asked for reduced motion', async () => {
    const running = { m: 'recovery', recorded: heldBeforeLocalRead, live: { holds: [] } };
    const names = `[...document.querySelectorAll('.mark-running, .step-running')].map((mark) => getComputedStyle(mark, mark.matches('.step') ? '::before' : null).animationName)`;
    await withPage({ atReady: [running], reducedMotion: true }, async ({ page }) => {
      assert.deepEqual([...new Set(await page.evaluate<string[]>(names))], ['none']);
    });
    await withPage({ atReady: [running] }, async ({ page }) => {
      assert.deepEqual([...new Set(await page.evaluate<string[]>(names))], ['turn']);
    });
  });

  test('the step that is open is open again after the page was hidden', async () => {
    let kept: unknown;
    await withPage({ atReady: [finished] }, async (harness) => {
      await harness.page.locator('.step', { hasText: 'keyed: remote' }).click();
      kept = await harness.kept();
    });
    await withPage({ atReady: [finished], state: kept }, async ({ page }) => {
      await page.getByRole('heading', { name: /delay-by-airport 1\/2: look up keyed state/ }).waitFor();
    });
  });
});
