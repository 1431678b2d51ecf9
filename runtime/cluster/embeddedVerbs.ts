import type { JobId } from '../base/ids';
import type { RestClient } from '../rest/client';
import { routes } from '../rest/routes';
import { disposeSavepoint, stopWithSavepoint, takeCheckpoint, takeSavepoint, type Waiting } from './asynchronous';
import type { RunOptions, VerbHandlers } from './cluster';
import type { SavepointResult } from './model';

/** Every verb as its requests; what takes its time is asked for until it is done. */
export function embeddedVerbs(client: RestClient): VerbHandlers {
  return {
    submit: (submission, { signal }) => client.call(routes.submit, { body: submission }, signal),
    cancel: ({ job }, { signal }) =>
      client.call(routes.cancelJob, { path: { jobid: job }, query: { mode: 'cancel' } }, signal),
    stopWithSavepoint: async (verb, options) =>
      savepointResult(client, verb.job, await stopWithSavepoint(client, verb, telling(client, verb.job, options))),
    triggerSavepoint: async (verb, options) =>
      savepointResult(client, verb.job, await takeSavepoint(client, verb, telling(client, verb.job, options))),
    triggerCheckpoint: async ({ job }, options) => ({ checkpoint: await takeCheckpoint(client, job, options) }),
    disposeSavepoint: ({ path }, options) => disposeSavepoint(client, path, options),
    inject: ({ fault }, { signal }) => client.call(routes.injectFault, { body: fault }, signal),
    disarm: ({ fault }, { signal }) => client.call(routes.disarmFault, { path: { faultid: fault } }, signal),
    holdNextRecovery: ({ job, hold }, { signal }) =>
      client.call(routes.holdNextRecovery, { path: { jobid: job }, body: { hold } }, signal),
    resume: ({ job, hold, how }, { signal }) =>
      client.call(
        routes.resume,
        { path: { jobid: job }, body: { how, ...(hold === undefined ? {} : { hold }) } },
        signal,
      ),
  };
}

/** Flink's answer names only the place; its size and time stand in the list of savepoints. */
async function savepointResult(client: RestClient, job: JobId, path: string): Promise<SavepointResult> {
  const { items } = await client.call(routes.debugCheckpoints, {
    path: { jobid: job },
    query: { savepoints: true, limit: 10 },
  });
  const made = items.find((item) => item.path === path);
  return { path, sizeBytes: made?.sizeBytes ?? 0, tookMs: made?.durationMs ?? 0 };
}

/** Tells `savepoint: 3 of 4 subtasks` whenever that has changed. */
function telling(client: RestClient, job: JobId, options: RunOptions): Waiting {
  const { onProgress, signal } = options;
  if (onProgress === undefined) return options;
  const query = { savepoints: true, limit: 1 };
  let told = '';
  const meanwhile = async (): Promise<void> => {
    const [newest] = (await client.call(routes.debugCheckpoints, { path: { jobid: job }, query }, signal)).items;
    if (newest?.status !== 'IN_PROGRESS') return;
    const text = `savepoint: ${newest.acknowledged} of ${newest.subtasks} subtasks`;
    if (text !== told) onProgress(text);
    told = text;
  };
  return { ...options, meanwhile };
}
