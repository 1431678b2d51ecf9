/** The cluster and the real REST handlers in one process: a `fetch` that calls the handler, and a gateway of which a test replaces what it needs. */
import type { Clock } from '../../../runtime/base/env';
import type { HttpHandler } from '../../../runtime/base/http';
import { id, type RunId } from '../../../runtime/base/ids';
import type { JobEvent } from '../../../runtime/base/jobEvents';
import { EmbeddedCluster } from '../../../runtime/cluster/embeddedCluster';
import { createRestHandler } from '../../../runtime/jobmanager/rest/restHandler';
import type { RestfulGateway } from '../../../runtime/jobmanager/restfulGateway';
import type { Fetch } from '../../../runtime/rest/client';
import { restHost } from '../../support/restHost';

const clock: Clock = {
  monoMs: () => 0,
  wallMs: () => 1_000,
  after: () => ({ dispose: () => undefined }),
  hold: () => ({ dispose: () => undefined }),
  yield: () => Promise.resolve(),
};

function notAsked(): never {
  throw new Error('the test does not expect this question');
}

async function* noEvents(): AsyncIterableIterator<JobEvent> {
  await Promise.resolve();
  yield* [];
}

function gatewayWith(parts: Partial<RestfulGateway>): RestfulGateway {
  return {
    run: id<RunId>('run'),
    cluster: notAsked,
    jobs: () => [],
    job: notAsked,
    taskManagers: () => [],
    submit: notAsked,
    cancel: notAsked,
    triggerSavepoint: notAsked,
    triggerCheckpoint: notAsked,
    disposeSavepoint: notAsked,
    operation: notAsked,
    holdNextRecovery: notAsked,
    resume: notAsked,
    inject: notAsked,
    disarm: notAsked,
    faults: () => [],
    query: notAsked,
    events: noEvents,
    ...parts,
  };
}

function fetchOf(handler: HttpHandler): Fetch {
  return async (url, { method, headers, body }) => {
    const parsed = new URL(url);
    const response = await handler({
      method,
      path: parsed.pathname,
      query: parsed.searchParams,
      headers,
      body: new TextEncoder().encode(body ?? ''),
    });
    const bytes = response.body;
    return {
      status: response.status,
      text: () => Promise.resolve(bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : ''),
      body: bytes instanceof Uint8Array ? null : bytes,
    };
  };
}

/** A `fetch` that our own handlers answer. */
export function ownFetch(parts: Partial<RestfulGateway> = {}): Fetch {
  let hex = 0;
  const random = { next: () => 0, hex: (bytes: number) => String((hex += 1)).padStart(bytes * 2, '0'), uuid: () => '' };
  return fetchOf(createRestHandler({ ...restHost, gateway: gatewayWith(parts), clock, random }));
}

export function clusterOf(parts: Partial<RestfulGateway>): EmbeddedCluster {
  return new EmbeddedCluster({ url: 'http://127.0.0.1:1', token: 'secret', fetch: ownFetch(parts) });
}
