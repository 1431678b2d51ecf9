/** The 20,000 flights of the tests: their input file, what a plain loop makes of them, and what the job has written. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Flight {
  /** `2001/01/01 00:47`. */
  readonly date: string;
  readonly delay: number;
  readonly origin: string;
}

let flights: readonly Flight[] | undefined;

/** Sorted by date. */
function allFlights(): readonly Flight[] {
  if (flights !== undefined) return flights;
  const path = new URL('../../node_modules/vega-datasets/data/flights-20k.json', import.meta.url);
  const rows = JSON.parse(readFileSync(path, 'utf8')) as Flight[];
  flights = rows.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  return flights;
}

/** Writes `flights.ndjson` into a folder. */
export function writeFlights(folder: string): void {
  const lines = allFlights().map((flight) => JSON.stringify(flight));
  writeFileSync(join(folder, 'flights.ndjson'), `${lines.join('\n')}\n`);
}

/** `ATL 2001-01-05 count=…`, sorted: per airport and day what a loop over all flights gives. */
export function expectedDays(): readonly string[] {
  const days = new Map<string, number[]>();
  for (const { date, delay, origin } of allFlights()) {
    const key = `${origin} ${date.slice(0, 10).replaceAll('/', '-')}`;
    const delays = days.get(key);
    if (delays === undefined) days.set(key, [delay]);
    else delays.push(delay);
  }
  return [...days].map(([key, delays]) => dayText(key, statistics(delays))).sort();
}

/** Of the delays of one airport and day. */
export function statistics(delays: readonly number[]): Record<string, number> {
  return {
    count: delays.length,
    sum: delays.reduce((sum, delay) => sum + delay, 0),
    sumOfSquares: delays.reduce((sum, delay) => sum + delay * delay, 0),
    min: Math.min(...delays),
    max: Math.max(...delays),
  };
}

/** The committed rows in `out/` of a folder, of all jobs or of one, in the form of `expectedDays`, sorted. */
export function writtenDays(folder: string, job = ''): readonly string[] {
  const out = join(folder, 'out');
  return readdirSync(out)
    .filter((name) => name.startsWith(`part-${job.slice(0, 8)}`))
    .flatMap((name) => readFileSync(join(out, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => {
      const { origin, day, ...rest } = JSON.parse(line) as Record<string, string | number>;
      return dayText(`${origin ?? ''} ${day ?? ''}`, rest);
    })
    .sort();
}

/** `key` is `ATL 2001-01-05`. */
export function dayText(key: string, { count, sum, sumOfSquares, min, max }: Record<string, string | number>): string {
  return `${key} count=${count ?? ''} sum=${sum ?? ''} squares=${sumOfSquares ?? ''} min=${min ?? ''} max=${max ?? ''}`;
}

/**
 * The output as a multiset is that of the plain loop, and no uncommitted file is left over. `abandoned: 'allowed'`: files of a job whose
 * runtime was killed may be.
 */
export function assertExactlyOnce(folder: string, { abandoned = 'refused' } = {}): void {
  assert.deepEqual(differences(writtenDays(folder), expectedDays()), []);
  if (abandoned === 'allowed') return;
  const hidden = readdirSync(join(folder, 'out')).filter((name) => name.startsWith('.'));
  assert.deepEqual(hidden, [], 'files that were never committed');
}

/** What is missing in `written` or stands there too often, as a multiset; the first few, and how many there are. */
export function differences(written: readonly string[], expected: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of expected) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of written) counts.set(line, (counts.get(line) ?? 0) - 1);
  const wrong = [...counts].filter(([, count]) => count !== 0);
  if (wrong.length === 0) return [];
  const shown = wrong.slice(0, 6).map(([line, count]) => `${count > 0 ? 'missing' : 'too often'}: ${line}`);
  return [`${wrong.length} of ${expected.length} days are wrong`, ...shown];
}
