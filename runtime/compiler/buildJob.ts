import { realpath } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { stackLocations } from '../api/callerLocation';
import { loadStreamGraph } from '../api/loadStreamGraph';
import type { JobStreamGraph } from '../api/operatorSpec';
import { errorData, errorFromData, JobStateError, userError } from '../base/errors';
import { withSettings, type ExecutionConfig, type ExecutionSettings } from '../graph/executionConfig';
import type { JobGraph } from '../graph/jobGraph';
import { generateJobGraph } from '../graph/jobGraphGenerator';
import { locationText, type SourceLocation } from '../graph/streamGraph';
import { importModule } from '../host/importModule';
import { compileJob, type CompileOptions } from './compileJob';

export interface BuildOptions extends CompileOptions {
  /** What the run sets in the place of the job's own settings. */
  readonly overrides?: ExecutionSettings;
}

/** What a job is submitted with; plain data that goes through JSON unchanged. */
export interface CompiledJob {
  readonly jobGraph: JobGraph;
  /** The job's settings under those of the run; its directories are absolute. */
  readonly config: ExecutionConfig;
  /** The module with the user functions, for the TaskManagers. */
  readonly bundlePath: string;
  /** Directory of the job's file. */
  readonly baseDirectory: string;
}

/**
 * Bundles a job, runs it until it has submitted its stream graph, and makes the job graph. It runs user code: only in a child process,
 * which the parent ends when it takes too long, and which must exit by itself afterwards (the job may have left timers behind).
 * Throws user errors with file and line: those of `compileJob`, `loadStreamGraph` and `generateJobGraph`, and `job.throws`.
 */
export async function buildJob({ overrides = {}, ...options }: BuildOptions): Promise<CompiledJob> {
  const baseDirectory = dirname(options.jobFile);
  const bundlePath = await compileJob(options);
  const streamGraph = await runJobFile(bundlePath, options.jobFile);
  const config = absoluteDirectories(withSettings(streamGraph.config, overrides), baseDirectory);
  return { jobGraph: generateJobGraph(streamGraph, config), config, bundlePath, baseDirectory };
}

/** Also catches what the file's own promises reject with when it does not await them. */
async function runJobFile(bundlePath: string, jobFile: string): Promise<JobStreamGraph> {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', onRejection);
  try {
    const loaded = await loadStreamGraph(bundlePath, importModule).catch((error: unknown) => ({ error }));
    await setImmediate(); // rejections are reported after the microtasks
    // The bundler follows links, so that stack traces name the real path.
    if (rejections.length > 0) throw jobError(rejections[0], await realpath(jobFile));
    if ('error' in loaded) throw jobError(loaded.error, await realpath(jobFile));
    return loaded;
  } finally {
    process.off('unhandledRejection', onRejection);
  }
}

/** What the job's file threw, as a user error with its line; an error that is ours already gets the line only. */
function jobError(thrown: unknown, jobFile: string): JobStateError {
  const place = thrown instanceof Error ? authorsPlace(thrown.stack ?? '', jobFile) : undefined;
  const subject = { file: place?.file ?? jobFile, ...(place === undefined ? {} : { position: place.line }) };
  if (!(thrown instanceof JobStateError)) {
    const where = place === undefined ? jobFile : locationText(place);
    const message = `The job failed while it built its graph, at ${where}: ${String(thrown)}`;
    return userError('job.throws', message, 'Correct the job.', { subject, cause: thrown });
  }
  if (thrown.domain !== 'user' || thrown.subject.file !== undefined) return thrown;
  return errorFromData({ ...errorData(thrown), subject: { ...thrown.subject, ...subject } });
}

/** The innermost frame in the author's own files. */
function authorsPlace(stack: string, jobFile: string): SourceLocation | undefined {
  const own = dirname(jobFile) + sep;
  return stackLocations(stack).find(({ file }) => file.startsWith(own) && !file.includes(`${sep}node_modules${sep}`));
}

function absoluteDirectories(config: ExecutionConfig, baseDirectory: string): ExecutionConfig {
  const { checkpointDirectory, savepointDirectory } = config;
  return {
    ...config,
    ...(checkpointDirectory === undefined ? {} : { checkpointDirectory: resolve(baseDirectory, checkpointDirectory) }),
    ...(savepointDirectory === undefined ? {} : { savepointDirectory: resolve(baseDirectory, savepointDirectory) }),
  };
}
