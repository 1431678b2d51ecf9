import { externalError, type JobStateError } from '../base/errors';

const advice = 'Start the job again from its last checkpoint.';

/** The bytes are no batch; `why` ends the sentence. */
export function malformedBatch(why: string, cause?: unknown): JobStateError {
  const message = `A batch of another task cannot be read: ${why}.`;
  return externalError('wire.batch-malformed', message, advice, {
    retry: 'never',
    ...(cause === undefined ? {} : { cause }),
  });
}

export function batchTooLong(rows: number, maxRows: number): JobStateError {
  const message = `A batch of ${rows} rows cannot be sent to another task: it may have ${maxRows}.`;
  return externalError('wire.batch-too-long', message, advice, { retry: 'never' });
}
