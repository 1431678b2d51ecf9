import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { departureMs, windowMs, type Departures } from '../../examples/lateData/departures';
import { dateMs, gapMs, type FlightRow, type RouteSession } from '../../examples/sessions/routeSessions';
import { TestRuntime } from './runtime';
import { TestJob } from './testJob';

const data = fileURLToPath(new URL('../../node_modules/vega-datasets/data/flights-20k.json', import.meta.url));
const flights = JSON.parse(readFileSync(data, 'utf8')) as readonly FlightRow[];

/** Runs an example with its data; its windows lose a TaskManager on the way. */
async function runExample(t: TestContext, example: string): Promise<string> {
  const runtime = await TestRuntime.start(t);
  const { folder } = runtime;
  cpSync(fileURLToPath(new URL(`../../examples/${example}`, import.meta.url)), folder, { recursive: true });
  cpSync(data, join(folder, 'flights-20k.json'));
  const job = await TestJob.submit(runtime, { jobFile: join(folder, `${example}.ts`) });
  await job.checkpoints(2);
  const { now } = runtime.events;
  await job.kill('tm-1');
  await job.recovered(now);
  await job.finished();
  return folder;
}

/** The committed rows of a file sink. */
function written<T>(folder: string, path: string): T[] {
  const out = join(folder, path);
  return readdirSync(out)
    .filter((name) => name.startsWith('part-'))
    .flatMap((name) => readFileSync(join(out, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

function add<V>(map: Map<string, V[]>, key: string, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** The sessions of a plain loop, as lines. */
function plainSessions(): string[] {
  const sessions: string[] = [];
  const routes = new Map<string, FlightRow[]>();
  for (const flight of flights) add(routes, `${flight.origin} ${flight.destination}`, flight);
  for (const [route, rows] of routes) {
    let session: FlightRow[] = [];
    const end = (): void => {
      if (session.length > 0) sessions.push(lineOf(route, session));
    };
    for (const row of rows.toSorted((a, b) => dateMs(a.date) - dateMs(b.date))) {
      const last = session.at(-1);
      if (last !== undefined && dateMs(row.date) - dateMs(last.date) > gapMs) {
        end();
        session = [];
      }
      session.push(row);
    }
    end();
  }
  return sessions.sort();
}

function lineOf(route: string, session: readonly FlightRow[]): string {
  const time = (row: FlightRow | undefined): string => new Date(dateMs(row?.date ?? '')).toISOString();
  const delay = session.reduce((sum, row) => sum + row.delay, 0);
  return `${route} ${time(session[0])} ${time(session.at(-1))} ${session.length} ${delay}`;
}

describe('the examples with windows, when a TaskManager is killed', { concurrency: 2 }, () => {
  test('sessions: those of a plain loop, each once', async (t) => {
    const sessions = written<RouteSession>(await runExample(t, 'sessions'), 'out');
    const lines = sessions.map(
      ({ origin, destination, from, to, flights: count, delay }) =>
        `${origin} ${destination} ${from} ${to} ${count} ${delay}`,
    );
    assert.equal(lines.length, 14_015, 'what the README says');
    assert.deepEqual(lines.sort(), plainSessions());
  });

  test('late data: each flight is in the last line of its window, or in the side output', async (t) => {
    const folder = await runExample(t, 'lateData');
    const windowOf = (flight: FlightRow): string => {
      const start = Math.floor(departureMs(flight) / windowMs) * windowMs;
      return `${flight.origin} ${new Date(start).toISOString()}`;
    };
    const counts = new Map<string, number>();
    for (const { origin, from, flights: count } of written<Departures>(folder, 'out')) {
      counts.set(`${origin} ${from}`, Math.max(count, counts.get(`${origin} ${from}`) ?? 0));
    }
    const late = written<FlightRow>(folder, 'late');
    assert.ok(late.length > 0, 'some flights are too late');
    for (const flight of late) counts.set(windowOf(flight), (counts.get(windowOf(flight)) ?? 0) + 1);
    const expected = new Map<string, number>();
    for (const flight of flights) expected.set(windowOf(flight), (expected.get(windowOf(flight)) ?? 0) + 1);
    assert.deepEqual([...counts].sort(), [...expected].sort());
  });
});
