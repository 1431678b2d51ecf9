import { RowFailure } from '../../api/rowFailure';
import { errorData, JobStateError, userError } from '../../base/errors';
import { valueText } from '../../base/valueText';
import type { ChainedOperator } from '../../graph/jobGraph';

/** Which operator of which subtask, for errors and descriptions. */
export interface OperatorPlace {
  readonly operator: ChainedOperator;
  readonly subtask: number;
}

/**
 * A failure in code of the job's author, as a user error that names the operator and the record. The stack is that of the place where it
 * was thrown, so that it names the author's line. An error of ours, thrown below the author's code, keeps its code and advice.
 */
export function userFailure(place: OperatorPlace, thrown: unknown, what: string, row?: unknown): JobStateError {
  const cause = errorData(thrown);
  const record = row === undefined ? '' : ` for the record ${valueText(row)}`;
  const message = `${place.operator.name} failed in ${what}${record}: ${cause.message}`;
  const subject = { ...cause.subject, ...operatorSubject(place) };
  const error =
    thrown instanceof JobStateError
      ? new JobStateError(thrown.code, message, {
          domain: thrown.domain,
          retry: thrown.retry,
          advice: thrown.advice,
          subject,
        })
      : userError('job.function-failed', message, 'Correct the function, or the input that it fails for.', { subject });
  if (cause.stack !== undefined) error.stack = `${message}\n${cause.stack}`;
  return error;
}

/** The same for a connector, which may know more of what has failed. */
export function connectorFailure(place: OperatorPlace, thrown: unknown, what: string): JobStateError {
  if (thrown instanceof RowFailure) return userFailure(place, thrown.thrown, thrown.what, thrown.row);
  return userFailure(place, thrown, what);
}

export function operatorSubject({ operator, subtask }: OperatorPlace): { operator: string; subtask: number } {
  return { operator: operator.uid ?? operator.operatorId, subtask };
}
