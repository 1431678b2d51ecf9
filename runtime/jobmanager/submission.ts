/** From a request to a job that can start; whatever is wrong with it is said before there is a job. */
import type { Env } from '../base/env';
import { errorData, externalError, sentence, userError } from '../base/errors';
import { joinPath } from '../base/files';
import type { JobId } from '../base/ids';
import { highestCheckpointId } from '../checkpoint/checkpointDirectories';
import type { CompletedCheckpoint } from '../checkpoint/completedCheckpoint';
import { FileSystemStateStore } from '../checkpoint/fileSystemStateStore';
import { assignState } from '../checkpoint/stateAssignment';
import type { JobGraph } from '../graph/jobGraph';
import type { Compilers } from './compilers';
import type { JobSpec } from './jobSpec';
import type { SubmitRequest } from './restfulGateway';
import type { JobManagerSettings } from './settings';

export interface SubmissionContext {
  readonly env: Env;
  readonly settings: JobManagerSettings;
  readonly compilers: Compilers;
  /** Of all TaskManagers. */
  readonly slots: number;
}

/** Compiles the job and reads what it is to start from. Rejects with a user error that names the file; leaves no directory then. */
export async function prepareJob(id: JobId, request: SubmitRequest, context: SubmissionContext): Promise<JobSpec> {
  const { env, settings } = context;
  const directory = joinPath(settings.directory, 'jobs', id);
  const submittedMs = env.clock.wallMs();
  await makeDirectory(env, directory);
  try {
    const compiled = await context.compilers.compile({
      jobFile: request.jobFile,
      outputDirectory: directory,
      overrides: {
        ...(request.parallelism === undefined ? {} : { parallelism: request.parallelism }),
        ...(request.rowsPerSecond === undefined ? {} : { rowsPerSecond: request.rowsPerSecond }),
      },
    });
    const { jobGraph: graph, config } = compiled;
    checkSlots(graph, context.slots);
    const origin = request.from === undefined ? undefined : await readOrigin(env, request.from, graph);
    const checkpointDirectory = joinPath(config.checkpointDirectory ?? joinPath(settings.directory, 'checkpoints'), id);
    return {
      id,
      jobFile: request.jobFile,
      submittedMs,
      graph,
      config,
      bundle: compiled.bundlePath,
      baseDirectory: compiled.baseDirectory,
      checkpointDirectory,
      savepointDirectory: config.savepointDirectory ?? joinPath(settings.directory, 'savepoints'),
      directory,
      lastCheckpointId: Math.max(await highestCheckpointId(env.disk, checkpointDirectory), origin?.id ?? 0),
      ...(origin === undefined ? {} : { origin }),
      holdRecovery: request.holdRecovery ?? false,
    };
  } catch (error) {
    await env.disk.remove(directory).catch((later: unknown) => {
      env.log.warn('the directory of a refused job could not be removed', {
        directory,
        error: errorData(later).message,
      });
    });
    throw error;
  }
}

async function makeDirectory(env: Env, directory: string): Promise<void> {
  try {
    await env.disk.makeDirectory(directory);
  } catch (error) {
    throw externalError(
      'job.directory',
      `The directory of the job could not be made. ${sentence(errorData(error).message)}`,
      'Look at the rights and the free space of the folder.',
      { subject: { file: directory }, cause: error },
    );
  }
}

/** One slot holds one subtask of every vertex. */
function checkSlots(graph: JobGraph, slots: number): void {
  const needed = Math.max(0, ...graph.vertices.map(({ parallelism }) => parallelism));
  if (needed <= slots) return;
  throw userError(
    'job.too-few-slots',
    `The job needs ${needed} slots, one for each subtask, and the runtime has ${slots}.`,
    `Use a parallelism of at most ${slots}, or start the runtime with more TaskManagers or slots.`,
    { subject: { field: 'parallelism' } },
  );
}

/** Reads the snapshot and checks that the job can take all of its state. */
async function readOrigin(env: Env, path: string, graph: JobGraph): Promise<CompletedCheckpoint> {
  const origin = await new FileSystemStateStore(env.disk, env.log).getRestorableState(path);
  assignState(origin, graph);
  return origin;
}
