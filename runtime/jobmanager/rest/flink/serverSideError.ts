import { RestError } from '../../../rest/errorBody';

/** What Flink answers with 500 because it did not expect it; in two texts. */
export function serverSideError(text: string): RestError {
  return new RestError(500, {
    errors: ['Internal server error.', `<Exception on server side:\n${text}\nEnd of exception on server side>`],
  });
}
