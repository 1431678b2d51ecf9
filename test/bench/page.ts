import { openBrowser, PageHarness } from '../pages/support/pageHarness';
import { largeRecovery } from '../support/recordedRecoveries';
import type { Bench } from './support/bench';

const subtasks = 200;
const steps = 30;
const rounds = 5;

/** From the page's first script line until a frame with the last lane was drawn, all groups open. */
const drawn = `new Promise((resolve) => {
  const look = () => {
    if (document.querySelectorAll('.lane').length < ${subtasks}) { requestAnimationFrame(look); return; }
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - performance.getEntriesByName('job-state.begin')[0].startTime)));
  };
  look();
})`;

/** How long the recovery page takes until it shows 200 subtasks with 30 steps each; the best of some pages. */
export const bench: Bench = {
  name: 'page',
  unit: 'ms',
  floor: 500,
  better: 'lower',
  async run() {
    const browser = await openBrowser();
    try {
      const recorded = largeRecovery(subtasks / 8, 8, steps);
      let best = Infinity;
      for (let round = 0; round < rounds; round += 1) {
        const harness = await PageHarness.open(browser, { page: 'recovery', atReady: [{ m: 'recovery', recorded }] });
        best = Math.min(best, Number(await harness.page.evaluate(drawn)));
        await harness.close();
      }
      return best;
    } finally {
      await browser.close();
    }
  },
};
