import { printing } from '../printing';
import { waitForRunningJob } from '../runningJob';
import { themes, VSCodeWindow, type Theme } from '../window';

/** The example's first checkpoint has to complete. */
const limitMs = 90_000;

/** Saves the pictures of the documentation into the folder that JOB_STATE_IMAGES names, in each kind of theme. */
export const run = (): Promise<void> =>
  printing(async () => {
    const folder = process.env['JOB_STATE_IMAGES'];
    if (folder === undefined) throw new Error('JOB_STATE_IMAGES is not set.');
    const window = await VSCodeWindow.connect();
    await window.ready();
    await waitForRunningJob(window, limitMs);
    await window.widenSideBar();
    for (const theme of Object.keys(themes) as Theme[]) {
      await window.setTheme(theme);
      console.log(await window.screenshot(`overview-${theme}`, folder));
    }
  });
