import { isEndOfJob } from '../../../base/status';
import { restError } from '../../../rest/errorBody';
import type { EnvironmentInfo, LogListInfo } from '../../../rest/answers/processes';
import type { HandlerContext, Handlers } from '../handlers';
import { configurationOf } from './configuration';
import { findJob } from './jobs';
import { selected, type Metrics } from './metricSelection';
import { processMetrics } from './processMetrics';
import { findTaskManager } from './taskManagers';
import { jobManagerThreads, taskManagerThreads } from './threadDump';
import { serverSideError } from './serverSideError';

/** The runtime has one log, which its TaskManagers write into, too. */
const logName = 'runtime.log';

type Names =
  | 'jobManagerConfig'
  | 'jobManagerConfigOfJob'
  | 'jobManagerEnvironment'
  | 'jobManagerEnvironmentOfJob'
  | 'jobManagerMetrics'
  | 'jobManagerLogs'
  | 'jobManagerLogFile'
  | 'jobManagerLog'
  | 'jobManagerStdout'
  | 'jobManagerThreadDump'
  | 'taskManagerLogs'
  | 'taskManagerLogFile'
  | 'taskManagerLog'
  | 'taskManagerStdout'
  | 'taskManagerThreadDump';

/** Configuration, environment, logs and threads of the processes. */
export function processHandlers(context: HandlerContext): Handlers<Names> {
  const { gateway, clock, settings, logs } = context;
  const logList = async (): Promise<LogListInfo> => ({
    logs: (await logs.list()).map(({ name, sizeBytes, modifiedMs }) => ({ name, size: sizeBytes, mtime: modifiedMs })),
  });
  // There is no file before the first line.
  const log = async (): Promise<AsyncIterable<Uint8Array>> => (await logs.read(logName)) ?? nothing();
  const ofJobManager = async (name: string): Promise<AsyncIterable<Uint8Array>> => {
    const file = await logs.read(name);
    if (file === undefined) throw restError(404, 'This file does not exist in JobManager log dir.');
    return file;
  };
  const ofTaskManager = async (taskManager: string, name: string): Promise<AsyncIterable<Uint8Array>> => {
    const file = await logs.read(name);
    if (file === undefined) throw serverSideError(`Failed to transfer file from TaskExecutor ${taskManager}.`);
    return file;
  };
  return {
    jobManagerConfig: () => configurationOf(settings),
    jobManagerConfigOfJob: ({ path }) => {
      findJob(gateway.jobs(), path.jobid);
      return configurationOf(settings);
    },
    jobManagerEnvironment: () => environmentOf(context),
    jobManagerEnvironmentOfJob: ({ path }) => {
      findJob(gateway.jobs(), path.jobid);
      return environmentOf(context);
    },
    jobManagerMetrics: ({ query }) => selected(jobManagerMetrics(context), query.get),
    jobManagerLogs: logList,
    jobManagerLogFile: ({ path }) => ofJobManager(path.filename),
    jobManagerLog: log,
    jobManagerStdout: () => nothing(),
    jobManagerThreadDump: () => jobManagerThreads(gateway.jobs()),
    taskManagerLogs: ({ path }) => {
      findTaskManager(gateway, path.taskmanagerid);
      return logList();
    },
    taskManagerLogFile: ({ path }) => {
      findTaskManager(gateway, path.taskmanagerid);
      return ofTaskManager(path.taskmanagerid, path.filename);
    },
    taskManagerLog: ({ path }) => {
      findTaskManager(gateway, path.taskmanagerid);
      return log();
    },
    taskManagerStdout: ({ path }) => {
      findTaskManager(gateway, path.taskmanagerid);
      return nothing();
    },
    taskManagerThreadDump: ({ path }) =>
      taskManagerThreads(findTaskManager(gateway, path.taskmanagerid), gateway.jobs(), clock.wallMs()),
  };
}

function environmentOf({ process }: HandlerContext): EnvironmentInfo {
  return {
    jvm: { version: process.version, arch: process.arch, options: [...process.options] },
    classpath: [process.program],
  };
}

function jobManagerMetrics({ gateway, process }: HandlerContext): Metrics {
  const cluster = gateway.cluster();
  const jobs = gateway.jobs();
  const own = new Map(processMetrics(process.usage(), jobManagerThreads(jobs).threadInfos.length));
  const values: Record<string, number> = {
    numRegisteredTaskManagers: cluster.taskManagers,
    numRunningJobs: jobs.filter(({ status }) => !isEndOfJob(status)).length,
    taskSlotsAvailable: cluster.freeSlots,
    taskSlotsTotal: cluster.slots,
  };
  for (const [name, value] of Object.entries(values)) own.set(name, String(value));
  return own;
}

/** What is printed goes into the log. */
async function* nothing(): AsyncIterableIterator<Uint8Array> {
  await Promise.resolve();
  yield* [];
}
