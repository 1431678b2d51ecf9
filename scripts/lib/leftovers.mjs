/** Finds processes that outlived their tests: every child of a test run inherits a mark in its environment. */
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanUp } from './cleanup.mjs';

/** The variable whose value marks all processes of one test run. */
export const markName = 'JOB_STATE_TEST_RUN';

/** How long a process that was told to end may take. */
const patienceMs = 8_000;

const read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** The parent of a process; its name, which may hold anything, stands in brackets before. */
const parentOf = (pid) => Number(/\) . (\d+) [^)]*$/.exec(read(`/proc/${pid}/stat`))?.[1]);

/**
 * The running processes with this mark, `[{ pid, command }]`, except this one and its own children (esbuild's service is one), which
 * end with it. Looks into /proc, so it finds them on Linux only.
 */
function marked(mark) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => parentOf(pid) !== process.pid)
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`${markName}=${mark}`))
    .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }))
    .filter(({ command }) => command !== '');
}

/** Waits a moment for processes that are ending; kills the others, names them and resolves to how many there were. */
export async function stopLeftovers(mark) {
  const deadline = Date.now() + patienceMs;
  let left = marked(mark);
  while (left.length > 0 && Date.now() < deadline) {
    await pause(200);
    left = marked(mark);
  }
  for (const { pid, command } of left) {
    console.log(`Left running and now killed: ${pid} ${command.slice(0, 300)}`);
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
  return left.length;
}

/** Runs something that starts processes, cleans up after it, and resolves to its exit code, or to 1 when a process outlived that. */
export async function leavingNothing(run) {
  const mark = randomUUID();
  process.env[markName] = mark;
  const code = await run().finally(cleanUp);
  return (await stopLeftovers(mark)) > 0 ? 1 : code;
}
