/** One process at a time: a file that names its owner's process id. A lock whose owner is gone is taken over. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const lookAgainMs = 300;

/** True when a process with this id exists. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes the lock if it is free or its owner is gone. */
function tryToTake(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    if (isAlive(Number(readFileSync(path, 'utf8')))) return false;
    const aside = `${path}.${process.pid}`;
    renameSync(path, aside);
    rmSync(aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  return false;
}

/** Runs `work` while holding the lock at `path`; says once that it waits when somebody else holds it. */
export async function withLock(path, what, work) {
  mkdirSync(dirname(path), { recursive: true });
  for (let said = false; !tryToTake(path); await pause(lookAgainMs)) {
    if (!said) console.log(`Waiting for another process that is busy with: ${what}`);
    said = true;
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}
