/** Starts the server of the web VS Code and stops it. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { once } from 'node:events';
import { fromRoot } from './paths.mjs';
import { firstMatch, run, startGroup } from './processes.mjs';
import { ensureWebVSCode, serverFolder, serverNodePath } from './webVSCode.mjs';

const always = ['--accept-server-license-terms', '--telemetry-level', 'off', '--disable-workspace-trust'];

const folders = (profile) => [
  '--user-data-dir',
  profile.userData,
  '--server-data-dir',
  profile.serverData,
  '--extensions-dir',
  profile.extensions,
];

/** A TCP port of the loopback interface that is free now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** What the server gets to know of our environment: everything except what would change how VS Code itself runs. */
function environment(extra) {
  const { ELECTRON_RUN_AS_NODE: _run, NODE_OPTIONS: _options, ...rest } = process.env;
  return { ...rest, ...extra, JOB_STATE_SERVER_PARENT: String(process.pid) };
}

/**
 * Starts a server on a free port of the loopback interface; `args` are further flags, `env` is added to the environment, which the
 * extension host inherits. Everything it prints goes to `logFile`. Resolves to `{ port, ended, stop }` once it listens.
 */
export async function startWebServer({ profile, args = [], env = {}, logFile = fromRoot('out', 'web-vscode.log') }) {
  await ensureWebVSCode();
  mkdirSync(dirname(logFile), { recursive: true });
  writeFileSync(logFile, '');
  const preload = ['--require', fromRoot('scripts', 'stubs', 'stopWithParent.cjs')];
  const listen = ['--host', '127.0.0.1', '--port', '0', '--without-connection-token'];
  const { child, ended, stop } = startGroup(
    serverNodePath,
    [...preload, 'out/server-main.js', ...always, ...listen, ...folders(profile), ...args],
    {
      cwd: serverFolder,
      env: environment(env),
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => appendFileSync(logFile, chunk));
  const [, port] = await firstMatch(child, /Extension host agent listening on (\d+)/, ended, 'The web VS Code');
  return { port: Number(port), ended, stop };
}

/** Installs a .vsix into a profile, without any window. Resolves to the exit code and the output. */
export async function installVsix(profile, vsix) {
  await ensureWebVSCode();
  const args = ['out/server-main.js', ...always, ...folders(profile), '--install-extension', vsix];
  return run(serverNodePath, args, { cwd: serverFolder, env: environment({}) });
}
