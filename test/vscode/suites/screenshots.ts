import { close, inject, stepUntil } from '../actions';
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
    const inEveryTheme = async (name: string): Promise<void> => {
      for (const theme of Object.keys(themes) as Theme[]) {
        await window.setTheme(theme);
        console.log(await window.screenshot(`${name}-${theme}`, folder));
      }
    };
    await inEveryTheme('overview');
    await inject(window, { what: 'Kill a TaskManager', where: 'tm-2', hold: true });
    await stepUntil(window, /^flights.*held before: .*read local copy/);
    await close(window, /^Operators/);
    await window.expand('Jobs', /^Recoveries/);
    await inEveryTheme('held');
  });
