import type { JobId } from '../base/ids';
import type { RestClient } from '../rest/client';
import { routes } from '../rest/routes';
import { disposeSavepoint, stopWithSavepoint, takeCheckpoint, takeSavepoint, type Waiting } from './asynchronous';
import type { RunOptions, VerbHandlers } from './cluster';
import { eventually } from './eventually';
import { checkpointPage } from './flink/checkpoints';
import { cannot } from './flinkQueries';
import type { SavepointResult } from './model';

/** A cluster of others is not asked more often than this for a result. */
const longestPauseMs = 1_000;
/** Flink's `web.refresh-interval`, and what a busy JobManager needs. */
const cachedForMs = 5_000;

/** Every verb that Flink has, as its requests; the others are refused with what Flink cannot do. */
export function flinkVerbs(client: RestClient): VerbHandlers {
  const waiting = (job: JobId, options: RunOptions): Waiting => ({ ...telling(client, job, options), longestPauseMs });
  return {
    submit: () => Promise.reject(cannot('run a job file of this project')),
    cancel: ({ job }, { signal }) =>
      client.call(routes.cancelJob, { path: { jobid: job }, query: { mode: 'cancel' } }, signal),
    stopWithSavepoint: async (verb, options) =>
      savepointResult(client, verb.job, await stopWithSavepoint(client, verb, waiting(verb.job, options))),
    triggerSavepoint: async (verb, options) =>
      savepointResult(client, verb.job, await takeSavepoint(client, verb, waiting(verb.job, options))),
    triggerCheckpoint: async ({ job }, options) => ({
      checkpoint: await takeCheckpoint(client, job, { ...options, longestPauseMs }),
    }),
    disposeSavepoint: ({ path }, options) => disposeSavepoint(client, path, { ...options, longestPauseMs }),
    inject: () => Promise.reject(cannot('fail on purpose')),
    disarm: () => Promise.reject(cannot('fail on purpose')),
    holdNextRecovery: () => Promise.reject(cannot('hold a recovery')),
    resume: () => Promise.reject(cannot('hold a recovery')),
  };
}

/** Size and time stand in the statistics, which come from Flink's cache and so may tell of the savepoint some seconds later. */
async function savepointResult(client: RestClient, job: JobId, path: string): Promise<SavepointResult> {
  const untilMs = Date.now() + cachedForMs;
  return eventually(undefined, async () => {
    const statistics = await client.call(routes.checkpoints, { path: { jobid: job } });
    const made = checkpointPage(statistics, true, undefined).items.find((item) => item.path === path);
    if (made !== undefined) return { path, sizeBytes: made.sizeBytes, tookMs: made.durationMs };
    return Date.now() < untilMs ? undefined : { path, sizeBytes: 0, tookMs: 0 };
  });
}

/** Tells `savepoint: 3 of 4 subtasks` whenever that has changed. */
function telling(client: RestClient, job: JobId, options: RunOptions): RunOptions & Pick<Waiting, 'meanwhile'> {
  const { onProgress, signal } = options;
  if (onProgress === undefined) return options;
  let told = '';
  const meanwhile = async (): Promise<void> => {
    const { history } = await client.call(routes.checkpoints, { path: { jobid: job } }, signal);
    const newest = history.find(({ is_savepoint }) => is_savepoint);
    if (newest?.status !== 'IN_PROGRESS') return;
    const text = `savepoint: ${newest.num_acknowledged_subtasks} of ${newest.num_subtasks} subtasks`;
    if (text !== told) onProgress(text);
    told = text;
  };
  return { ...options, meanwhile };
}
