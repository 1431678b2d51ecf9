import { id, type JobId, type TriggerId } from '../../../base/ids';
import { restError } from '../../../rest/errorBody';
import { fileUri, pathOfUri } from '../../../base/fileUri';
import type { HandlerContext, Handlers } from '../handlers';
import { throwable } from './executionResult';
import { serverSideError } from './serverSideError';

/**
 * Checkpoints, savepoints, stop and disposal with Flink's asynchronous pattern: a trigger is accepted whatever the job is, also when there
 * is none, and what became of it is told to whoever asks with its id.
 */
export function operationHandlers({
  gateway,
  random,
}: HandlerContext): Handlers<
  | 'triggerCheckpoint'
  | 'checkpointOperation'
  | 'triggerSavepoint'
  | 'savepointOperation'
  | 'stopWithSavepoint'
  | 'disposeSavepoint'
  | 'disposalOperation'
> {
  const trigger = (given: string | undefined, start: (triggerId: TriggerId) => void): { 'request-id': string } => {
    const triggerId = id<TriggerId>(given ?? random.hex(16));
    start(triggerId);
    return { 'request-id': triggerId };
  };

  return {
    triggerCheckpoint: ({ path, body }) => {
      if (body.checkpointType === 'INCREMENTAL') throw incrementalNotSupported();
      return trigger(body.triggerId, (triggerId) => gateway.triggerCheckpoint(path.jobid, triggerId));
    },
    checkpointOperation: ({ path }) => {
      const record =
        gateway.operation('checkpoint', path.triggerid) ?? unknownTrigger('checkpoint', path.triggerid, path.jobid);
      if (record.status === 'IN_PROGRESS') return { status: { id: 'IN_PROGRESS' }, operation: null };
      return {
        status: { id: 'COMPLETED' },
        operation:
          record.status === 'FAILED'
            ? { failureCause: throwable(record.error) }
            : record.result.k === 'checkpoint'
              ? { checkpointId: record.result.checkpoint }
              : {},
      };
    },
    triggerSavepoint: ({ path, body }) => {
      refuseNative(body.formatType);
      if (body['cancel-job'] === true) {
        throw restError(400, 'A savepoint that cancels its job is not supported. Use jobs/:jobid/stop instead.');
      }
      const directory = directoryOf(body['target-directory']);
      return trigger(body.triggerId, (triggerId) =>
        gateway.triggerSavepoint(path.jobid, { triggerId, ...directory, thenStop: false }),
      );
    },
    stopWithSavepoint: ({ path, body }) => {
      refuseNative(body.formatType);
      if (body.drain === true) throw restError(400, 'Draining a job before its savepoint is not supported.');
      const directory = directoryOf(body.targetDirectory);
      return trigger(body.triggerId, (triggerId) =>
        gateway.triggerSavepoint(path.jobid, { triggerId, ...directory, thenStop: true }),
      );
    },
    savepointOperation: ({ path }) => {
      const record =
        gateway.operation('savepoint', path.triggerid) ?? unknownTrigger('savepoint', path.triggerid, path.jobid);
      if (record.status === 'IN_PROGRESS') return { status: { id: 'IN_PROGRESS' }, operation: null };
      return {
        status: { id: 'COMPLETED' },
        operation:
          record.status === 'FAILED'
            ? { 'failure-cause': throwable(record.error) }
            : record.result.k === 'savepoint'
              ? { location: fileUri(record.result.path) }
              : {},
      };
    },
    disposeSavepoint: ({ body }) => {
      const uri = body['savepoint-path'] ?? undefined;
      if (uri === undefined) throw restError(400, 'Field savepoint-path must not be omitted or be null.');
      const savepoint = absolutePath(uri);
      return trigger(undefined, (triggerId) => gateway.disposeSavepoint(savepoint, triggerId));
    },
    disposalOperation: ({ path }) => {
      const record = gateway.operation('disposal', path.triggerid);
      if (record === undefined) throw restError(404, `Operation not found under key: ${path.triggerid}`);
      if (record.status === 'IN_PROGRESS') return { status: { id: 'IN_PROGRESS' }, operation: null };
      return {
        status: { id: 'COMPLETED' },
        operation: record.status === 'FAILED' ? { 'failure-cause': throwable(record.error) } : {},
      };
    },
  };
}

function directoryOf(uri: string | null | undefined): { directory?: string } {
  return uri === null || uri === undefined ? {} : { directory: absolutePath(uri) };
}

/** No path of a request reaches the disk before it was looked at: absolute, local, without tricks. */
function absolutePath(uri: string): string {
  const path = pathOfUri(uri);
  if (!/^(?:\/|[A-Za-z]:[\\/])[^\0]*$/.test(path) || path.split(/[\\/]/).includes('..')) {
    throw restError(400, `"${uri}" is not an absolute local path.`);
  }
  return path;
}

function refuseNative(format: 'CANONICAL' | 'NATIVE' | undefined): void {
  if (format === 'NATIVE') {
    throw restError(400, 'The embedded runtime writes savepoints in the canonical format only.');
  }
}

function incrementalNotSupported(): Error {
  return serverSideError('Flink does not support triggering incremental checkpoint explicitly. See FLINK-33723.');
}

function unknownTrigger(kind: 'checkpoint' | 'savepoint', triggerId: TriggerId, job: JobId): never {
  throw restError(404, `There is no ${kind} operation with triggerId=${triggerId} for job ${job}.`);
}
