/** Never comes to its end while it builds its graph. */
import { StreamExecutionEnvironment } from 'job-state';

const env = StreamExecutionEnvironment.getExecutionEnvironment();
process.stdout.write('neverBuilt is looping\n');
let turns = 1;
while (turns > 0) turns += 1;

await env.execute('never built');
