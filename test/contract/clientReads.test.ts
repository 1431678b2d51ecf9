/** What Flink 1.20 and 2.2 were recorded to answer, given to our client: it understands all of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JobStateError } from '../../runtime/base/errors';
import { Router } from '../../runtime/jobmanager/rest/router';
import { RestClient, type CallInput } from '../../runtime/rest/client';
import { firstLine } from '../../runtime/rest/errorBody';
import { flinkRoutes, type Routes } from '../../runtime/rest/routes';
import { recordingsOf, type Recording } from './recordings';

type AnyRoute = Routes[keyof typeof flinkRoutes];

const router = new Router<keyof typeof flinkRoutes>(flinkRoutes);

/** Of a request that our routes have, the route and what the client needs to make it. */
function callOf({ method, path, body }: Recording): { readonly route: AnyRoute; readonly input: CallInput<AnyRoute> } {
  const url = new URL(path, 'http://127.0.0.1');
  const match = router.match(method, url.pathname);
  const input = { path: match.path, query: Object.fromEntries(url.searchParams), body: body ?? {} };
  // Both come from the same recording, so the input is that of the route.
  return { route: flinkRoutes[match.name], input: input as unknown as CallInput<AnyRoute> };
}

function clientThatHears({ status, answer }: Recording): RestClient {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return new RestClient({
    url: 'http://127.0.0.1:8081',
    fetch: () => Promise.resolve({ status, text: () => Promise.resolve(text), body: null }),
  });
}

function isOurs(recording: Recording): boolean {
  try {
    callOf(recording);
    return true;
  } catch {
    return false;
  }
}

for (const version of ['1.20.5', '2.2.1'] as const) {
  describe(`answers of Flink ${version}`, () => {
    const recordings = Object.entries(recordingsOf(version)).filter(([, recording]) => isOurs(recording));
    assert.ok(recordings.length > 150);
    for (const [name, recording] of recordings) {
      test(`${name}: ${recording.method} ${recording.path}`, async () => {
        const { route, input } = callOf(recording);
        const answer = clientThatHears(recording).call(route, input);
        if (recording.status < 300) {
          await answer;
          return;
        }
        const { errors } = recording.answer as { readonly errors: readonly string[] };
        await assert.rejects(answer, (error: unknown) => {
          assert.ok(error instanceof JobStateError && error.code.startsWith('rest.'));
          assert.equal(error.message, firstLine(errors));
          return true;
        });
      });
    }
  });
}
