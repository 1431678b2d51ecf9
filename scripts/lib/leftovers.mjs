/** Finds processes that outlived their tests: every child of a test run inherits a mark in its environment. */
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

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

/** The running processes with this mark, except this one: `[{ pid, command }]`. Looks into /proc, so it finds them on Linux only. */
function marked(mark) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`${markName}=${mark}`))
    .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }))
    .filter(({ command }) => command !== '');
}

/** Waits a moment for processes that are ending; stops the others and resolves to them. */
export async function stopLeftovers(mark) {
  const deadline = Date.now() + patienceMs;
  let left = marked(mark);
  while (left.length > 0 && Date.now() < deadline) {
    await pause(200);
    left = marked(mark);
  }
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
  return left;
}
