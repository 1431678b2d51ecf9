import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { BuildFailure, Message } from 'esbuild';
import { bundleEntry } from '../api/loadStreamGraph';
import { externalError, userError } from '../base/errors';

export interface CompileOptions {
  /** Absolute path of the author's `.ts` or `.js` file. */
  readonly jobFile: string;
  /** Must exist; gets `job.mjs` and its source map. */
  readonly outputDirectory: string;
  /** What `import … from 'job-state'` means: the module of runtime/api/, bundled or as source. */
  readonly library: string;
}

/** Packages in CommonJS still want `require` when they are bundled into a module. */
const requireBanner = `import { createRequire as createRequireForJob } from 'node:module'; const require = createRequireForJob(import.meta.url);`;

const shownErrors = 5;

/**
 * Bundles a job and what it imports into one module with a source map, and returns the path of that module; what it exports is for
 * `loadStreamGraph`. Types are not checked. Throws user errors `job.not-found` and `job.does-not-compile` (with file, line and column).
 */
export async function compileJob({ jobFile, outputDirectory, library }: CompileOptions): Promise<string> {
  await checkFile(jobFile);
  const { build } = await loadBundler();
  const bundlePath = join(outputDirectory, 'job.mjs');
  const directory = dirname(jobFile);
  try {
    await build({
      stdin: { contents: bundleEntry(jobFile), resolveDir: directory, sourcefile: 'job-state-entry', loader: 'js' },
      absWorkingDir: directory,
      outfile: bundlePath,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'linked',
      keepNames: true,
      alias: { 'job-state': library },
      banner: { js: requireBanner },
      logLevel: 'silent',
    });
  } catch (thrown) {
    throw isBuildFailure(thrown) ? compileError(thrown.errors, jobFile) : thrown;
  }
  return bundlePath;
}

/** Loads the bundler and starts its process, so that the first job needs not wait for it. */
export async function prepareBundler(): Promise<void> {
  const { transform } = await loadBundler();
  await transform('');
}

/** Only a compiler needs esbuild; the other children of the same program shall not load it. */
const loadBundler = () => import('esbuild');

async function checkFile(jobFile: string): Promise<void> {
  const info = await stat(jobFile).catch(() => undefined);
  if (info?.isFile() === true) return;
  throw userError(
    'job.not-found',
    info === undefined ? `There is no job file ${jobFile}.` : `${jobFile} is not a file.`,
    'Give the path of the TypeScript file that builds the job.',
    { subject: { file: jobFile } },
  );
}

function isBuildFailure(thrown: unknown): thrown is BuildFailure {
  return thrown instanceof Error && 'errors' in thrown && Array.isArray(thrown.errors);
}

/** An error without a place is not in the job: esbuild could not write, for instance. */
function compileError(errors: readonly Message[], jobFile: string): Error {
  const located = errors.filter((error) => error.location !== null);
  const first = located[0]?.location;
  if (!first) {
    const text = errors.map((error) => error.text).join('; ');
    return externalError('job.bundling-failed', `${jobFile} cannot be bundled: ${text}.`, 'See the message.', {
      retry: 'never',
      subject: { file: jobFile },
    });
  }
  const lines = located.slice(0, shownErrors).map((error) => messageLine(error, jobFile));
  const more = located.length > shownErrors ? [`and ${located.length - shownErrors} more errors`] : [];
  return userError(
    'job.does-not-compile',
    `The job does not compile: ${[...lines, ...more].join('\n')}`,
    'Correct the file.',
    { subject: { file: resolve(dirname(jobFile), first.file), position: first.line } },
  );
}

/** `/jobs/job.ts:12:5: Expected ";" but found "x"`; esbuild counts columns from 0. */
function messageLine({ text, location }: Message, jobFile: string): string {
  if (!location) return text;
  return `${resolve(dirname(jobFile), location.file)}:${location.line}:${location.column + 1}: ${text}`;
}
