/** Child processes of the scripts: run to their end, or started in a group of their own that is stopped as a whole. */
import { spawn } from 'node:child_process';
import { onEnd } from './cleanup.mjs';
import { root } from './paths.mjs';

const windows = process.platform === 'win32';

/** Sends a signal to the whole group of a child that was started by `startGroup`; a group that is gone is no error. */
function signalGroup(child, signal) {
  try {
    if (windows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}

/**
 * Starts a child as the leader of its own process group. `stop()` ends the group: SIGTERM, then SIGKILL after `patienceMs`.
 * The group is stopped at the end of this script, too. `ended` resolves to `{ code, signal }`.
 */
export function startGroup(command, args, { patienceMs = 5_000, ...options } = {}) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: !windows, ...options });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  ended.catch(() => undefined);
  const stop = onEnd(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      signalGroup(child, 'SIGTERM');
      const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), patienceMs);
      await ended.catch(() => undefined);
      clearTimeout(timer);
    }
    signalGroup(child, 'SIGKILL');
  });
  return { child, ended, stop };
}

/**
 * Runs a command to its end and resolves to `{ code, output, timedOut }`; output is stdout and stderr as they came.
 * `show` also prints it at once; after `limitMs` the command and all its children are stopped.
 */
export async function run(command, args, { show = false, limitMs, ...options } = {}) {
  const { child, ended, stop } = startGroup(command, args, { shell: windows && command === 'npm', ...options });
  const chunks = [];
  const take = (target) => (chunk) => {
    chunks.push(chunk);
    if (show) target.write(chunk);
  };
  child.stdout.on('data', take(process.stdout));
  child.stderr.on('data', take(process.stderr));
  let timedOut = false;
  const timer = limitMs === undefined ? undefined : setTimeout(() => ((timedOut = true), void stop()), limitMs);
  try {
    const { code } = await ended;
    return { code: code ?? 1, output: Buffer.concat(chunks).toString('utf8'), timedOut };
  } finally {
    clearTimeout(timer);
    await stop();
  }
}

/** Resolves to the first match of `pattern` in the lines of a stream, or rejects when `ended` settles first. */
export async function firstMatch(child, pattern, ended, what) {
  let text = '';
  const found = new Promise((resolve) => {
    const look = (chunk) => {
      text += chunk;
      const match = pattern.exec(text);
      if (match) resolve(match);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
  });
  const gone = ended.then(({ code, signal }) => {
    throw new Error(`${what} ended (${signal ?? `code ${code}`}) before it was ready:\n${text.slice(-2_000)}`);
  });
  return Promise.race([found, gone]);
}
