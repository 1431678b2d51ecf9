import * as v from 'valibot';
import type { HttpHandler, HttpRequest, HttpResponse } from '../../base/http';
import { restError, restErrorOf, type RestError } from '../../rest/errorBody';
import type { Route } from '../../rest/route';
import { eventStream, routes, type RouteName } from '../../rest/routes';
import { debugHandlers } from './debug/debugHandlers';
import { eventStreamBody } from './debug/eventStream';
import { accumulatorHandlers } from './flink/accumulators';
import { checkpointHandlers } from './flink/checkpoints';
import { clusterHandlers } from './flink/cluster';
import { jobHandlers } from './flink/jobs';
import { metricsHandlers } from './flink/metrics';
import { operationHandlers } from './flink/operations';
import { processHandlers } from './flink/processes';
import { rescalingHandlers } from './flink/rescaling';
import { vertexHandlers } from './flink/vertices';
import type { HandlerContext, Handlers } from './handlers';
import { queryOf, Router } from './router';

const jsonHeaders = { 'content-type': 'application/json; charset=UTF-8' };
const textHeaders = { 'content-type': 'text/plain' };
const encoder = new TextEncoder();

/** Flink's REST API v1 and `/debug/v1` over a gateway; sockets, token and limits are the host's (host/httpServer.ts). */
export function createRestHandler(context: HandlerContext): HttpHandler {
  const handlers: Handlers = {
    ...clusterHandlers(context),
    ...jobHandlers(context),
    ...vertexHandlers(context),
    ...metricsHandlers(context),
    ...accumulatorHandlers(context),
    ...checkpointHandlers(context),
    ...operationHandlers(context),
    ...processHandlers(context),
    ...rescalingHandlers(context),
    ...debugHandlers(context),
  };
  const router = new Router<RouteName | 'events'>({
    ...routes,
    events: { ...eventStream, status: 200, answer: v.any() },
  });
  const answer = async (request: HttpRequest): Promise<HttpResponse> => {
    const match = router.match(request.method, request.path);
    if (match.name === 'events') {
      const query = queryOf({ ...eventStream, status: 200, answer: v.any() }, request.query);
      const events = context.gateway.events(typeof query['after'] === 'number' ? query['after'] : 0);
      return {
        status: 200,
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
        body: eventStreamBody(events, context.clock),
      };
    }
    const route: Route = routes[match.name];
    // The router has parsed what the handler of this very route is typed for.
    const handle = handlers[match.name] as (input: unknown) => unknown;
    const input = { path: match.path, query: queryOf(route, request.query), body: bodyOf(route, request.body) };
    const given = await handle(input);
    return route.text === true
      ? { status: route.status, headers: textHeaders, body: given as AsyncIterable<Uint8Array> }
      : json(route.status, given);
  };
  return async (request) => {
    try {
      return await answer(request);
    } catch (error) {
      return refusal(restErrorOf(error));
    }
  };
}

function bodyOf(route: Route, bytes: Uint8Array): unknown {
  if (route.body === undefined) return undefined;
  const text = new TextDecoder().decode(bytes);
  const { name, schema } = route.body;
  let input: unknown;
  try {
    input = text === '' ? {} : JSON.parse(text);
  } catch {
    throw restError(400, `Request did not match expected format ${name}.`);
  }
  const body = v.safeParse(schema, input);
  if (body.success) return body.output;
  const [issue] = body.issues;
  throw restError(
    400,
    `Request did not match expected format ${name}. ${v.getDotPath(issue) ?? 'The body'}: ${issue.message}`,
  );
}

function json(status: number, value: unknown): HttpResponse {
  return { status, headers: jsonHeaders, body: encoder.encode(JSON.stringify(value)) };
}

function refusal(error: RestError): HttpResponse {
  return json(error.status, error.body);
}
