import * as v from 'valibot';
import type { SerializedThrowable } from './answers/asynchronous';
import {
  errorData,
  errorFromData,
  errorText,
  externalError,
  JobStateError,
  userError,
  type ErrorData,
} from '../base/errors';

/** Flink's `ErrorResponseBody`; ours carries the error as data, too, so that nothing of it is lost on the way. */
export interface ErrorResponseBody {
  readonly errors: readonly string[];
  readonly error?: ErrorData;
}

/** An answer that is not a good one, with Flink's code and words. Handlers throw it. */
export class RestError extends Error {
  readonly status: number;
  readonly body: ErrorResponseBody;

  constructor(status: number, body: ErrorResponseBody) {
    super(body.errors[0] ?? `status ${status}`);
    this.name = 'RestError';
    this.status = status;
    this.body = body;
  }
}

/** A refusal in one sentence. */
export function restError(status: number, text: string): RestError {
  return new RestError(status, { errors: [text] });
}

/** What a handler threw, as an answer: Flink's two-part text for what nobody expected, one sentence for an error with a cause to name. */
export function restErrorOf(thrown: unknown): RestError {
  if (thrown instanceof RestError) return thrown;
  const data = errorData(thrown);
  const error: ErrorData = { ...data, stack: data.stack ?? '' };
  if (thrown instanceof JobStateError) {
    return new RestError(statusOf(data), { errors: [errorText(data)], error });
  }
  return new RestError(500, {
    errors: [
      'Internal server error.',
      `<Exception on server side:\n${data.stack ?? data.message}\nEnd of exception on server side>`,
    ],
    error,
  });
}

function statusOf(error: ErrorData): number {
  if (error.code.endsWith('not-found') && error.domain !== 'external') return 404;
  switch (error.domain) {
    case 'user':
      return error.code === 'job.has-ended' || error.code === 'debug.not-held' ? 409 : 400;
    case 'external':
      return 503;
    case 'internal':
      return 500;
  }
}

const errorDataSchema = v.object({
  code: v.string(),
  message: v.string(),
  domain: v.picklist(['user', 'external', 'internal']),
  retry: v.picklist(['never', 'backoff']),
  subject: v.looseObject({}),
  advice: v.string(),
});
const bodySchema = v.object({ errors: v.array(v.string()), error: v.optional(v.looseObject(errorDataSchema.entries)) });

/** The error that a bad answer stands for. Flink's texts are stack traces: their first line, without the class, is the sentence. */
export function errorOfResponse(status: number, text: string, url: string): JobStateError {
  const body = v.safeParse(bodySchema, parseJson(text));
  if (!body.success) {
    // A proxy answers with a page of its own.
    if (status === 401 || status === 403) return errorOfStatus(status, `status ${status}`, url);
    if (status >= 502 && status <= 504) {
      const advice = 'Check that the cluster runs.';
      return externalError(
        'engine.away',
        `A proxy at ${new URL(url).host} reaches no cluster (status ${status}).`,
        advice,
      );
    }
    return externalError(
      'rest.bad-answer',
      `${url} answered with status ${status} and no error that can be read.`,
      'Check that the address is that of a runtime or a Flink JobManager.',
    );
  }
  const { error, errors } = body.output;
  if (error !== undefined) return errorFromData(error);
  return errorOfStatus(status, firstLine(errors), url);
}

function errorOfStatus(status: number, sentence: string, url: string): JobStateError {
  if (status === 401 || status === 403) {
    return userError('rest.refused', `${url}: ${sentence}`, 'Check the token and the address.');
  }
  if (status === 404) return userError('rest.not-found', sentence, 'Refresh; it may be gone.');
  if (status === 409) return userError('rest.conflict', sentence, 'Refresh and try again.');
  if (status < 500) return userError('rest.bad-request', sentence, '');
  return externalError('rest.failed', sentence, 'See the log of the engine.');
}

/** `Job could not be found.` of a text that begins with `org.apache.flink…RestHandlerException: Job could not be found.\n\tat …`. */
export function firstLine(errors: readonly string[]): string {
  const text = (errors.find((entry) => entry !== 'Internal server error.') ?? errors[0] ?? '').replace(
    '<Exception on server side:\n',
    '',
  );
  return (text.split('\n')[0] ?? '').replace(/^(?:(?:[\w$]+\.)+[\w$]+(?:Exception|Error): )+/, '');
}

/** The error that a `failure-cause` stands for; ours carries the error as data beside Flink's fields. */
export function errorOfThrowable(throwable: SerializedThrowable): JobStateError {
  const data = v.safeParse(v.looseObject(errorDataSchema.entries), throwable.error);
  if (data.success) return errorFromData(data.output);
  return externalError('engine.operation-failed', firstLine([throwable['stack-trace']]), 'See the log of the engine.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
