#!/usr/bin/env node
/**
 * Stands in for the executable of VS Code in `runTests` of @vscode/test-electron: takes the same arguments, starts the web VS Code and
 * a headless browser, lets the tests run in the extension host, and ends with their exit code.
 * What the tests print between the two marker lines goes to standard output, everything else to out/workbench.log.
 */
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBrowser } from './lib/chromium.mjs';
import { cleanUp, removeAtEnd } from './lib/cleanup.mjs';
import { calmSettings, writeSettings } from './lib/profile.mjs';
import { fromRoot, temporaryFolder } from './lib/paths.mjs';
import { freePort, startWebServer } from './lib/webServer.mjs';

/** No run of tests may take longer; the caller can shorten it. */
const limitMs = Number(process.env.JOB_STATE_VSCODE_LIMIT_MS ?? 400_000);

/** `--name=value` of the command line, the last one given. */
const option = (name) => process.argv.findLast((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);

const workspace = process.argv.slice(2).find((arg) => !arg.startsWith('-'));
const testsPath = option('extensionTestsPath');

/** The page's address: extensions under development must be named by the authority that the page itself has. */
function address(port) {
  const remote = (path) => `vscode-remote://localhost:${port}${pathToFileURL(path).pathname}`;
  const payload = [
    ...process.argv
      .filter((arg) => arg.startsWith('--extensionDevelopmentPath='))
      .map((arg) => ['extensionDevelopmentPath', remote(arg.slice(arg.indexOf('=') + 1))]),
    ['extensionTestsPath', remote(testsPath)],
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({
    ...(workspace ? { folder: workspace } : { ew: 'true' }),
    payload: JSON.stringify(payload),
  });
  return `http://localhost:${port}/?${query}`;
}

/** What the workbench itself says at any time, even while tests run. */
const workbenchNoise = /^\[AccountPolicyGate\]/;

/** Prints what the tests print, and keeps the workbench's own log in a file. */
function logSink() {
  mkdirSync(fromRoot('out'), { recursive: true });
  const file = createWriteStream(fromRoot('out', 'workbench.log'));
  let inTests = false;
  return (level, args) => {
    const [first] = args;
    if (first === 'job-state tests: end') inTests = false;
    if (inTests && !workbenchNoise.test(String(first))) console.log(...args);
    else file.write(`[${level}] ${args.join(' ')}\n`);
    if (first === 'job-state tests: begin') inTests = true;
  };
}

async function launch() {
  const temporary = removeAtEnd(temporaryFolder('vscode'));
  const profile = {
    userData: option('user-data-dir') ?? join(temporary, 'user'),
    serverData: join(temporary, 'server'),
    extensions: option('extensions-dir') ?? join(temporary, 'extensions'),
  };
  if (!existsSync(join(profile.userData, 'User', 'settings.json'))) writeSettings(profile.userData, calmSettings);

  const debugPort = await freePort();
  const server = await startWebServer({
    profile,
    args: ['--enable-smoke-test-driver'],
    env: { VSCODE_TEST_CDP: `http://127.0.0.1:${debugPort}` },
    logFile: fromRoot('out', 'web-vscode.log'),
  });
  const { page } = await openBrowser({ debugPort });
  const exit = new Promise((resolve, reject) => {
    void server.ended.then(
      () => reject(new Error('The web VS Code ended while tests were running; see out/web-vscode.log.')),
      reject,
    );
    page.on('crash', () => reject(new Error('The page of the web VS Code crashed.')));
    setTimeout(
      () => reject(new Error(`The tests in VS Code did not end within ${limitMs / 1000} s.`)),
      limitMs,
    ).unref();
    page.exposeFunction('codeAutomationExit', resolve).catch(reject);
  });
  const open = async () => {
    await page.exposeFunction('codeAutomationLog', logSink());
    await page.goto(address(server.port));
  };
  const [code] = await Promise.all([exit, open()]);
  return code;
}

try {
  process.exitCode = await launch();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
process.exit();
