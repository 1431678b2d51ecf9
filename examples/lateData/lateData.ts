/**
 * Departures per airport and six hours of real departure times, which are out of order: windows that take late rows for an hour and fire again with
 * each -> files; what comes later still -> a side output of its own.
 */
import {
  FileSink,
  JsonArraySource,
  OutputTag,
  StreamExecutionEnvironment,
  TumblingEventTimeWindows,
  Types,
  WatermarkStrategy,
} from 'job-state';
import { count, departureMs, DescribeWindow, windowMs, type Departures, type FlightRow } from './departures';

const tooLate = new OutputTag<FlightRow>('too-late');

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(2);
env.enableCheckpointing(500);

const departures = env
  .fromSource(
    new JsonArraySource<FlightRow>({ path: 'flights-20k.json', rowsPerSecond: 4_000 }),
    WatermarkStrategy.forBoundedOutOfOrderness<FlightRow>(10 * 60_000).withTimestampAssigner(departureMs),
    'flights',
  )
  .uid('flights-source')
  .keyBy((flight) => flight.origin, Types.STRING)
  .window(TumblingEventTimeWindows.of(windowMs))
  .allowedLateness(3_600_000)
  .sideOutputLateData(tooLate)
  .aggregate(count, new DescribeWindow(), Types.LONG)
  .uid('departures-per-window')
  .name('departures per window');

departures
  .sinkTo(new FileSink<Departures>({ path: 'out' }))
  .uid('departures-sink')
  .name('departures');

departures
  .getSideOutput(tooLate)
  .sinkTo(new FileSink<FlightRow>({ path: 'late' }))
  .uid('late-sink')
  .name('late flights');

await env.execute('late-data');
