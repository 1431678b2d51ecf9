import { userError, type JobStateError } from '../base/errors';

/** Keyed state was used outside a record or timer. */
export function noCurrentKey(): JobStateError {
  return userError(
    'state.no-key',
    'Keyed state was used where there is no current key.',
    'Use it in processElement and onTimer only.',
  );
}
