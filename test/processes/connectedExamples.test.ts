import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Flight, FlightWithAirport } from '../../examples/join/flightsOfAirport';
import type { Alert, FlightRow, RuleRow } from '../../examples/rules/delayRules';
import { dataFile, flightRows, runExample, written } from './exampleRun';

/** What is compared of each airport, by code. */
function plainAirports(): Map<string, string> {
  const airports = new Map<string, string>();
  for (const line of readFileSync(dataFile('airports.csv'), 'utf8').trim().split(/\r?\n/).slice(1)) {
    // A quoted name may hold commas: the columns after it are counted from the end.
    const columns = line.split(',');
    const [city, state, , latitude, longitude] = columns.slice(-5);
    airports.set(columns[0] ?? '', `${city} ${state} ${Number(latitude)} ${Number(longitude)}`);
  }
  return airports;
}

const lineOf = ({ date, delay, distance, origin, destination }: Flight, airport: string | undefined): string =>
  `${date} ${delay} ${distance} ${origin} ${destination} ${airport}`;

/** The rules in the example's folder. */
function ruleRows(): RuleRow[] {
  const lines = readFileSync(new URL('../../examples/rules/rules.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as RuleRow);
}

/** The alerts of a plain loop, as lines: one rule and airport after the other, as if nothing came in streams. */
function plainAlerts(): string[] {
  const alerts: string[] = [];
  const flights = flightRows() as readonly FlightRow[];
  const airports = [...new Set(flights.map(({ origin }) => origin))].map((origin) =>
    flights.filter((flight) => flight.origin === origin),
  );
  for (const { rule, from, to, delay, inARow } of ruleRows()) {
    for (const rows of airports) {
      let late = 0;
      for (const row of rows) {
        const time = `${row.date.replaceAll('/', '-').replace(' ', 'T')}:00.000Z`;
        if (time < from || time >= to) continue;
        late = row.delay < delay ? 0 : late + 1;
        if (late < inARow) continue;
        alerts.push(`${rule} ${row.origin} ${time} ${inARow}`);
        late = 0;
      }
    }
  }
  return alerts.sort();
}

describe('the examples with two streams, when a TaskManager is killed', () => {
  test('join: every flight once, with its airport', async (t) => {
    const joined = written<FlightWithAirport>(
      await runExample(t, 'join', ['flights-20k.json', 'airports.csv']),
      'out',
    ).map((flight) => {
      const { city, state, latitude, longitude, iata } = flight.airport;
      assert.equal(iata, flight.origin);
      return lineOf(flight, `${city} ${state} ${latitude} ${longitude}`);
    });
    const airports = plainAirports();
    const expected = (flightRows() as readonly Flight[]).map((flight) => lineOf(flight, airports.get(flight.origin)));
    assert.equal(joined.length, 20_000, 'what the README says');
    assert.deepEqual(joined.sort(), expected.sort());
  });
  test('rules: the alerts of a plain loop, each once', async (t) => {
    const alerts = written<Alert>(await runExample(t, 'rules'), 'out').map(
      ({ rule, origin, at, flights }) => `${rule} ${origin} ${at} ${flights}`,
    );
    assert.equal(alerts.length, 164, 'what the README says');
    assert.deepEqual(alerts.sort(), plainAlerts());
  });
});
