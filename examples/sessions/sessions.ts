/**
 * Sessions of flights per airport pair: event time -> keyBy origin and destination -> session windows, which merge -> files, exactly once.
 */
import {
  EventTimeSessionWindows,
  FileSink,
  JsonArraySource,
  StreamExecutionEnvironment,
  Types,
  WatermarkStrategy,
} from 'job-state';
import { dateMs, DescribeSession, flown, flownType, gapMs, type FlightRow, type RouteSession } from './routeSessions';

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(2);
env.enableCheckpointing(500);

env
  .fromSource(
    new JsonArraySource<FlightRow>({ path: 'flights-20k.json', rowsPerSecond: 4_000 }),
    WatermarkStrategy.forMonotonousTimestamps<FlightRow>().withTimestampAssigner((flight) => dateMs(flight.date)),
    'flights',
  )
  .uid('flights-source')
  .keyBy((flight) => [flight.origin, flight.destination] as [string, string], Types.TUPLE(Types.STRING, Types.STRING))
  .window(EventTimeSessionWindows.withGap(gapMs))
  .aggregate(flown, new DescribeSession(), flownType)
  .uid('route-sessions')
  .name('sessions of routes')
  .sinkTo(new FileSink<RouteSession>({ path: 'out' }))
  .uid('sessions-sink')
  .name('sessions');

await env.execute('sessions');
