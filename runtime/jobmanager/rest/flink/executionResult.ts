import { isEndOfJob } from '../../../base/status';
import type { ErrorData } from '../../../base/errors';
import type { JobExecutionResultResponse, SerializedThrowable } from '../../../rest/answers/asynchronous';
import type { JobRecord } from '../../records';

/** `application-status` SUCCEEDED, CANCELED or FAILED with the cause; IN_PROGRESS while the job lives. */
export function executionResult(job: JobRecord): JobExecutionResultResponse {
  if (!isEndOfJob(job.status)) return { status: { id: 'IN_PROGRESS' } };
  return {
    status: { id: 'COMPLETED' },
    'job-execution-result': {
      id: job.id,
      'application-status': job.status === 'FINISHED' ? 'SUCCEEDED' : job.status === 'CANCELED' ? 'CANCELED' : 'FAILED',
      'accumulator-results': {},
      'net-runtime': (job.endMs ?? job.startMs) - job.startMs,
      ...(job.failure === undefined ? {} : { 'failure-cause': throwable(job.failure) }),
    },
  };
}

/** An error in Flink's clothes; there is no Java object behind it, so the error stands beside it as data. */
export function throwable(error: ErrorData): SerializedThrowable {
  return { class: error.code, 'stack-trace': stackOf(error), 'serialized-throwable': '', error };
}

/** The stack with all causes; the message, where there is no stack. */
export function stackOf(error: ErrorData): string {
  const own = error.stack ?? `${error.code}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\nCaused by: ${stackOf(error.cause)}`;
}
