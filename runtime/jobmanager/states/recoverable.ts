import type { FailureCause } from '../../base/events';

/**
 * Failures that no restart can cure: the input, the job or the snapshot would be the same again. They end the job at once, whatever the
 * restart strategy allows; Flink's `ThrowableType.NonRecoverableError`.
 */
const notRecoverable: ReadonlySet<string> = new Set([
  'source.input-missing',
  'source.input-denied',
  'source.input-changed',
  'source.not-a-file',
  'source.no-header',
  'source.broken-input',
  'source.bad-line',
  'source.not-parquet',
  'source.no-such-column',
  'source.unsafe-integer',
  'sink.bad-bucket',
  'sink.line-break',
  'sink.not-json',
  'job.row-not-sendable',
  'state.restore-failed',
]);

export function isRecoverable(cause: FailureCause): boolean {
  return !(cause.k === 'task' || cause.k === 'job') || !notRecoverable.has(cause.error.code);
}
