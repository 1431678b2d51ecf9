import { ProcessWindowFunction, Types, type AggregateFunction, type Collector, type WindowContext } from 'job-state';

/** One departure, as the file has it; `date` is `2001/01/01 00:47`, UTC, and `delay` in minutes. */
export interface FlightRow {
  readonly date: string;
  readonly delay: number;
  readonly origin: string;
  readonly destination: string;
}

/** What is kept of a session while it is open. */
interface Flown {
  readonly flights: number;
  readonly delay: number;
}

/** A time in which the flights of a route followed each other closely enough. */
export interface RouteSession {
  readonly origin: string;
  readonly destination: string;
  /** Time of the first flight, and of the last, as ISO text. */
  readonly from: string;
  readonly to: string;
  readonly flights: number;
  /** Minutes, of all flights. */
  readonly delay: number;
}

/** A route is over when no flight has followed for so long. */
export const gapMs = 3 * 86_400_000;

export function dateMs(date: string): number {
  return Date.parse(`${date.replaceAll('/', '-').replace(' ', 'T')}Z`);
}

export const flownType = Types.POJO('sessions.Flown', { flights: Types.LONG, delay: Types.LONG });

/** Sessions merge: two that turn out to be one have their accumulators merged. */
export const flown: AggregateFunction<FlightRow, Flown, Flown> = {
  createAccumulator: () => ({ flights: 0, delay: 0 }),
  add: (flight, { flights, delay }) => ({ flights: flights + 1, delay: delay + flight.delay }),
  getResult: (result) => result,
  merge: (a, b) => ({ flights: a.flights + b.flights, delay: a.delay + b.delay }),
};

/** Adds route and times to what was counted: a session ends when the gap after its last flight is over. */
export class DescribeSession extends ProcessWindowFunction<Flown, RouteSession, readonly [string, string]> {
  override process(
    [origin, destination]: readonly [string, string],
    context: WindowContext,
    [session]: readonly Flown[],
    out: Collector<RouteSession>,
  ): void {
    if (session === undefined) return;
    const { start, end } = context.window();
    const [from, to] = [new Date(start).toISOString(), new Date(end - gapMs).toISOString()];
    out.collect({ origin, destination, from, to, ...session });
  }
}
