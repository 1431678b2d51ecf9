import { fileURLToPath } from 'node:url';
import { errorData } from '../base/errors';
import { buildJob } from '../compiler/buildJob';
import { NodeNet } from '../host/nodeNet';
import type { ChildStart } from '../host/nodeSpawn';
import { compilerEnd } from '../wire/control';
import { bundledFiles } from './bundledFiles';
import { readStartLine } from './startLine';
import { startWatchdog } from './watchdog';

/**
 * Builds one job's graph, tells the JobManager, and exits whatever the job has left running. The JobManager kills it when the job's
 * file never ends.
 */
export async function runCompiler(program: URL): Promise<void> {
  const { spec, parentPid } = await readStartLine<ChildStart>(() => process.exit(0));
  if (spec.role !== 'compiler') throw new Error(`A compiler was started as ${spec.role}`);
  const { watchdogWorker, library } = bundledFiles(program);
  const { outputDirectory, jobFile, overrides } = spec;
  const connection = await new NodeNet().connect(spec.jobManager);
  const closed = new Promise<void>((resolve) => connection.onClose(() => resolve()));
  const control = compilerEnd(connection, { onMessage: () => undefined, onClose: () => undefined });
  try {
    const compiled = await buildJob({
      jobFile,
      outputDirectory,
      library: fileURLToPath(library),
      beforeAuthorsCode: () => startWatchdog({ workerFile: watchdogWorker, parentPid }),
      // Its values are checked where they are merged with the job's own.
      ...(overrides === undefined ? {} : { overrides: overrides }),
    });
    control.send({ m: 'compiled', outputDirectory, ...compiled });
  } catch (error) {
    control.send({ m: 'notCompiled', outputDirectory, error: errorData(error) });
  }
  control.close();
  await closed;
  process.exit(0);
}
