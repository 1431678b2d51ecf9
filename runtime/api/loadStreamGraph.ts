import { errorFromData, JobStateError, userError, type ErrorData } from '../base/errors';
import { locationText } from '../graph/streamGraph';
import type { JobStreamGraph } from './operatorSpec';

/**
 * Evaluates a module afresh at each call (another query in its URL), so that each task has function objects of its own.
 * The process gives it (runtime/host/importModule.ts); a simulation gives one that returns `{ streamGraphs: [graph] }`.
 */
export type ImportModule = (path: string) => Promise<unknown>;

/** The entry of a bundle: evaluates the job, then hands over what `execute` left in the bundle's own copy of this library. */
export function bundleEntry(jobFile: string): string {
  return [
    `import ${JSON.stringify(jobFile)};`,
    `import { StreamExecutionEnvironment } from 'job-state';`,
    `export const streamGraphs = StreamExecutionEnvironment[Symbol.for('job-state.streamGraphs')];`,
  ].join('\n');
}

/**
 * Evaluates a bundled job and returns the graph that it submitted, with its user functions.
 * Throws a user error when the job throws (the author's own error is the cause), or submits none or more than one.
 */
export async function loadStreamGraph(bundlePath: string, importModule: ImportModule): Promise<JobStreamGraph> {
  let loaded: unknown;
  try {
    loaded = await importModule(bundlePath);
  } catch (thrown) {
    throw asOwnError(thrown);
  }
  const graphs = submittedGraphs(loaded);
  const [graph, second] = graphs;
  if (graph === undefined) {
    throw userError('job.no-execute', 'The job never calls execute().', 'End the file with `await env.execute(name)`.');
  }
  if (second === undefined) return graph;
  const lines = graphs.flatMap((each) => (each.location === undefined ? [] : [locationText(each.location)]));
  throw userError(
    'job.executes-twice',
    `The job calls execute() ${graphs.length} times: ${lines.join(', ')}.`,
    'Call it once.',
    {
      subject: second.location === undefined ? {} : { file: second.location.file, position: second.location.line },
    },
  );
}

/** The module is a bundle of ours, so that its shape is vouched for by {@link bundleEntry}. */
function submittedGraphs(loaded: unknown): readonly JobStreamGraph[] {
  if (typeof loaded !== 'object' || loaded === null || !('streamGraphs' in loaded)) {
    throw new JobStateError('internal.bundle', 'The bundle of the job does not export its stream graphs.');
  }
  return loaded.streamGraphs as readonly JobStreamGraph[];
}

/** The bundle has its own copy of this library, hence of the error class: an error of ours is known by its name and fields. */
function asOwnError(thrown: unknown): unknown {
  if (thrown instanceof JobStateError || !(thrown instanceof Error) || thrown.name !== 'JobStateError') return thrown;
  const { code, domain, retry, subject, advice } = thrown as Error & Omit<ErrorData, 'cause'>;
  const stack = thrown.stack === undefined ? {} : { stack: thrown.stack };
  return errorFromData({ code, message: thrown.message, domain, retry, subject, advice, ...stack });
}
