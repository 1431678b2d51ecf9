import * as v from 'valibot';
import type { GenericSchema } from 'valibot';
import type { PathValues, QueryParsers, QueryValues } from './parameters';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a request carries; `name` is that of Flink's request class, for the message about one that does not fit. */
export interface BodySpec<Body> {
  readonly name: string;
  readonly schema: GenericSchema<unknown, Body>;
}

/** One endpoint: server, client and contract tests all read it from here. */
export interface Route<
  Path extends string = string,
  Query extends QueryParsers = QueryParsers,
  Body = unknown,
  Answer = unknown,
> {
  readonly method: Method;
  /** Template with the parameters of parameters.ts. Flink's paths may be asked for with `/v1` before them. */
  readonly path: Path;
  readonly query: Query;
  readonly body?: BodySpec<Body>;
  /** Of a good answer. */
  readonly status: number;
  readonly answer: GenericSchema<unknown, Answer>;
  /** The answer is `text/plain`, in pieces as they are read; otherwise it is JSON. */
  readonly text?: true;
}

export type PathOf<R> = R extends Route<infer Path> ? PathValues<Path> : never;
export type QueryOf<R> = R extends Route<string, infer Query> ? QueryValues<Query> : never;
export type BodyOf<R> = R extends { readonly body: BodySpec<infer Body> } ? Body : undefined;
export type AnswerOf<R> = R extends { readonly answer: GenericSchema<unknown, infer Answer> } ? Answer : never;

type NoQuery = Readonly<Record<string, never>>;
type Parts<Query extends QueryParsers> = { readonly query?: Query; readonly status?: number };

export function get<const Path extends string, Answer, const Query extends QueryParsers = NoQuery>(
  path: Path,
  answer: GenericSchema<unknown, Answer>,
  query?: Query,
) {
  return { method: 'GET', path, answer, status: 200, query: query ?? ({} as Query) } as const;
}

export function send<const Path extends string, Answer, const Query extends QueryParsers = NoQuery>(
  method: Exclude<Method, 'GET'>,
  path: Path,
  answer: GenericSchema<unknown, Answer>,
  parts: Parts<Query> = {},
) {
  return { method, path, answer, status: parts.status ?? 200, query: parts.query ?? ({} as Query) } as const;
}

export function post<const Path extends string, Answer, Body>(
  path: Path,
  name: string,
  schema: GenericSchema<unknown, Body>,
  answer: GenericSchema<unknown, Answer>,
  status = 202,
) {
  return { ...send('POST', path, answer, { status }), body: { name, schema } } as const;
}

export function put<const Path extends string, Answer, Body>(
  path: Path,
  name: string,
  schema: GenericSchema<unknown, Body>,
  answer: GenericSchema<unknown, Answer>,
) {
  return { ...send('PUT', path, answer), body: { name, schema } } as const;
}

/** A file as it is. */
export function text<const Path extends string>(path: Path) {
  return { ...get(path, v.string()), text: true } as const;
}
