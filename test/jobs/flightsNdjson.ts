/** The statistics of examples/flights over 20,000 rows as NDJSON, fast; the folder of input and output comes in the environment. */
import { FileSink, NdjsonSource, StreamExecutionEnvironment, Types, WatermarkStrategy } from 'job-state';
import { DelaysByDay, type DayOfAirport, type Flight } from '../../examples/flights/delayStatistics';

interface FlightLine {
  /** `2001/01/01 00:47`. */
  date: string;
  delay: number;
  origin: string;
}

const folder = process.env['FLIGHTS_FOLDER'] ?? '.';
const checkpointDirectory = process.env['FLIGHTS_CHECKPOINTS'];
const dateMs = (text: string): number => Date.parse(`${text.replaceAll('/', '-').replace(' ', 'T')}Z`);

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(2);
env.enableCheckpointing(200);
env.configure({
  checkpointing: { tolerableFailures: 'unlimited' },
  ...(checkpointDirectory === undefined ? {} : { checkpointDirectory }),
});

env
  .fromSource(
    new NdjsonSource<FlightLine>({ path: `${folder}/flights.ndjson`, rowsPerSecond: 6_000 }),
    WatermarkStrategy.forMonotonousTimestamps<FlightLine>().withTimestampAssigner((row) => dateMs(row.date)),
    'flights',
  )
  .uid('flights-source')
  .map<Flight>(({ date, delay, origin }) => ({ date: dateMs(date), delay, origin }))
  .keyBy((flight) => flight.origin, Types.STRING)
  .process(new DelaysByDay())
  .uid('delay-by-airport')
  .name('delay-by-airport')
  .sinkTo(new FileSink<DayOfAirport>({ path: `${folder}/out` }))
  .uid('days-sink')
  .name('days');

await env.execute('flights');
