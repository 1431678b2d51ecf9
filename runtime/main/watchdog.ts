import { Worker } from 'node:worker_threads';

/** How often the watchdog looks; an orphan lives at most about twice as long. */
const lookMs = 250;

export interface WatchdogOptions {
  /** Path of the bundled worker. */
  readonly workerFile: URL;
  readonly parentPid: number;
  /** Whom to tell that the process lives, and how long its main thread has not moved. */
  readonly report?: { readonly jobManager: string; readonly taskManager: string; readonly heartbeatMs: number };
}

/** What the worker thread is given. */
export interface WatchdogData {
  readonly parentPid: number;
  readonly lookMs: number;
  /** One 64-bit counter that the main thread increments; it stands still when the main thread does. */
  readonly pulse: SharedArrayBuffer;
  readonly report?: NonNullable<WatchdogOptions['report']>;
}

/**
 * Watches from a thread of its own: ends the process when its parent is gone, also while the main thread is busy or stopped by a
 * debugger, and tells the JobManager that the process is alive even when its main thread is stuck.
 */
export function startWatchdog(options: WatchdogOptions): void {
  const pulse = new SharedArrayBuffer(8);
  const beats = new Int32Array(pulse);
  const data: WatchdogData = {
    parentPid: options.parentPid,
    lookMs,
    pulse,
    ...(options.report === undefined ? {} : { report: options.report }),
  };
  const worker = new Worker(options.workerFile, { workerData: data });
  worker.unref();
  worker.on('error', (error) => {
    console.error('The watchdog ended:', error);
    process.exit(71);
  });
  setInterval(() => Atomics.add(beats, 0, 1), lookMs).unref();
}
