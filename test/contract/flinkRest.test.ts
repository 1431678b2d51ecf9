/**
 * The requests recorded from Flink 1.20.5, asked of our handlers in the same situation: same status, same fields, same types. What
 * differs stands in `allowed` with its reason.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import * as v from 'valibot';
import { createRestHandler } from '../../runtime/jobmanager/rest/restHandler';
import { Router } from '../../runtime/jobmanager/rest/router';
import { firstLine } from '../../runtime/rest/errorBody';
import { flinkRoutes, type Route } from '../../runtime/rest/routes';
import { differences } from './shape';
import { gatewayOf, nowMs, type Situation } from './situation';

interface Recording {
  readonly method: string;
  readonly path: string;
  /** A text is sent as it is. */
  readonly body: unknown;
  readonly status: number;
  readonly answer: Parameters<typeof differences>[0];
}

const recordings = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/flink-rest/1.20.5.json'), 'utf8'),
) as Readonly<Record<string, Recording>>;

/** Differences that are meant: [recordings, sentence, reason]. */
const allowed: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^post-savepoints-native$/, /^status 400 instead of 202$/, 'savepoints are written in the canonical format only'],
  [
    /trigger|disposal|execution-result-failed/,
    /(?:failure-cause|failureCause)\.error: added$/,
    'the error as data beside its Java clothes',
  ],
  [/execution-result/, /\.accumulator-results\.guarded-orders: missing$/, 'jobs have no accumulators'],
  [/^get-jobs-jobid-failed-restore$/, /^\.plan\.\w+: added$/, 'no job is made before its graph is'],
  [
    /^get-savepoint-disposal-unknown-trigger$/,
    /^"Operation not found under key/,
    "the key in Flink's sentence is a Java object",
  ],
  [/^get-taskmanagers-metrics-aggregated$/, /^\[\]: empty$/, 'there are no Java threads to be counted'],
  [/^get-taskmanagers-tmid/, /\.garbageCollectors\[\]: empty$/, 'there is no Java heap'],
];
const used = new Set<number>();

/** The situation that a recording was made in. */
function situationOf(name: string): Situation {
  if (name.includes('empty')) return 'empty';
  if (name.includes('restarting')) return 'restarting';
  if (name.includes('right-after-run')) return 'just started';
  if (name.includes('canceled') && !name.includes('trigger')) return 'canceled';
  if (name.includes('none-yet')) return 'no checkpoint';
  if (name.includes('after-snapshot-failure')) return 'task failed';
  return 'running';
}

describe('requests recorded from Flink 1.20.5', () => {
  for (const [name, recording] of Object.entries(recordings)) {
    test(`${name}: ${recording.method} ${recording.path}`, async () => {
      const { status, answer } = await ask(name, recording);
      const found = [
        ...(status === recording.status ? [] : [`status ${status} instead of ${recording.status}`]),
        ...(status < 300 ? differences(recording.answer, answer as never) : errorDifferences(recording, answer)),
      ];
      assert.deepEqual(
        found.filter((difference) => !isAllowed(name, difference)),
        [],
      );
      if (recording.status < 300 && status < 300) assertFits(recording, answer);
    });
  }

  after(() => {
    const idle = allowed.filter((_, index) => !used.has(index)).map(([, , reason]) => reason);
    assert.deepEqual(idle, [], 'differences that are allowed but do not occur');
  });
});

async function ask(name: string, recording: Recording): Promise<{ readonly status: number; readonly answer: unknown }> {
  const handler = createRestHandler({
    gateway: gatewayOf(situationOf(name), name.includes('in-progress')),
    clock: {
      monoMs: () => 0,
      wallMs: () => nowMs,
      after: () => ({ dispose: () => undefined }),
      hold: () => ({ dispose: () => undefined }),
      yield: () => Promise.resolve(),
    },
    random: { next: () => 0, hex: (bytes) => 'ab'.repeat(bytes), uuid: () => '' },
    version: '1.20',
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
  assert.ok(response.body instanceof Uint8Array);
  return { status: response.status, answer: JSON.parse(new TextDecoder().decode(response.body)) };
}

/** Refusals have Flink's sentence, without the Java class before it and the stack behind. */
function errorDifferences(recording: Recording, answer: unknown): readonly string[] {
  if (recording.status < 300) return [];
  const theirs = firstLine(errorsOf(recording.answer));
  const ours = firstLine(errorsOf(answer));
  if (errorsOf(answer).length !== errorsOf(recording.answer).length) return ['another number of error texts'];
  return ours.startsWith(theirs) || name404(theirs, ours) ? [] : [`"${ours}" instead of "${theirs}"`];
}

/** Flink looks for a file of its web page where there is no endpoint; we have no such page. */
function name404(theirs: string, ours: string): boolean {
  return theirs.startsWith('Unable to load requested file') && ours.startsWith('Not found: ');
}

function errorsOf(answer: unknown): readonly string[] {
  return (answer as { errors: readonly string[] }).errors;
}

function isAllowed(name: string, difference: string): boolean {
  const index = allowed.findIndex(([names, sentence]) => names.test(name) && sentence.test(difference));
  if (index >= 0) used.add(index);
  return index >= 0;
}

/** Both the recorded answer and ours are what the client understands. */
function assertFits(recording: Recording, answer: unknown): void {
  const path = new URL(recording.path, 'http://127.0.0.1').pathname;
  const { name } = new Router<keyof typeof flinkRoutes>(flinkRoutes).match(recording.method, path);
  const route: Route = flinkRoutes[name];
  for (const [whose, value] of [
    ['Flink', recording.answer],
    ['our', answer],
  ] as const) {
    const parsed = v.safeParse(route.answer, value);
    assert.ok(
      parsed.success,
      `${whose} answer does not fit: ${JSON.stringify(parsed.issues?.map((issue) => [v.getDotPath(issue), issue.message]))}`,
    );
  }
}

describe('the metrics', () => {
  const named = [
    'get-jobs-jobid-metrics',
    'get-vertex-metrics',
    'get-vertex-subtask-metrics',
    'get-vertex-subtasks-metrics',
    'get-taskmanagers-metrics',
    'get-taskmanagers-tmid-metrics',
  ];
  for (const name of named) {
    test(`${name}: all that we name have Flink's names`, async () => {
      const recording = recordings[name];
      assert.ok(recording !== undefined);
      const names = (answer: unknown): readonly string[] => (answer as { id: string }[]).map(({ id }) => id);
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
