/**
 * Alerts about airports whose flights are late, by rules that arrive while the job runs: flights keyed by airport, connected with rules that
 * every subtask has -> files, exactly once.
 */
import {
  FileSink,
  JsonArraySource,
  NdjsonSource,
  StreamExecutionEnvironment,
  Types,
  WatermarkStrategy,
} from 'job-state';
import { dateMs, dayMs, DelayRules, ruleStates, type Alert, type FlightRow, type RuleRow } from './delayRules';

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(2);
env.enableCheckpointing(500);

const rules = env
  .fromSource(
    new NdjsonSource<RuleRow>({ path: 'rules.ndjson', rowsPerSecond: 1 }),
    WatermarkStrategy.forMonotonousTimestamps<RuleRow>().withTimestampAssigner((rule) => dayMs(rule.from)),
    'rules',
  )
  .uid('rules-source')
  .setParallelism(1) // a few lines, in their order
  .broadcast(ruleStates);

env
  .fromSource(
    new JsonArraySource<FlightRow>({ path: 'flights-20k.json', rowsPerSecond: 4_000 }),
    WatermarkStrategy.forMonotonousTimestamps<FlightRow>().withTimestampAssigner((flight) => dateMs(flight.date)),
    'flights',
  )
  .uid('flights-source')
  .keyBy((flight) => flight.origin, Types.STRING)
  .connect(rules)
  .process(new DelayRules())
  .uid('delay-rules')
  .name('delay rules')
  .sinkTo(new FileSink<Alert>({ path: 'out' }))
  .uid('alerts-sink')
  .name('alerts');

await env.execute('rules');
