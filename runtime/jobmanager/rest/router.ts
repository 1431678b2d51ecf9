import { pathParameters } from '../../rest/parameters';
import { restError } from '../../rest/errorBody';
import type { Route } from '../../rest/route';

/** A route that fits a request, with the values of its parameters. */
export interface Match<Name extends string> {
  readonly name: Name;
  readonly path: Readonly<Record<string, unknown>>;
}

interface Entry<Name extends string> {
  readonly name: Name;
  readonly route: Route;
  readonly segments: readonly string[];
}

/** Finds the route of a request; a literal segment is preferred to a parameter, as in Flink's router. */
export class Router<Name extends string> {
  readonly #entries: readonly Entry<Name>[];

  constructor(routes: Readonly<Record<Name, Route>>) {
    this.#entries = (Object.keys(routes) as Name[])
      .map((name) => ({ name, route: routes[name], segments: routes[name].path.slice(1).split('/') }))
      .sort((a, b) => parameterCount(a.segments) - parameterCount(b.segments));
  }

  /** Refuses with 404, or with 400 when a parameter is not what its name says. `path` is still percent-encoded. */
  match(method: string, path: string): Match<Name> {
    const segments = path
      .replace(/^\/v1(?=\/)/, '')
      .slice(1)
      .split('/');
    const entry = this.#entries.find(
      (candidate) => candidate.route.method === method && fits(candidate.segments, segments),
    );
    if (entry === undefined) throw restError(404, `Not found: ${path}`);
    return { name: entry.name, path: parametersOf(entry.segments, segments) };
  }
}

function parameterCount(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith(':')).length;
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, index) => part === segments[index] || (part.startsWith(':') && segments[index] !== ''))
  );
}

function parametersOf(template: readonly string[], segments: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [index, part] of template.entries()) {
    if (!part.startsWith(':')) continue;
    const name = part.slice(1);
    const text = decoded(segments[index] ?? '');
    const value = text === undefined ? undefined : pathParameters[name as keyof typeof pathParameters](text);
    if (value === undefined) throw badParameter('path', name, segments[index] ?? '');
    values[name] = value;
  }
  return values;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** The values of the query that the route knows; others are ignored, as Flink does. */
export function queryOf(route: Route, query: URLSearchParams): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, parse] of Object.entries(route.query)) {
    const text = query.get(name);
    if (text === null) continue;
    const value = parse(text);
    if (value === undefined) throw badParameter('query', name, text);
    values[name] = value;
  }
  return values;
}

function badParameter(kind: 'path' | 'query', name: string, text: string): Error {
  return restError(
    400,
    `Bad request, could not parse parameters: Cannot resolve ${kind} parameter (${name}) from value "${text}".`,
  );
}
