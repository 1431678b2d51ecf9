/** Its map never comes back from the 100th row. */
import { GeneratorSource, PrintSink, StreamExecutionEnvironment, WatermarkStrategy } from 'job-state';

const env = StreamExecutionEnvironment.getExecutionEnvironment();

env
  .fromSource(
    new GeneratorSource<number>({ generate: (index) => index, rowsPerSecond: 2_000 }),
    WatermarkStrategy.noWatermarks(),
    'numbers',
  )
  .map((row) => {
    let turns = 0;
    while (row >= 100) turns += row;
    return turns;
  })
  .name('looping')
  .sinkTo(new PrintSink());

await env.execute('loops');
