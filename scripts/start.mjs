/**
 * `npm start`: builds, then opens the extension on a copy of the example workspace, with a temporary profile and trust given: in a
 * desktop VS Code when there is one, else in one that is served to the browser. It stays until Ctrl-C; then everything is stopped.
 * `--check`: the same start with a headless window; ends with 0 once a job runs and has a completed checkpoint, else with 1.
 */
import { openBrowser, onPath } from './lib/chromium.mjs';
import { buildBundles } from './lib/bundles.mjs';
import { cleanUp, isCleaningUp } from './lib/cleanup.mjs';
import { buildDeclarations } from './lib/declarations.mjs';
import { exampleWorkspace } from './lib/exampleWorkspace.mjs';
import { main } from './lib/failure.mjs';
import { leavingNothing } from './lib/leftovers.mjs';
import { fromRoot, root } from './lib/paths.mjs';
import { startGroup } from './lib/processes.mjs';
import { linkExtension, temporaryProfile } from './lib/profile.mjs';
import { startWebServer } from './lib/webServer.mjs';

/** A cold start on a slow machine, with the first checkpoint, stays well below this. */
const checkLimitMs = 90_000;

/** The web VS Code on the example; resolves to the server and its address. */
async function serveExample() {
  const profile = temporaryProfile();
  linkExtension(profile);
  const server = await startWebServer({ profile, args: ['--default-folder', exampleWorkspace()] });
  return { server, address: `http://127.0.0.1:${server.port}/` };
}

async function check() {
  const { VSCodeWindow, waitForRunningJob } = await import('./lib/window.mjs');
  const { address } = await serveExample();
  const { page } = await openBrowser();
  await page.goto(address);
  const window = new VSCodeWindow(page);
  try {
    await window.ready();
    console.log(`The Jobs view shows: ${await waitForRunningJob(window, checkLimitMs)}`);
    await window.widenSideBar();
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    console.log(`Screenshot: ${await window.screenshot('start-check', fromRoot('out'))}`);
  }
}

async function openDesktop(code) {
  const { userData, extensions } = temporaryProfile();
  const flags = [
    '--new-window',
    '--wait',
    '--disable-workspace-trust',
    `--user-data-dir=${userData}`,
    `--extensions-dir=${extensions}`,
  ];
  console.log('Opening VS Code on the example; close its window or press Ctrl-C to end.');
  await startGroup(code, [...flags, `--extensionDevelopmentPath=${root}`, exampleWorkspace()]).ended;
}

async function openWeb() {
  const { server, address } = await serveExample();
  console.log(`\n  VS Code with the example is at ${address}\n\nPress Ctrl-C to end.`);
  const { code, signal } = await server.ended;
  if (isCleaningUp()) return 0;
  console.error(`The web VS Code ended (${signal ?? `code ${code}`}); see out/web-vscode.log.`);
  return 1;
}

await main(async () => {
  try {
    await Promise.all([buildBundles(fromRoot('dist')), buildDeclarations()]);
    if (process.argv.includes('--check')) return await leavingNothing(check);
    const code = onPath('code');
    return await (code ? openDesktop(code) : openWeb());
  } finally {
    await cleanUp();
  }
});
