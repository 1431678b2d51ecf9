import {
  KeyedCoProcessFunction,
  ListStateDescriptor,
  Types,
  ValueStateDescriptor,
  type Collector,
  type KeyedContext,
  type ListState,
  type RuntimeContext,
  type TypeOf,
  type ValueState,
} from 'job-state';

/** The columns of the file of airports that are read. */
export const airportColumns = {
  iata: Types.STRING,
  name: Types.STRING,
  city: Types.STRING,
  state: Types.STRING,
  latitude: Types.DOUBLE,
  longitude: Types.DOUBLE,
};

const airportType = Types.POJO('join.Airport', airportColumns);

/** One departure, as the file has it; `date` is `2001/01/01 00:47`, `delay` in minutes, `distance` in miles. */
const flightType = Types.POJO('join.Flight', {
  date: Types.STRING,
  delay: Types.LONG,
  distance: Types.LONG,
  origin: Types.STRING,
  destination: Types.STRING,
});

export type Airport = TypeOf<typeof airportType>;
export type Flight = TypeOf<typeof flightType>;

/** A flight, with what is known of the airport that it left. */
export interface FlightWithAirport extends Flight {
  readonly airport: Airport;
}

/**
 * Joins the flights of an airport with the airport, whichever comes first: nobody says in which order two streams arrive. A flight that comes
 * before its airport waits in the state; one that comes after leaves at once.
 */
export class FlightsOfAirport extends KeyedCoProcessFunction<string, Flight, Airport, FlightWithAirport> {
  private airport!: ValueState<Airport>;
  private waiting!: ListState<Flight>;

  override open(context: RuntimeContext): void {
    this.airport = context.getState(new ValueStateDescriptor('airport', airportType));
    this.waiting = context.getListState(new ListStateDescriptor('waiting', flightType));
  }

  override processElement1(flight: Flight, _: KeyedContext<string>, out: Collector<FlightWithAirport>): void {
    const airport = this.airport.value();
    if (airport === undefined) this.waiting.add(flight);
    else out.collect({ ...flight, airport });
  }

  override processElement2(airport: Airport, _: KeyedContext<string>, out: Collector<FlightWithAirport>): void {
    this.airport.update(airport);
    for (const flight of this.waiting.get()) out.collect({ ...flight, airport });
    this.waiting.clear();
  }
}
