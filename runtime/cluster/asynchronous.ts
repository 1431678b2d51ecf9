import { externalError } from '../base/errors';
import { id, type JobId, type TriggerId } from '../base/ids';
import type { SavepointOperation } from '../rest/answers/asynchronous';
import type { RestClient } from '../rest/client';
import { errorOfThrowable } from '../rest/errorBody';
import { pathOfUri } from '../base/fileUri';
import { routes } from '../rest/routes';
import type { RunOptions, Verbs } from './cluster';
import { eventually } from './eventually';

/** Flink's asynchronous operations, which both engines have: triggered, then asked for until they are done. A failed one is done, too. */

/** How an engine is asked: the longest pause between two questions, and what is looked at meanwhile. */
export interface Waiting extends RunOptions {
  readonly longestPauseMs?: number;
  readonly meanwhile?: () => Promise<void>;
}

/** Resolves to where the savepoint is. */
export async function takeSavepoint(
  client: RestClient,
  { job, directory }: Verbs['triggerSavepoint']['v'],
  waiting: Waiting,
): Promise<string> {
  const body = {
    'cancel-job': false,
    ...(directory === undefined ? {} : { 'target-directory': directory }),
    ...triggerIdOf(waiting),
  };
  const trigger = await client.call(routes.triggerSavepoint, { path: { jobid: job }, body }, waiting.signal);
  return savepointLocation(client, job, trigger['request-id'], waiting);
}

/** Resolves to where the savepoint is with which the job was stopped. */
export async function stopWithSavepoint(
  client: RestClient,
  { job, directory }: Verbs['stopWithSavepoint']['v'],
  waiting: Waiting,
): Promise<string> {
  const body = {
    drain: false,
    ...(directory === undefined ? {} : { targetDirectory: directory }),
    ...triggerIdOf(waiting),
  };
  const trigger = await client.call(routes.stopWithSavepoint, { path: { jobid: job }, body }, waiting.signal);
  return savepointLocation(client, job, trigger['request-id'], waiting);
}

/** Resolves to the number of the checkpoint. */
export async function takeCheckpoint(client: RestClient, job: JobId, waiting: Waiting): Promise<number> {
  const body = { checkpointType: 'CONFIGURED' as const, ...triggerIdOf(waiting) };
  const trigger = await client.call(routes.triggerCheckpoint, { path: { jobid: job }, body }, waiting.signal);
  const path = { jobid: job, triggerid: id<TriggerId>(trigger['request-id']) };
  return answerOf(waiting, async () => {
    const { operation } = await client.call(routes.checkpointOperation, { path }, waiting.signal);
    if (operation?.failureCause !== undefined) throw errorOfThrowable(operation.failureCause);
    return operation === null ? undefined : (operation.checkpointId ?? 0);
  });
}

/** Resolves when the files of a savepoint are deleted. */
export async function disposeSavepoint(client: RestClient, path: string, waiting: Waiting): Promise<object> {
  const body = { 'savepoint-path': path };
  const trigger = await client.call(routes.disposeSavepoint, { body }, waiting.signal);
  const triggerid = id<TriggerId>(trigger['request-id']);
  return answerOf(waiting, async () => {
    const { operation } = await client.call(routes.disposalOperation, { path: { triggerid } }, waiting.signal);
    if (operation?.['failure-cause'] !== undefined) throw errorOfThrowable(operation['failure-cause']);
    return operation === null ? undefined : {};
  });
}

function triggerIdOf({ triggerId }: RunOptions): { triggerId?: string } {
  return triggerId === undefined ? {} : { triggerId };
}

function savepointLocation(client: RestClient, job: JobId, trigger: string, waiting: Waiting): Promise<string> {
  const path = { jobid: job, triggerid: id<TriggerId>(trigger) };
  return answerOf(waiting, async () => {
    const { operation } = await client.call(routes.savepointOperation, { path }, waiting.signal);
    return operation === null ? undefined : locationOf(operation);
  });
}

function locationOf(operation: NonNullable<SavepointOperation['operation']>): string {
  if (operation['failure-cause'] !== undefined) throw errorOfThrowable(operation['failure-cause']);
  if (operation.location === undefined) {
    throw externalError('rest.bad-answer', 'The savepoint has no location.', 'See the log of the engine.');
  }
  return pathOfUri(operation.location);
}

function answerOf<T>(waiting: Waiting, ask: () => Promise<T | undefined>): Promise<T> {
  const { signal, longestPauseMs, meanwhile } = waiting;
  return eventually(
    signal,
    async () => {
      const answer = await ask();
      if (answer === undefined) await meanwhile?.();
      return answer;
    },
    longestPauseMs,
  );
}
