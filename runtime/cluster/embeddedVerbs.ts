import { externalError } from '../base/errors';
import type { JobId, TriggerId } from '../base/ids';
import type { SavepointOperation } from '../rest/answers/asynchronous';
import type { RestClient } from '../rest/client';
import { errorOfThrowable } from '../rest/errorBody';
import { pathOfUri } from '../rest/fileUri';
import { routes } from '../rest/routes';
import type { RunOptions, VerbName, Verbs } from './cluster';
import { eventually } from './eventually';
import type { SavepointResult } from './model';

type VerbHandlers = {
  readonly [N in VerbName]: (verb: Verbs[N]['v'], options: RunOptions) => Promise<Verbs[N]['o']>;
};

/** Every verb as its requests; what takes its time is asked for until it is done. */
export function embeddedVerbs(client: RestClient): VerbHandlers {
  return {
    submit: (submission, { signal }) => client.call(routes.submit, { body: submission }, signal),
    cancel: ({ job }, { signal }) =>
      client.call(routes.cancelJob, { path: { jobid: job }, query: { mode: 'cancel' } }, signal),
    stopWithSavepoint: async ({ job, directory }, options) => {
      const body = {
        drain: false,
        ...(directory === undefined ? {} : { targetDirectory: directory }),
        ...triggerIdOf(options),
      };
      const trigger = await client.call(routes.stopWithSavepoint, { path: { jobid: job }, body }, options.signal);
      return savepointResult(client, job, trigger['request-id'], options);
    },
    triggerSavepoint: async ({ job, directory }, options) => {
      const body = {
        'cancel-job': false,
        ...(directory === undefined ? {} : { 'target-directory': directory }),
        ...triggerIdOf(options),
      };
      const trigger = await client.call(routes.triggerSavepoint, { path: { jobid: job }, body }, options.signal);
      return savepointResult(client, job, trigger['request-id'], options);
    },
    triggerCheckpoint: async ({ job }, options) => {
      const body = { checkpointType: 'CONFIGURED' as const, ...triggerIdOf(options) };
      const trigger = await client.call(routes.triggerCheckpoint, { path: { jobid: job }, body }, options.signal);
      const path = { jobid: job, triggerid: trigger['request-id'] as TriggerId };
      return eventually(options.signal, async () => {
        const { operation } = await client.call(routes.checkpointOperation, { path }, options.signal);
        if (operation === null) return undefined;
        if (operation.failureCause !== undefined) throw errorOfThrowable(operation.failureCause);
        return { checkpoint: operation.checkpointId ?? 0 };
      });
    },
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

function triggerIdOf({ triggerId }: RunOptions): { triggerId?: string } {
  return triggerId === undefined ? {} : { triggerId };
}

async function savepointResult(
  client: RestClient,
  job: JobId,
  trigger: string,
  options: RunOptions,
): Promise<SavepointResult> {
  const path = { jobid: job, triggerid: trigger as TriggerId };
  const progress = progressOf(client, job, options);
  const location = await eventually(options.signal, async () => {
    const { operation } = await client.call(routes.savepointOperation, { path }, options.signal);
    if (operation !== null) return locationOf(operation);
    await progress();
    return undefined;
  });
  // Flink's answer names only the place; its size and time stand in the list of savepoints.
  const { items } = await client.call(
    routes.debugCheckpoints,
    { path: { jobid: job }, query: { savepoints: true, limit: 10 } },
    options.signal,
  );
  const made = items.find((item) => item.path === location);
  return { path: location, sizeBytes: made?.sizeBytes ?? 0, tookMs: made?.durationMs ?? 0 };
}

function locationOf(operation: NonNullable<SavepointOperation['operation']>): string {
  if (operation['failure-cause'] !== undefined) throw errorOfThrowable(operation['failure-cause']);
  if (operation.location === undefined) {
    throw externalError('rest.bad-answer', 'The savepoint has no location.', 'See the log of the engine.');
  }
  return pathOfUri(operation.location);
}

/** Tells `savepoint: 3 of 4 subtasks` whenever that has changed. */
function progressOf(client: RestClient, job: JobId, { onProgress, signal }: RunOptions): () => Promise<void> {
  const query = { savepoints: true, limit: 1 };
  let told = '';
  return async () => {
    if (onProgress === undefined) return;
    const [newest] = (await client.call(routes.debugCheckpoints, { path: { jobid: job }, query }, signal)).items;
    if (newest?.status !== 'IN_PROGRESS') return;
    const text = `savepoint: ${newest.acknowledged} of ${newest.subtasks} subtasks`;
    if (text !== told) onProgress(text);
    told = text;
  };
}
