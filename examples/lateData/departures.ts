import { ProcessWindowFunction, type AggregateFunction, type Collector, type WindowContext } from 'job-state';

/** One departure, as the file has it; `date` is the scheduled time, `2001/01/01 00:47`, UTC, and `delay` in minutes. */
export interface FlightRow {
  readonly date: string;
  readonly delay: number;
  readonly origin: string;
}

/** What has left an airport in a window; the newest line of a window, which has the highest count, is the one that holds. */
export interface Departures {
  readonly origin: string;
  /** ISO text. */
  readonly from: string;
  readonly flights: number;
}

export const windowMs = 6 * 3_600_000;

/** When the flight really left. The rows are in the order of the timetable: these times are not. */
export function departureMs({ date, delay }: FlightRow): number {
  return Date.parse(`${date.replaceAll('/', '-').replace(' ', 'T')}Z`) + delay * 60_000;
}

export const count: AggregateFunction<FlightRow, number, number> = {
  createAccumulator: () => 0,
  add: (_, flights) => flights + 1,
  getResult: (flights) => flights,
  merge: (a, b) => a + b,
};

export class DescribeWindow extends ProcessWindowFunction<number, Departures, string> {
  override process(
    origin: string,
    context: WindowContext,
    [flights = 0]: readonly number[],
    out: Collector<Departures>,
  ): void {
    out.collect({ origin, from: new Date(context.window().start).toISOString(), flights });
  }
}
