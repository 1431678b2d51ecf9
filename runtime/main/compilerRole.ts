import { fileURLToPath } from 'node:url';
import { errorData } from '../base/errors';
import { buildJob } from '../compiler/buildJob';
import { prepareBundler } from '../compiler/compileJob';
import { NodeNet } from '../host/nodeNet';
import type { ChildStart } from '../host/nodeSpawn';
import { compilerEnd } from '../wire/control';
import type { FromCompiler, ToCompiler } from '../wire/messages';
import { bundledFiles } from './bundledFiles';
import { readStartLine } from './startLine';
import { startWatchdog } from './watchdog';

/**
 * Waits for a job, builds its graph, tells the JobManager, and exits whatever the job has left running. The JobManager kills it when the
 * job's file never ends.
 */
export async function runCompiler(program: URL): Promise<void> {
  const { spec, parentPid } = await readStartLine<ChildStart>(() => process.exit(0));
  if (spec.role !== 'compiler') throw new Error(`A compiler was started as ${spec.role}`);
  const { watchdogWorker, library } = bundledFiles(program);
  const connection = await new NodeNet().connect(spec.jobManager);
  const closed = new Promise<void>((resolve) => connection.onClose(() => resolve()));
  const control = compilerEnd(connection, {
    onMessage: (request) => {
      void compile(request, fileURLToPath(library)).then((answer) => {
        control.send(answer);
        control.close();
      });
    },
    onClose: () => undefined,
  });
  control.send({ m: 'compilerReady', pid: process.pid });
  startWatchdog({ workerFile: watchdogWorker, parentPid });
  await prepareBundler().catch(() => undefined); // the job's own bundling says why
  await closed;
  process.exit(0);
}

async function compile(request: ToCompiler, library: string): Promise<FromCompiler> {
  const { outputDirectory } = request;
  try {
    return { m: 'compiled', outputDirectory, ...(await buildJob({ ...request, library })) };
  } catch (error) {
    return { m: 'notCompiled', outputDirectory, error: errorData(error) };
  }
}
