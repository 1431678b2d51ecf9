/** Entry of the watchdog thread; see watchdog.ts. */
import { workerData } from 'node:worker_threads';
import { id, type TaskManagerId } from '../base/ids';
import { NodeNet } from '../host/nodeNet';
import { watchdogEnd } from '../wire/control';
import type { WatchdogData } from './watchdog';

const { parentPid, lookMs, pulse, report } = workerData as WatchdogData;
const beats = new Int32Array(pulse);

function parentIsGone(): boolean {
  if (process.ppid !== parentPid && process.platform !== 'win32') return true;
  try {
    process.kill(parentPid, 0);
    return false;
  } catch (error) {
    // EPERM: it lives and is another user's.
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM');
  }
}

setInterval(() => {
  // The main thread may be stopped: nothing but a signal ends the process from here.
  if (parentIsGone()) process.kill(process.pid, 'SIGKILL');
}, lookMs);

if (report !== undefined) {
  const { jobManager, taskManager, heartbeatMs } = report;
  const connection = await new NodeNet().connect(jobManager);
  const control = watchdogEnd(connection, { onMessage: () => undefined, onClose: () => undefined });
  let last = Atomics.load(beats, 0);
  let movedMs = performance.now();
  setInterval(() => {
    const now = Atomics.load(beats, 0);
    if (now !== last) movedMs = performance.now();
    last = now;
    const stalledMs = Math.max(0, Math.round(performance.now() - movedMs - lookMs));
    control.send({ m: 'watchdog', taskManager: id<TaskManagerId>(taskManager), pid: process.pid, stalledMs });
  }, heartbeatMs);
}
