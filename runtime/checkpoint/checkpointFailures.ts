import type { ErrorData } from '../base/errors';
import { errorFromData, JobStateError, sentence } from '../base/errors';
import type { CheckpointFailureReason } from './checkpointRecords';

const sentences: Readonly<Record<CheckpointFailureReason, string>> = {
  'not-all-tasks-running': 'Not all tasks are running.',
  'trigger-failed': 'It could not be started.',
  'minimum-pause': 'The last one has ended a moment ago.',
  'too-many-requests': 'Too many are waiting.',
  declined: 'A task declined it.',
  'task-not-ready': 'A task was not ready for it.',
  superseded: 'A newer one has overtaken it.',
  expired: 'Checkpoint expired before completing.',
  cancelled: 'It was cancelled.',
  'job-failed': 'The job failed while it was being taken.',
  'store-failed': 'It could not be stored.',
  shutdown: 'The runtime is shutting down.',
};

const advices: Readonly<Record<CheckpointFailureReason, string>> = {
  'not-all-tasks-running': 'Try again when the job is running.',
  'trigger-failed': 'Look at the directory of the checkpoints.',
  'minimum-pause': 'Wait for the pause between checkpoints.',
  'too-many-requests': 'Wait for some of them.',
  declined: 'Look at the task that declined it.',
  'task-not-ready': 'Try again when the job is running.',
  superseded: '',
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

/** What a task says when it declines is the reason, where Flink has one of its own for it. */
export function declineReason({ code }: ErrorData): CheckpointFailureReason {
  if (code === 'checkpoint.task-not-running') return 'task-not-ready';
  return code === 'checkpoint.superseded' ? 'superseded' : 'declined';
}
