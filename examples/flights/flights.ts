/**
 * Delays of 3,000,000 US flights by airport and day: Parquet file -> event time -> keyBy origin -> statistics per day in keyed state,
 * emitted by timers -> files, exactly once. Kill whatever you like meanwhile: the numbers in `out/` stay right.
 */
import { FileSink, ParquetSource, StreamExecutionEnvironment, Types, WatermarkStrategy } from 'job-state';
import { DelaysByDay, type DayOfAirport, type Flight } from './delayStatistics';

/** What the file holds; `date` arrives as epoch ms. */
interface FlightRow {
  date: number;
  delay: number | null;
  origin: string;
}

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(2);
env.enableCheckpointing(5_000);
// A disk that is full for a while shall not end the job: it goes on, and the next checkpoint tries again.
env.configure({ checkpointing: { tolerableFailures: 'unlimited' } });

env
  .fromSource(
    new ParquetSource<FlightRow>({
      path: 'flights-3m.parquet',
      columns: ['date', 'delay', 'origin'],
      rowsPerSecond: 1_600, // about half an hour for the whole file
    }),
    WatermarkStrategy.forMonotonousTimestamps<FlightRow>().withTimestampAssigner((row) => row.date),
    'flights',
  )
  .uid('flights-source')
  .flatMap<Flight>((row, out) => {
    // No uid here on purpose: it has no state, and one sees what an id generated from the topology looks like.
    if (row.delay !== null) out.collect({ date: row.date, delay: row.delay, origin: row.origin });
  })
  .name('parse')
  .keyBy((flight) => flight.origin, Types.STRING)
  .process(new DelaysByDay())
  .uid('delay-by-airport')
  .name('delay-by-airport')
  .sinkTo(new FileSink<DayOfAirport>({ path: 'out' }))
  .uid('days-sink')
  .name('days');

await env.execute('flights');
