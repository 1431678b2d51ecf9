import * as v from 'valibot';
import { externalError, JobStateError } from '../base/errors';
import type { JobEvent } from '../base/jobEvents';
import { errorOfResponse } from './errorBody';
import { fillPath } from './parameters';
import type { AnswerOf, BodyOf, PathOf, QueryOf, Route } from './route';
import { eventStream, type Routes } from './routes';
import { readServerSentEvents } from './serverSentEvents';

/** The part of `fetch` that is used; Node's own is one. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal?: AbortSignal;
  },
) => Promise<FetchResponse>;

export interface FetchResponse {
  readonly status: number;
  text(): Promise<string>;
  readonly body: AsyncIterable<Uint8Array> | null;
}

export interface ClientOptions {
  /** Base address without a slash at its end. */
  readonly url: string;
  /** The bearer token of an embedded runtime. */
  readonly token?: string;
  readonly fetch: Fetch;
}

/** What a call needs: `path` where the template has parameters, `body` where the route takes one. */
export type CallInput<R> = (keyof PathOf<R> extends never ? object : { readonly path: PathOf<R> }) &
  (BodyOf<R> extends undefined ? object : { readonly body: BodyOf<R> }) & { readonly query?: QueryOf<R> };

type QueryTexts = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
type AnyInput = {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: QueryTexts;
  readonly body?: unknown;
};

/**
 * Typed calls of the routes over a `fetch`. Rejects with what the engine said (its own error, or `rest.…` after the status), or
 * `engine.away` when nobody answers, or `rest.bad-answer` when the answer does not fit its schema.
 */
export class RestClient {
  readonly url: string;
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.url = options.url;
    this.#options = options;
  }

  async call<R extends Routes[keyof Routes]>(
    route: R,
    input: CallInput<R>,
    signal?: AbortSignal,
  ): Promise<AnswerOf<R>> {
    const any: Route = route;
    const { path = {}, query = {}, body }: AnyInput = input;
    const url = this.url + fillPath(any.path, path) + queryText(query);
    const response = await this.#fetch(any.method, url, body, signal);
    const text = await this.#away(url, response.text());
    if (response.status < 200 || response.status >= 300) throw errorOfResponse(response.status, text, url);
    const answer = v.safeParse(any.answer, any.text === true ? text : parseJson(text));
    if (!answer.success) throw badAnswer(url, answer.issues[0]);
    // The schema of the route is what AnswerOf<R> is inferred from.
    return answer.output as AnswerOf<R>;
  }

  /** Events after `after` until the signal. Ends with `engine.away` when the connection breaks. */
  async *events(after: number, signal: AbortSignal): AsyncIterableIterator<JobEvent> {
    const url = `${this.url}${eventStream.path}?after=${after}`;
    try {
      const response = await this.#fetch('GET', url, undefined, signal);
      if (response.status !== 200 || response.body === null) {
        throw errorOfResponse(response.status, await response.text(), url);
      }
      for await (const data of readServerSentEvents(response.body)) yield JSON.parse(data) as JobEvent;
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof JobStateError ? error : away(this.url, error);
    }
    if (!signal.aborted) throw away(this.url, undefined);
  }

  #fetch(method: string, url: string, body: unknown, signal: AbortSignal | undefined): Promise<FetchResponse> {
    const { token, fetch } = this.#options;
    return this.#away(
      url,
      fetch(url, {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json; charset=UTF-8' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      }),
    );
  }

  async #away<T>(url: string, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') throw error;
      throw away(url, error);
    }
  }
}

function away(url: string, cause: unknown): JobStateError {
  return externalError('engine.away', `${new URL(url).origin} does not answer.`, 'It may have ended; start it again.', {
    cause,
  });
}

function badAnswer(url: string, issue: v.BaseIssue<unknown>): JobStateError {
  const field = issue.path?.map((item) => String(item.key)).join('.') ?? '';
  return externalError(
    'rest.bad-answer',
    `${url} answered with something unexpected${field === '' ? '' : ` in ${field}`}: ${issue.message}.`,
    'Check that the address is that of a runtime or a supported Flink version.',
    { retry: 'never', subject: { field } },
  );
}

function queryText(query: QueryTexts): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
