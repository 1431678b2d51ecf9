/** The browser that shows the web VS Code in tests and checks: one that is there, or one that is installed. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { onEnd } from './cleanup.mjs';
import { Failure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { fromRoot } from './paths.mjs';
import { run } from './processes.mjs';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'msedge',
];

const usualPlaces = {
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) =>
    [
      'Google/Chrome/Application/chrome.exe',
      'Chromium/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
    ].map((path) => join(process.env[variable] ?? '', path)),
  ),
};

/** The full path of a program on the PATH, or undefined. */
export function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  return folders.flatMap((folder) => suffixes.map((suffix) => join(folder, name + suffix))).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A browser of this machine, or the one that playwright-core downloaded, or undefined. */
function findChromium() {
  const chosen = process.env.CHROME_PATH;
  if (chosen) {
    if (!isExecutable(chosen))
      throw new Failure(`CHROME_PATH names ${chosen}, which is not a program that can be run.`);
    return chosen;
  }
  const own = chromium.executablePath();
  return (
    names.map(onPath).find(Boolean) ??
    usualPlaces[process.platform]?.find(existsSync) ??
    (own && existsSync(own) ? own : undefined)
  );
}

/** Debian's package, when this user may install one. Resolves to what went wrong, or undefined. */
async function installDebianPackage() {
  if (process.getuid?.() !== 0 || !onPath('apt-get'))
    return 'Debian packages cannot be installed here (not root, or no apt-get)';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { code, output } = await run('apt-get', args, { env });
    if (code !== 0) return `apt-get ${args.join(' ')} failed: ${output.trim().split('\n').at(-1)}`;
  }
  return undefined;
}

/** Playwright's own build of the browser. Resolves to what went wrong, or undefined. */
async function installPlaywrightBuild() {
  const { code, output } = await run(
    process.execPath,
    [fromRoot('node_modules', 'playwright-core', 'cli.js'), 'install', 'chromium'],
    { limitMs: 300_000 },
  );
  return code === 0 ? undefined : `Playwright's download failed: ${output.trim().split('\n').at(-1)}`;
}

/** The path of a Chromium, Chrome or Edge; installs Chromium when there is none. */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  return withLock(fromRoot('.vscode-test', 'chromium.lock'), 'installing Chromium', async () => {
    const problems = [];
    for (const install of [installDebianPackage, installPlaywrightBuild]) {
      const meanwhile = findChromium();
      if (meanwhile) return meanwhile;
      console.log('Installing Chromium, once.');
      const problem = await install();
      if (problem) problems.push(problem);
    }
    const path = findChromium();
    if (path) return path;
    throw new Failure(
      `No Chromium, Chrome or Edge was found and none could be installed (${problems.join('; ')}): install one, or set CHROME_PATH to it.`,
    );
  });
}

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/** The size of the window, in CSS pixels: what a small laptop shows. */
const windowSize = { width: 1280, height: 800 };

/** Starts a headless browser and resolves to its one page; both are closed at the end. `debugPort` opens Chromium's own debug port. */
export async function openBrowser({ debugPort } = {}) {
  const args = debugPort === undefined ? quiet : [...quiet, `--remote-debugging-port=${debugPort}`];
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const close = onEnd(() => browser.close());
  const context = await browser.newContext({ viewport: windowSize });
  return { browser, page: await context.newPage(), close };
}
