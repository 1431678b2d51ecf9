/**
 * Flights joined with the airports that they leave: two files -> two streams keyed by the airport's code, connected -> one function with the
 * state of both -> files, exactly once.
 */
import { CsvSource, FileSink, JsonArraySource, StreamExecutionEnvironment, Types, WatermarkStrategy } from 'job-state';
import { airportColumns, FlightsOfAirport, type Flight, type FlightWithAirport } from './flightsOfAirport';

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(2);
env.enableCheckpointing(500);

// The airports come as slowly as the flights, so that one sees many flights wait.
const airports = env
  .fromSource(
    new CsvSource({ path: 'airports.csv', columns: airportColumns, rowsPerSecond: 700 }),
    WatermarkStrategy.noWatermarks(),
    'airports',
  )
  .uid('airports-source')
  .keyBy((airport) => airport.iata, Types.STRING);

env
  .fromSource(
    new JsonArraySource<Flight>({ path: 'flights-20k.json', rowsPerSecond: 4_000 }),
    WatermarkStrategy.noWatermarks<Flight>(),
    'flights',
  )
  .uid('flights-source')
  .keyBy((flight) => flight.origin, Types.STRING)
  .connect(airports)
  .process(new FlightsOfAirport())
  .uid('flights-of-airport')
  .name('flights with their airport')
  .sinkTo(new FileSink<FlightWithAirport>({ path: 'out' }))
  .uid('joined-sink')
  .name('joined flights');

await env.execute('join');
