/**
 * A VS Code that is served to the browser, for machines without a desktop one and for tests: the npm package code-server carries
 * VS Code's server, extension host and workbench. It is installed below `.vscode-test/web/`, never as a dependency of ours,
 * because it wants a newer Node than the project and compilers for parts that nobody needs here.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { fromRoot } from './paths.mjs';
import { run } from './processes.mjs';

const codeServer = '4.139.1';
const serverNode = {
  name: `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  version: '24.21.0',
};

/** Changes when an installation made by an older script must not be used any more. */
const key = `code-server ${codeServer}, ${serverNode.name} ${serverNode.version}, layout 1`;

const place = fromRoot('.vscode-test', 'web');
const modules = join(place, 'node_modules');

/** The server's own folder, where it has to be started. */
export const serverFolder = join(modules, 'code-server', 'lib', 'vscode');

/** The Node that the server and the extension host run on. */
export const serverNodePath = join(modules, serverNode.name, 'bin', 'node');

/** Parts of VS Code that no test and no user of ours needs: about 330 MB. Relative to the server's folder. */
const unneeded = [
  'node_modules/@github',
  'node_modules/@microsoft/mxc-sdk',
  'extensions/copilot',
  'extensions/mermaid-markdown-features',
];

const stubs = {
  'watchdog.cjs': 'node_modules/@vscode/native-watchdog/build/Release/watchdog.js',
  'spdlog.cjs': 'node_modules/@vscode/spdlog/index.js',
};

/** True when the installation is there and of these versions. */
function isInstalled() {
  const marker = join(place, 'installed.json');
  return existsSync(marker) && JSON.parse(readFileSync(marker, 'utf8')).key === key;
}

async function npmInstall(folder, args) {
  const { code, output } = await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...args], {
    cwd: folder,
  });
  if (code !== 0)
    throw new Failure(
      `The web VS Code (code-server ${codeServer}) could not be installed from the npm registry:\n${output.trim()}`,
    );
}

/** Installs into a folder beside the final one and renames it at the end, so that half an installation is never taken for a whole one. */
async function install() {
  const building = `${place}.building`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  writeFileSync(join(building, 'package.json'), '{"private":true}\n');
  await npmInstall(building, ['--save-exact', `code-server@${codeServer}`, `${serverNode.name}@${serverNode.version}`]);

  const server = join(building, 'node_modules', 'code-server', 'lib', 'vscode');
  await npmInstall(server, ['--omit=dev']);
  for (const [stub, target] of Object.entries(stubs)) cpSync(fromRoot('scripts', 'stubs', stub), join(server, target));
  for (const part of unneeded) rmSync(join(server, part), { recursive: true, force: true });
  rmSync(join(building, 'node_modules', serverNode.name, 'include'), { recursive: true, force: true });

  writeFileSync(join(building, 'installed.json'), `${JSON.stringify({ key })}\n`);
  rmSync(place, { recursive: true, force: true });
  renameSync(building, place);
}

/** Makes sure that the web VS Code is installed; does nothing when it is. */
export async function ensureWebVSCode() {
  if (isInstalled()) return;
  if (process.platform !== 'linux') {
    throw new Failure(
      'The web VS Code is installed on Linux only: install VS Code and put its command `code` on the PATH.',
    );
  }
  await withLock(`${place}.lock`, 'installing the web VS Code', async () => {
    if (isInstalled()) return;
    console.log(
      `Installing a web VS Code (code-server ${codeServer}) into .vscode-test/web, once; about half a minute.`,
    );
    await install();
  });
}
