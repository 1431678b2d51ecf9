import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { VSCodeWindow } from '../vscode/window';
import { waitForRunningJob } from '../vscode/runningJob';

/** The scripts that serve VS Code are plain JavaScript; these are the parts of them that are used here. */
interface Served {
  readonly chromium: { openBrowser(): Promise<{ page: Page }> };
  readonly cleanup: { cleanUp(): Promise<void> };
  readonly example: { exampleWorkspace(): string };
  readonly profile: { temporaryProfile(): object; linkExtension(profile: object): void };
  readonly server: { startWebServer(options: { profile: object; args: string[] }): Promise<{ port: number }> };
}

async function scripts(): Promise<Served> {
  const load = (name: string): Promise<unknown> =>
    import(new URL(`../../scripts/lib/${name}.mjs`, import.meta.url).href);
  const [chromium, cleanup, example, profile, server] = await Promise.all(
    ['chromium', 'cleanup', 'exampleWorkspace', 'profile', 'webServer'].map(load),
  );
  return { chromium, cleanup, example, profile, server } as Served;
}

/** The number of the newest checkpoint in the text of a job's row. */
const checkpointOf = (row: string): number => Number(/checkpoint (\d+)/.exec(row)?.[1]);

describe('reloading the window', () => {
  let served: Served | undefined;
  after(() => served?.cleanup.cleanUp());

  test('ends the runtime, and the job that starts by itself continues from its last checkpoint', async () => {
    served = await scripts();
    const profile = served.profile.temporaryProfile();
    served.profile.linkExtension(profile);
    const { port } = await served.server.startWebServer({
      profile,
      args: ['--default-folder', served.example.exampleWorkspace()],
    });
    const { page } = await served.chromium.openBrowser();
    await page.goto(`http://127.0.0.1:${port}/`);
    const window = new VSCodeWindow(page);
    await window.ready();
    await waitForRunningJob(window, 60_000);
    await window.waitForRow('Jobs', /RUNNING.*checkpoint [2-9]/, 30_000);
    const before = checkpointOf(await window.waitForRow('Jobs', /RUNNING.*checkpoint/));

    await page.reload();
    await window.ready();
    const afterwards = checkpointOf(await waitForRunningJob(window, 60_000));
    assert.ok(afterwards > before, `checkpoint ${afterwards} follows ${before}: ids keep increasing`);
    await window.expand('Jobs', /^Recoveries/);
    await window.expand('Jobs', /^start/);
    await window.waitForRow('Jobs', /JobManager.*checkpoint \d+ chosen/);
  });
});
