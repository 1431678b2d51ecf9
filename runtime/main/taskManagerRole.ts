import { loadStreamGraph } from '../api/loadStreamGraph';
import { JobStateError } from '../base/errors';
import { id, type TaskManagerId } from '../base/ids';
import { builtInConnectors } from '../connectors/connectors';
import { importModule } from '../host/importModule';
import { lineLogger } from '../host/logger';
import { nodeEnv } from '../host/nodeEnv';
import type { ChildStart } from '../host/nodeSpawn';
import { processUsage } from '../host/processUsage';
import { TaskManager } from '../taskmanager/taskManager';
import { bundledFiles } from './bundledFiles';
import { workerParquetDecoder } from './parquetDecoder';
import { readStartLine } from './startLine';
import { startWatchdog } from './watchdog';

const heartbeatMs = 1_000;

/** Runs tasks until the JobManager says that it is enough, or is gone. */
export async function runTaskManager(program: URL): Promise<void> {
  const { spec, parentPid } = await readStartLine<ChildStart>(() => process.exit(0));
  if (spec.role !== 'taskmanager') throw new Error(`A TaskManager was started as ${spec.role}`);
  const { watchdogWorker, parquetWorker } = bundledFiles(program);
  const report = { jobManager: spec.jobManager, taskManager: spec.id, heartbeatMs };
  const watch = once(() => startWatchdog({ workerFile: watchdogWorker, parentPid, report }));
  const log = lineLogger(spec.id, 'info', (line) => process.stderr.write(line));
  const env = nodeEnv(log, (child) => {
    throw new JobStateError('internal.spawn', `A TaskManager starts no children, and no ${child.role}.`);
  });
  const taskManager = new TaskManager(env, {
    id: id<TaskManagerId>(spec.id),
    pid: process.pid,
    slots: spec.slots,
    usage: processUsage,
    directory: spec.directory,
    jobManager: spec.jobManager,
    loadJob: (bundle) => {
      // Until a job's code runs the main thread cannot be stuck; while a job starts, the time belongs to it.
      watch();
      return loadStreamGraph(bundle, importModule);
    },
    connectors: builtInConnectors(workerParquetDecoder(parquetWorker)),
  });
  await taskManager.run();
  process.exit(0);
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (!done) run();
    done = true;
  };
}
