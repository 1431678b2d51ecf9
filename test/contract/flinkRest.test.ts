/**
 * The requests recorded from Flink 1.20.5, asked of our handlers in the same situation: same status, same kind of content, same fields,
 * same types, same words. What differs stands in differences.json with its reason.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import * as v from 'valibot';
import { createRestHandler } from '../../runtime/jobmanager/rest/restHandler';
import { Router } from '../../runtime/jobmanager/rest/router';
import { firstLine } from '../../runtime/rest/errorBody';
import type { Route } from '../../runtime/rest/route';
import { flinkRoutes } from '../../runtime/rest/routes';
import { restHost } from '../support/restHost';
import { AllowedDifferences } from './allowedDifferences';
import { recordingsOf, type Json, type Recording } from './recordings';
import { differences } from './shape';
import { gatewayOf, nowMs, situationOf } from './situation';

const recordings = recordingsOf('1.20.5');
const allowed = new AllowedDifferences();

interface Asked {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly answer: Json;
}

async function ask(name: string, recording: Recording): Promise<Asked> {
  const handler = createRestHandler({
    ...restHost,
    gateway: gatewayOf(situationOf(name), name.includes('in-progress')),
    clock: {
      monoMs: () => 0,
      wallMs: () => nowMs,
      after: () => ({ dispose: () => undefined }),
      hold: () => ({ dispose: () => undefined }),
      yield: () => Promise.resolve(),
    },
    random: { next: () => 0, hex: (bytes) => 'ab'.repeat(bytes), uuid: () => '' },
  });
  const url = new URL(recording.path, 'http://127.0.0.1');
  const text =
    typeof recording.body === 'string' ? recording.body : recording.body === null ? '' : JSON.stringify(recording.body);
  const response = await handler({
    method: recording.method,
    path: url.pathname,
    query: url.searchParams,
    headers: {},
    body: new TextEncoder().encode(text),
  });
  const bytes = response.body instanceof Uint8Array ? response.body : Buffer.concat(await all(response.body));
  const body = new TextDecoder().decode(bytes);
  const contentType = response.headers['content-type'];
  return {
    status: response.status,
    contentType,
    answer: contentType === 'text/plain' ? body : (JSON.parse(body) as Json),
  };
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const list: Uint8Array[] = [];
  for await (const piece of pieces) list.push(piece);
  return list;
}

function found(recording: Recording, { status, contentType, answer }: Asked): readonly string[] {
  const head = [
    ...(status === recording.status ? [] : [`status ${status} instead of ${recording.status}`]),
    ...(contentType === recording.contentType ? [] : [`${contentType} instead of ${recording.contentType}`]),
  ];
  if (status < 300 && recording.status < 300) return [...head, ...differences(recording.answer, answer)];
  if (status >= 300 && recording.status >= 300) return [...head, ...errorDifferences(recording, answer)];
  return head;
}

/** Refusals have Flink's sentence, without the Java class before it and the stack behind. */
function errorDifferences(recording: Recording, answer: Json): readonly string[] {
  const theirs = firstLine(errorsOf(recording.answer));
  const ours = firstLine(errorsOf(answer));
  if (errorsOf(answer).length !== errorsOf(recording.answer).length) return ['another number of error texts'];
  return ours.startsWith(theirs) || name404(theirs, ours) ? [] : [`"${ours}" instead of "${theirs}"`];
}

/** Flink looks for a file of its web page where there is no endpoint; we have no such page. */
function name404(theirs: string, ours: string): boolean {
  return theirs.startsWith('Unable to load requested file') && ours.startsWith('Not found: ');
}

function errorsOf(answer: Json): readonly string[] {
  return (answer as { readonly errors: readonly string[] }).errors;
}

/** Our answer has what its schema says and nothing else: the schema is what the client knows. */
function assertFits(recording: Recording, answer: Json): void {
  const path = new URL(recording.path, 'http://127.0.0.1').pathname;
  const { name } = new Router<keyof typeof flinkRoutes>(flinkRoutes).match(recording.method, path);
  const route: Route = flinkRoutes[name];
  const parsed = v.safeParse(route.answer, answer);
  assert.ok(parsed.success, JSON.stringify(parsed.issues?.map((issue) => [v.getDotPath(issue), issue.message])));
  assert.deepEqual(parsed.output, answer);
}

describe('requests recorded from Flink 1.20.5', () => {
  for (const [name, recording] of Object.entries(recordings)) {
    test(`${name}: ${recording.method} ${recording.path}`, async () => {
      const asked = await ask(name, recording);
      assert.deepEqual(
        found(recording, asked).filter((difference) => !allowed.allows(name, difference)),
        [],
      );
      if (asked.status < 300) assertFits(recording, asked.answer);
    });
  }

  after(() => assert.deepEqual(allowed.unused, [], 'differences that are allowed but do not occur'));
});

test('the plan of the recorded job is that of Flink, vertex by vertex', async () => {
  const recording = recordings['get-jobs-jobid-plan'];
  assert.ok(recording !== undefined);
  const byId = (answer: Json): readonly unknown[] =>
    (answer as { plan: { nodes: { id: string }[] } }).plan.nodes.toSorted((a, b) => a.id.localeCompare(b.id));
  const { answer } = await ask('get-jobs-jobid-plan', recording);
  assert.deepEqual(byId(answer), byId(recording.answer));
});

describe('the metrics', () => {
  const named = [
    'get-jobs-jobid-metrics',
    'get-vertex-metrics',
    'get-vertex-subtask-metrics',
    'get-vertex-subtasks-metrics',
    'get-taskmanagers-metrics',
    'get-taskmanagers-tmid-metrics',
    'get-jobmanager-metrics',
  ];
  for (const name of named) {
    test(`${name}: all that we name have Flink's names`, async () => {
      const recording = recordings[name];
      assert.ok(recording !== undefined);
      const names = (answer: Json): readonly string[] => (answer as { id: string }[]).map(({ id }) => id);
      const ours = names((await ask(name, recording)).answer);
      assert.ok(ours.length > 0);
      const theirs = new Set(names(recording.answer));
      assert.deepEqual(
        ours.filter((id) => !theirs.has(id)),
        [],
      );
    });
  }
});
