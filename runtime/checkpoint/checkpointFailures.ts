import type { ErrorData } from '../base/errors';
import { errorFromData, JobStateError, sentence } from '../base/errors';
import type { CheckpointFailureReason } from './checkpointRecords';

const sentences: Readonly<Record<CheckpointFailureReason, string>> = {
  'not-all-tasks-running': 'Not all tasks are running.',
  'trigger-failed': 'It could not be started.',
  declined: 'A task declined it.',
  expired: 'Checkpoint expired before completing.',
  cancelled: 'It was cancelled.',
  'job-failed': 'The job failed while it was being taken.',
  'store-failed': 'It could not be stored.',
  shutdown: 'The runtime is shutting down.',
};

const advices: Readonly<Record<CheckpointFailureReason, string>> = {
  'not-all-tasks-running': 'Try again when the job is running.',
  'trigger-failed': 'Look at the directory of the checkpoints.',
  declined: 'Look at the task that declined it.',
  expired: 'Look for a slow or held task, or raise the time-out of checkpoints.',
  cancelled: '',
  'job-failed': 'Try again when the job has recovered.',
  'store-failed': 'Look at the directory of the checkpoints.',
  shutdown: '',
};

/** Why a snapshot did not complete, as an error; code `checkpoint.<reason>`. The text of what caused it is part of the message. */
export function checkpointFailure(what: string, reason: CheckpointFailureReason, cause?: ErrorData): JobStateError {
  const because = cause === undefined ? '' : ` ${sentence(cause.message)}`;
  return new JobStateError(`checkpoint.${reason}`, `${what} failed. ${sentences[reason]}${because}`, {
    domain: cause?.domain ?? 'external',
    retry: reason === 'shutdown' || reason === 'cancelled' ? 'never' : 'backoff',
    subject: cause?.subject ?? {},
    advice: cause === undefined || cause.advice === '' ? advices[reason] : cause.advice,
    ...(cause === undefined ? {} : { cause: errorFromData(cause) }),
  });
}

/** Whether it counts against `tolerableFailures`; as in Flink's `CheckpointFailureManager`, an abort because of something else does not. */
export function countsAsFailure(reason: CheckpointFailureReason): boolean {
  switch (reason) {
    case 'declined':
    case 'expired':
    case 'trigger-failed':
    case 'store-failed':
      return true;
    case 'not-all-tasks-running':
    case 'cancelled':
    case 'job-failed':
    case 'shutdown':
      return false;
  }
}
