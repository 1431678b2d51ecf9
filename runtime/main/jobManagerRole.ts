import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishDiscovery } from '../host/discovery';
import { serveHttp } from '../host/httpServer';
import type { RuntimeReady, RuntimeStart } from '../host/launch';
import { lineLogger } from '../host/logger';
import { nodeEnv } from '../host/nodeEnv';
import { spawner } from '../host/nodeSpawn';
import { processUsage } from '../host/processUsage';
import { JobManager } from '../jobmanager/jobManager';
import type { ProcessInfo } from '../jobmanager/rest/handlers';
import { defaultJobManagerSettings, type JobManagerSettings } from '../jobmanager/settings';
import { bundledFiles } from './bundledFiles';
import { readStartLine } from './startLine';
import { startWatchdog } from './watchdog';
import { productVersion } from './version';

const maxBodyBytes = 1 << 20;
/**
 * No code of a job runs here, so that until then the end of standard input is enough to tell that the owner is gone; the first second
 * belongs to what somebody waits for.
 */
const watchdogAfterMs = 1_000;

/** Runs a JobManager with its TaskManagers until its owner closes the standard input or is gone. */
export async function runJobManager(program: URL): Promise<void> {
  let close: () => Promise<void> = () => Promise.resolve();
  const end = (): void => {
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(72);
      },
    );
  };
  const { settings, parentPid } = await readStartLine<RuntimeStart>(end);
  const directory = join(settings.folder, '.job-state');
  const logsDirectory = join(directory, 'logs');
  const print = logTo(logsDirectory);
  const log = lineLogger('jobmanager', settings.logLevel, print);
  const env = nodeEnv(log, spawner(fileURLToPath(program), print));
  const jobManagerSettings: JobManagerSettings = {
    ...defaultJobManagerSettings,
    directory,
    taskManagers: settings.taskManagers,
    slotsPerTaskManager: settings.slotsPerTaskManager,
    ...settings.limits,
  };
  const jobManager = new JobManager(env, jobManagerSettings);
  await jobManager.start();
  // Its children start meanwhile.
  const [{ createRestHandler }, { logFilesOf }] = await Promise.all([
    import('../jobmanager/rest/restHandler'),
    import('../jobmanager/rest/logFiles'),
  ]);
  const handler = createRestHandler({
    gateway: jobManager,
    clock: env.clock,
    random: env.random,
    version: productVersion,
    settings: jobManagerSettings,
    process: processInfo(program),
    logs: logFilesOf(env.disk, logsDirectory),
  });
  const http = await serveHttp(handler, {
    maxBodyBytes,
    onError: (error) => log.warn('a request failed', { error: String(error) }),
  });
  const entry = { url: http.url, token: http.token, pid: process.pid };
  const unpublish = await publishDiscovery({ ...entry, folder: settings.folder }).catch((error: unknown) => {
    log.warn('no discovery file: other windows and the command line will not find this runtime', {
      error: String(error),
    });
    return () => Promise.resolve();
  });
  close = async () => {
    await unpublish();
    await http.close();
    await jobManager.close();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdout.write(`${JSON.stringify(entry satisfies RuntimeReady)}\n`);
  const { watchdogWorker } = bundledFiles(program);
  setTimeout(() => startWatchdog({ workerFile: watchdogWorker, parentPid }), watchdogAfterMs).unref();
}

function processInfo(program: URL): ProcessInfo {
  return {
    version: `Node.js ${process.versions.node}, V8 ${process.versions.v8}`,
    arch: process.arch,
    options: process.execArgv,
    program: fileURLToPath(program),
    usage: processUsage,
  };
}

/** To standard error, which the owner shows, and to a file that outlives it. A log that cannot be written stops nothing. */
function logTo(directory: string): (text: string) => void {
  const file = join(directory, 'runtime.log');
  let writable = true;
  try {
    mkdirSync(directory, { recursive: true });
  } catch {
    writable = false; // the owner still gets everything on standard error
  }
  return (text) => {
    process.stderr.write(text);
    if (!writable) return;
    try {
      appendFileSync(file, text);
    } catch {
      writable = false;
    }
  };
}
