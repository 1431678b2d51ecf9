import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { departureMs, windowMs, type Departures } from '../../examples/lateData/departures';
import { dateMs, gapMs, type FlightRow, type RouteSession } from '../../examples/sessions/routeSessions';
import { flightRows, runExample, written } from './exampleRun';

const flights = flightRows() as readonly FlightRow[];

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
